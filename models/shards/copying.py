"""Copies all that members have from one shard to another, and proves each copy by counts and sums.

What somebody would take up (waiting and running jobs, what webhooks are owed) is not copied but kept aside on
the target, as JSON, until it owns the members: the relay and the rescue there must not find it before.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from sqlalchemy import Table

from models.errors import ModelError
from models.shards.placement import PLACES, Place
from models.tables import Base

Connection = psycopg.Connection[Any]

ACTIVE = {
    "job": "state IN ('queued', 'running')",
    "webhook_delivery": "state = 'owed'",
}
"""What somebody would take up, of a member's rows."""

TABLES: tuple[Table, ...] = tuple(
    table
    for table in Base.metadata.sorted_tables
    if PLACES[table.name] == Place.MEMBER and ("member_id" in table.c or table.name == "member")
)
"""What a member has, each table after those that it refers to. The outbox goes by its jobs."""


class CopyDiffers(ModelError):
    """What was copied is not what was read: nothing has been switched."""


def key_of(table: Table) -> str:
    """The column that says whose row it is."""
    return "id" if table.name == "member" else "member_id"


def make_ready(target: Connection) -> None:
    """Make the tables that rows arrive in, which last as long as the connection."""
    for table in TABLES:
        target.execute(
            sql.SQL("CREATE TEMP TABLE {} ON COMMIT DELETE ROWS AS SELECT {} FROM {} WITH NO DATA").format(
                _arriving(table), _columns(table), sql.Identifier(table.name)
            )
        )


def copy_members(source: Connection, target: Connection, member_ids: Collection[UUID]) -> int:
    """Make what the target has of these members equal to what the source has; return how many rows that is.

    Both connections are in a transaction; that of the source sees one moment.

    Raises
    ------
    CopyDiffers
        When the target then has other rows than the source.
    """
    ids = list(member_ids)
    delete_members(target, ids)
    total = 0
    for table in TABLES:
        query = sql.SQL("COPY (SELECT {} FROM {} WHERE {}) TO STDOUT (FORMAT BINARY)").format(
            _columns(table), sql.Identifier(table.name), _theirs(table)
        )
        into = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(_arriving(table), _columns(table))
        with source.cursor().copy(query, {"ids": ids}) as leaving, target.cursor().copy(into) as arriving:
            for data in leaving:
                arriving.write(data)
        target.execute(
            sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(
                sql.Identifier(table.name), _columns(table), _columns(table), _arriving(table)
            )
        )
        there, here = sums(source, table, ids), sums(target, table, ids)
        if there != here:
            raise CopyDiffers(f"the copy of {table.name} differs: {here} and not {there}")
        total += there[0]
    return total


def sums(connection: Connection, table: Table, member_ids: Sequence[UUID]) -> tuple[int, int]:
    """How many of the members' rows there are to copy in a table, and a sum over all that is in them."""
    found = connection.execute(
        sql.SQL(
            "SELECT count(*), coalesce(sum(hashtextextended(row::text, 0)), 0)::text "
            "FROM (SELECT {} FROM {} WHERE {}) row"
        ).format(_columns(table), sql.Identifier(table.name), _theirs(table)),
        {"ids": list(member_ids)},
    ).fetchone()
    assert found is not None  # noqa: S101 (an aggregate has one row)
    return int(found[0]), int(found[1])


def delete_members(connection: Connection, member_ids: Collection[UUID]) -> int:
    """Delete these members with all that they have; return how many members there were."""
    ids = list(member_ids)
    gone = 0
    for table in reversed(TABLES):
        gone = connection.execute(
            sql.SQL("DELETE FROM {} WHERE {} = ANY(%(ids)s)").format(
                sql.Identifier(table.name), sql.Identifier(key_of(table))
            ),
            {"ids": ids},
        ).rowcount
    return gone


def active_members(source: Connection, member_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the members who have something that somebody would take up."""
    found: set[UUID] = set()
    for name, active in ACTIVE.items():
        query = sql.SQL("SELECT DISTINCT member_id FROM {} WHERE member_id = ANY(%(ids)s) AND {}").format(
            sql.Identifier(name), sql.SQL(active)
        )
        found |= {row[0] for row in source.execute(query, {"ids": list(member_ids)})}
    return found


JOBS = "SELECT id FROM job WHERE member_id = ANY(%(ids)s) AND state IN ('queued', 'running')"

KEPT_ASIDE = {
    "job": f"member_id = ANY(%(ids)s) AND {ACTIVE['job']}",
    "webhook_delivery": f"member_id = ANY(%(ids)s) AND {ACTIVE['webhook_delivery']}",
    "outbox": f"job_id IN ({JOBS})",
}
"""What is kept aside, in the order in which it is put in; of the source it is deleted in the other order."""


def keep_aside(source: Connection, target: Connection, member_ids: Collection[UUID]) -> int:
    """Keep on the target what somebody would take up, in the place of what an earlier try has kept there.

    The rows are locked on the source, so that its relay passes them over from here on.
    """
    target.execute("DELETE FROM shard_arriving")
    kept = 0
    for name, which in KEPT_ASIDE.items():
        query = sql.SQL("SELECT to_jsonb({0})::text FROM {0} WHERE {1} FOR UPDATE").format(
            sql.Identifier(name), sql.SQL(which)
        )
        rows = [(name, row[0]) for row in source.execute(query, {"ids": list(member_ids)})]
        if rows:
            insert = "INSERT INTO shard_arriving (table_name, row) VALUES (%s, %s::jsonb)"
            target.cursor().executemany(insert, rows)
        kept += len(rows)
    return kept


def forget_active(source: Connection, member_ids: Collection[UUID]) -> None:
    """Delete on the source what was kept aside."""
    for name, which in reversed(KEPT_ASIDE.items()):
        query = sql.SQL("DELETE FROM {} WHERE {}").format(sql.Identifier(name), sql.SQL(which))
        source.execute(query, {"ids": list(member_ids)})


def put_in(target: Connection) -> int:
    """Put in what was kept aside. Its messages are sent anew: one that comes twice finds nothing to do."""
    count = 0
    for name in KEPT_ASIDE:
        columns = _columns(Base.metadata.tables[name])
        query = sql.SQL(
            "INSERT INTO {0} ({1}) SELECT {1} FROM shard_arriving arriving, "
            "jsonb_populate_record(NULL::{0}, arriving.row) WHERE arriving.table_name = {2}"
        ).format(sql.Identifier(name), columns, sql.Literal(name))
        count += target.execute(query).rowcount
    target.execute(
        "UPDATE outbox SET sent_at = NULL "
        "WHERE job_id IN (SELECT (row ->> 'job_id')::uuid FROM shard_arriving WHERE table_name = 'outbox')"
    )
    target.execute("DELETE FROM shard_arriving")
    return count


def _columns(table: Table) -> sql.Composed:
    names = [sql.Identifier(column.name) for column in table.columns if column.computed is None]
    return sql.SQL(", ").join(names)


def _theirs(table: Table) -> sql.Composed:
    mine = sql.SQL("{} = ANY(%(ids)s)").format(sql.Identifier(key_of(table)))
    active = ACTIVE.get(table.name)
    return mine + sql.SQL(f" AND NOT ({active})") if active else mine


def _arriving(table: Table) -> sql.Identifier:
    return sql.Identifier(f"arriving_{table.name}")
