"""Rows on their way to the archive: in the order of their buckets, sealed with their members' keys."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql import insert

from models.archive.key import ArchiveKey, SealedRow, opened_key, owner_tag, seal, sealed_key
from models.sealing.ring import Ring

BUCKET = "((get_byte(uuid_send({0}), 6) & 15) << 8 | get_byte(uuid_send({0}), 7))"
"""The bucket of an id, as models.ids.bucket_of has it."""

SORT_MEMORY = "256MB"
FETCH = 5_000  # rows of one trip to the database

PLAN = """json_build_object('tenant_id', row.tenant_id, 'member_id', row.member_id, 'job_id', row.job_id,
    'kind', row.kind, 'start_date', row.start_date, 'created_at', row.created_at, 'days', row.days,
    'catalogue_id', row.catalogue_id)"""
JOB = """json_build_object('tenant_id', row.tenant_id, 'member_id', row.member_id, 'kind', row.kind,
    'queue', row.queue, 'state', row.state, 'request', row.request, 'attempts', row.attempts,
    'queued_at', row.queued_at, 'started_at', row.started_at, 'finished_at', row.finished_at,
    'plan_id', row.plan_id, 'error', row.error, 'history', row.history)"""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Rows of a tenant: those of `table`, as `row`, for which `where` holds with the parameters `values`.

    A row is sealed from its `head`, a JSON object, and its `content`. All of it is SQL of ours.
    """

    table: str
    where: str
    values: tuple[Any, ...]
    head: str
    content: str = "''::bytea"


def make_keys(connection: Connection, ring: Ring, source: Source) -> None:
    """A key for each member of the rows who has none."""
    wanted = f"""
    SELECT member.tenant_id, member.id
    FROM (SELECT DISTINCT row.member_id FROM {source.table} row WHERE {source.where}) wanted
    JOIN member ON member.id = wanted.member_id
    LEFT JOIN archive_key ON archive_key.member_id = member.id WHERE archive_key.member_id IS NULL
    ORDER BY member.id
    """  # noqa: S608 (of ours)
    keyless = _driver(connection).cursor().execute(wanted, source.values).fetchall()
    rows = [
        {"tenant_id": tenant_id, "member_id": member_id, "key": sealed_key(ring, tenant_id, member_id)}
        for tenant_id, member_id in keyless
    ]
    if rows:
        connection.execute(insert(ArchiveKey).on_conflict_do_nothing(), rows)


def sealed_rows(connection: Connection, ring: Ring, source: Source) -> Generator[SealedRow, None, None]:
    """The rows by bucket and id. Those of a member who is gone meanwhile are left out: he has no key.

    Close it before the transaction ends: until then the connection does nothing else.
    """
    connection.execute(text(f"SET LOCAL work_mem = '{SORT_MEMORY}'"))
    connection.execute(text("SET LOCAL cursor_tuple_fraction = 1"))
    bucket = BUCKET.format("row.id")
    wanted = f"""
    SELECT {bucket}::int2, uuid_send(row.id), row.member_id, archive_key.tenant_id, archive_key.key,
        convert_to({source.head}::text || chr(10), 'UTF8') || {source.content}
    FROM {source.table} row JOIN archive_key ON archive_key.member_id = row.member_id
    WHERE {source.where} ORDER BY 1, row.id
    """  # noqa: S608 (of ours)
    with _driver(connection).cursor("archive_export", binary=True) as cursor:
        cursor.itersize = FETCH
        cursor.execute(wanted, source.values)
        now_in, keys = -1, dict[UUID, bytes]()  # of the members of one bucket, which come one after the other
        for in_bucket, row_id, member_id, tenant_id, sealed, plain in cursor:
            if in_bucket != now_in:
                now_in, keys = in_bucket, {}
            if member_id not in keys:
                keys[member_id] = opened_key(ring, tenant_id, member_id, sealed)
            key = keys[member_id]
            yield in_bucket, row_id, owner_tag(key), seal(key, row_id, plain)


def count_rows(connection: Connection, source: Source) -> int:
    """How many rows `sealed_rows` gives in this transaction."""
    wanted = f"""
    SELECT count(*) FROM {source.table} row JOIN archive_key ON archive_key.member_id = row.member_id
    WHERE {source.where}
    """  # noqa: S608 (of ours)
    found = _driver(connection).cursor().execute(wanted, source.values).fetchone()
    return int(found[0])


def tenants_of(connection: Connection, table: str) -> list[UUID]:
    """The tenants that have rows in a table."""
    found = text(f"SELECT DISTINCT tenant_id FROM {table} ORDER BY tenant_id")  # noqa: S608 (of ours)
    return list(connection.scalars(found))


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
