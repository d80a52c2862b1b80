"""What members take along that is not theirs alone: catalogues, archived files, batches they failed in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from psycopg import sql
from sqlalchemy import Table

from models.base import Base
from models.ids import new_id
from models.shards.copying import Connection

ARCHIVE_FILE, BATCH, CATALOGUE, JOB = (
    Base.metadata.tables[name] for name in ("archive_file", "batch", "catalogue", "job")
)


def copy_catalogues(source: Connection, target: Connection) -> None:
    """The versions of the catalogue that plans on the source may name."""
    _put_new(target, CATALOGUE, _rows(source, CATALOGUE, "true", []))


def copy_manifest(source: Connection, target: Connection, lot: Sequence[int]) -> None:
    """The archive's files that hold rows of the lot: they are read from the target too from now on."""
    where = "state = 'live' AND first_bucket <= %s AND last_bucket >= %s"
    _put_new(target, ARCHIVE_FILE, _rows(source, ARCHIVE_FILE, where, [max(lot), min(lot)]))


def copy_failed_batches(source: Connection, target: Connection, member_ids: Sequence[UUID]) -> None:
    """The batches that the members failed in, as parts that count nobody, where the target has none."""
    named = "id IN (SELECT batch_id FROM batch_failure WHERE member_id = ANY(%s))"
    rows = _rows(source, BATCH, named, [list(member_ids)])
    nobody = dict.fromkeys(("members", "chunks_left", "planned", "unchanged", "without", "overtaken"), 0)
    for row in rows:
        ended = row["finished_at"] or row["started_at"]
        row |= {**nobody, "failed": 0, "state": "finished", "finished_at": ended, "paused_at": None}
    _put_new(target, BATCH, rows)


def give_chunks_other_ids(source: Connection, lot: Sequence[int]) -> None:
    """Chunks of past nights stay with their night: their ids get a bucket that stays too."""
    row = source.execute(
        "SELECT lower(buckets - (SELECT range_agg(int4range(b, b + 1)) FROM unnest(%s::int[]) b)) "
        "FROM shard_self",
        [list(lot)],
    ).fetchone()
    keeps = row[0] if row else None
    chunks = "member_id IS NULL AND bucket_of(id) = ANY(%s)"
    for chunk in _rows(source, JOB, chunks, [list(lot)]):
        if keeps is None:  # the source is being emptied, and nobody will resume a night there
            source.execute("DELETE FROM job WHERE id = %s", [chunk["id"]])
        else:
            other = new_id(keeps, at_ms=chunk["id"].int >> 80)
            source.execute("UPDATE job SET id = %s WHERE id = %s", [other, chunk["id"]])


def _rows(source: Connection, table: Table, where: str, values: list[Any]) -> list[dict[str, Any]]:
    names = _names(table)
    query = sql.SQL("SELECT {} FROM {} WHERE {}").format(
        sql.SQL(", ").join(map(sql.Identifier, names)), sql.Identifier(table.name), sql.SQL(where)
    )
    return [dict(zip(names, row, strict=True)) for row in source.execute(query, values)]


def _put_new(target: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    """Insert the rows that the target does not have."""
    names = _names(table)
    insert = sql.SQL("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT DO NOTHING").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.SQL(", ").join(map(sql.Placeholder, names)),
    )  # fmt: skip
    found = list(rows)
    if found:
        target.cursor().executemany(insert, found)


def _names(table: Table) -> list[str]:
    return [column.name for column in table.columns]
