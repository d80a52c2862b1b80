"""Notes, while a move runs, the members of the moving buckets of whom something changes on the source."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

import psycopg
from psycopg import sql

from models.shards.copying import TABLES, Connection, key_of

HOLD_MS = 300  # that a table's writers are waited for, and others behind them; then they go first
TRIES = 200
AGAIN_S = 0.2

TRIGGERS = {"shard_put": ("INSERT OR UPDATE", "NEW"), "shard_gone": ("DELETE", "OLD")}


def watch(source: Connection, buckets: Sequence[int]) -> None:
    """From now on, note who changes; triggers that an interrupted move has left are made anew."""
    unwatch(source)
    for table in TABLES:
        _with_patience(source, partial(_watch, source, table.name, key_of(table), buckets))


def unwatch(source: Connection) -> None:
    """Note nothing more."""
    for table in TABLES:
        _with_patience(source, partial(_unwatch, source, table.name))


def changed(source: Connection, lot: Sequence[int]) -> set[UUID]:
    """The lot's members noted since the last call; whoever is copied after it is copied as he is then."""
    gone = source.execute(
        "DELETE FROM shard_change WHERE bucket_of(member_id) = ANY(%s) RETURNING member_id", [list(lot)]
    )
    return {row[0] for row in gone}


def _watch(source: Connection, table: str, key: str, buckets: Sequence[int]) -> None:
    listed = sql.Literal("{" + ",".join(map(str, buckets)) + "}")
    for name, (when, row) in TRIGGERS.items():
        source.execute(
            sql.SQL(
                "CREATE TRIGGER {} AFTER {} ON {} FOR EACH ROW "
                "WHEN (bucket_of({}.{}) = ANY ({}::int[])) EXECUTE FUNCTION shard_changed({})"
            ).format(
                sql.Identifier(name), sql.SQL(when), sql.Identifier(table), sql.SQL(row),
                sql.Identifier(key), listed, sql.Literal(key),
            )
        )  # fmt: skip


def _unwatch(source: Connection, table: str) -> None:
    for name in TRIGGERS:
        drop = sql.SQL("DROP TRIGGER IF EXISTS {} ON {}")
        source.execute(drop.format(sql.Identifier(name), sql.Identifier(table)))


def _with_patience(source: Connection, change: Callable[[], None]) -> None:
    """Change a table's triggers in a transaction that waits shortly, for its writers wait behind it."""
    for left in reversed(range(TRIES)):
        try:
            with source.transaction():
                source.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(sql.Literal(HOLD_MS)))
                change()
            return
        except psycopg.errors.LockNotAvailable:
            if not left:
                raise
            time.sleep(AGAIN_S)
