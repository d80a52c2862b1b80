"""Takes past plans and jobs to the archive: written, read back, and only then out of the database.

    writing ──written and verified──▶ live, in the transaction that detaches the month or deletes the rows
       └── found by a later run: the file is deleted and written anew

A run that is interrupted anywhere loses nothing: until that one transaction the rows are in the database and
nobody reads the file; after it the month is no part of the table of plans, and whoever comes next drops it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, groupby
from operator import itemgetter
from uuid import UUID

import psycopg
from sqlalchemy import ARRAY, Connection, Uuid, bindparam, delete, insert, select, text, update
from sqlalchemy.exc import OperationalError

from models.archive.export import JOB, PLAN, Source, count_rows, make_keys, sealed_rows, tenants_of
from models.archive.file import ArchiveFile, ArchiveKind, ArchiveState
from models.archive.key import SealedRow
from models.archive.parquet import ArchiveDamaged, Written, verify, write_file
from models.archive.store import ArchiveStore
from models.cluster import Cluster
from models.errors import Conflict
from models.ids import new_id
from models.plans import months as plan_months
from models.plans.months import Month

logger = logging.getLogger(__name__)

LOCK = 7_265_766_567  # advisory lock: one archive run at a time, whoever starts it
FILE_ROWS = 1_000_000  # at least, of a file that has one to follow
BATCH_ROWS = 50_000  # of jobs and late plans, which are deleted in one transaction
TRIES = 5
WAIT_MS = 3_000  # that the table of plans is waited for at a time: whoever saves a plan meanwhile waits too


@dataclass(frozen=True, kw_only=True)
class Archiver:
    """What a run works with."""

    cluster: Cluster
    store: ArchiveStore

    def months(self, before: datetime) -> dict[str, int]:
        """Archive every month of past plans that ended before `before`, the oldest first; return counts."""
        self._drop_left_over()
        rows = months = 0
        with self._transaction() as connection:
            due = [m for m in plan_months.kept_months(connection).values() if m.after.starts_at <= before]
        for month in due:
            rows += self._month(month)
            months += 1
        return {"months": months, "plans": rows}

    def late(self, before: datetime) -> int:
        """Archive what was superseded after its month had gone, or was restored before; return how many."""
        where = f"""row.id IN (
            SELECT id FROM plan_months.old
            WHERE tenant_id = %s AND created_at < %s AND coalesce(keep_until < now(), true)
            ORDER BY id LIMIT {BATCH_ROWS})"""  # noqa: S608 (ours)
        return sum(
            self._rows(
                ArchiveKind.PLANS,
                tenant_id,
                Source(
                    table="plan_months.old", where=where, values=(tenant_id, before), head=PLAN,
                    content="row.content",
                ),
            )
            for tenant_id in self._tenants("plan_months.old")
        )  # fmt: skip

    def jobs(self, tenant_id: UUID, before: datetime, first_kept: UUID) -> int:
        """Archive a tenant's jobs that are older than `first_kept` and ended before `before`."""
        where = f"""row.id IN (
            SELECT id FROM job WHERE tenant_id = %s AND id < %s AND finished_at < %s AND member_id IS NOT NULL
                AND state IN ('succeeded', 'failed', 'cancelled')
                AND member_id NOT IN (SELECT member_id FROM legal_hold)
            ORDER BY id LIMIT {BATCH_ROWS})"""  # noqa: S608 (ours)
        source = Source(table="job", where=where, values=(tenant_id, first_kept, before), head=JOB)
        return self._rows(ArchiveKind.JOBS, tenant_id, source)

    def _month(self, month: Month) -> int:
        self._discard(month.table)
        with self._transaction() as connection:
            self._watch_late(connection, month)
        with self._transaction() as connection:
            for tenant_id in tenants_of(connection, month.table):
                make_keys(connection, self.cluster.ring, self._of_month(month, tenant_id))
        files: list[tuple[UUID, Written]] = []
        with self._transaction("REPEATABLE READ") as connection:
            seen = set(connection.scalars(text("SELECT id FROM plan_months.late")))
            seen -= self._keyless(connection, month)
            for tenant_id in tenants_of(connection, month.table):
                files += self._export(
                    connection, ArchiveKind.PLANS, tenant_id, self._of_month(month, tenant_id)
                )
        self._verify(files)
        self._take_off(month, [file_id for file_id, _ in files], seen)
        self._drop_left_over()
        count = sum(written.rows for _, written in files)
        told = {"action": "archive.month", "month": month.name, "plans": count, "files": len(files)}
        logger.info("archived %s plans of %s", count, month.name, extra=told)
        return count

    def _of_month(self, month: Month, tenant_id: UUID) -> Source:
        where = "row.tenant_id = %s"
        return Source(table=month.table, where=where, values=(tenant_id,), head=PLAN, content="row.content")

    def _watch_late(self, connection: Connection, month: Month) -> None:
        """From now on, note what is superseded into the month: it may not be in the file."""
        connection.execute(text(f"DROP TRIGGER IF EXISTS plan_is_late ON {month.table}"))
        connection.execute(
            text(
                f"CREATE TRIGGER plan_is_late AFTER INSERT ON {month.table} "
                "FOR EACH ROW EXECUTE FUNCTION plan_is_late()"
            )
        )
        connection.execute(text("DELETE FROM plan_months.late"))

    def _keyless(self, connection: Connection, month: Month) -> set[UUID]:
        """Plans that came after the keys were made: they are left out of the file, and so are late."""
        missing = text(
            f"SELECT row.id FROM {month.table} row "  # noqa: S608 (ours)
            "LEFT JOIN archive_key key ON key.member_id = row.member_id WHERE key.member_id IS NULL"
        )
        return set(connection.scalars(missing))

    def _take_off(self, month: Month, files: Sequence[UUID], seen: set[UUID]) -> None:
        for left in reversed(range(TRIES)):
            try:
                with self._transaction() as connection:
                    connection.execute(text(f"SET LOCAL lock_timeout = {WAIT_MS}"))
                    plan_months.take_off(connection, month)
                    self._put_back_late(connection, month, seen)
                    self._go_live(connection, files)
                return
            except OperationalError as error:
                if not isinstance(error.orig, psycopg.errors.LockNotAvailable):
                    raise
                if not left:
                    raise Conflict(
                        f"plans are in use all the time: {month.name} stays where it is"
                    ) from error

    def _put_back_late(self, connection: Connection, month: Month, seen: set[UUID]) -> None:
        late = set(connection.scalars(text("SELECT id FROM plan_months.late"))) - seen
        if late:
            back = text(f"INSERT INTO plan SELECT * FROM {month.table} WHERE id = ANY(:ids)")  # noqa: S608
            connection.execute(back.bindparams(bindparam("ids", type_=ARRAY(Uuid))), {"ids": list(late)})
        connection.execute(text("DELETE FROM plan_months.late"))

    def _go_live(self, connection: Connection, files: Sequence[UUID]) -> None:
        live = update(ArchiveFile).where(ArchiveFile.id.in_(files)).values(state=ArchiveState.LIVE)
        connection.execute(live)

    def _drop_left_over(self) -> None:
        with self._transaction() as connection:
            left = plan_months.left_over(connection)
        for month in left:
            with self._transaction() as connection:
                connection.execute(text(f"DROP TABLE {month.table}"))

    def _rows(self, kind: ArchiveKind, tenant_id: UUID, source: Source) -> int:
        """Batch after batch, until one is not full."""
        total = 0
        while True:
            self._discard(source.table)
            with self._transaction() as connection:
                make_keys(connection, self.cluster.ring, source)
            with self._transaction("REPEATABLE READ") as connection:
                files = self._export(connection, kind, tenant_id, source)
            self._verify(files)
            for file_id, written in files:
                with self._transaction() as connection:
                    ids = [UUID(bytes=row_id) for row_id in written.ids]
                    connection.execute(DELETE[source.table], {"ids": ids})
                    self._go_live(connection, [file_id])
            found = sum(written.rows for _, written in files)
            total += found
            if found < BATCH_ROWS:
                return total

    def _export(
        self, connection: Connection, kind: ArchiveKind, tenant_id: UUID, source: Source
    ) -> list[tuple[UUID, Written]]:
        """Write all rows of the source, and see that all were written."""
        wanted = count_rows(connection, source)
        with closing(sealed_rows(connection, self.cluster.ring, source)) as rows:
            files = self._write(kind, tenant_id, source.table, rows)
        if wanted != sum(written.rows for _, written in files):
            raise ArchiveDamaged(f"not all of the {wanted} rows of {source.table} were written")
        return files

    def _write(
        self, kind: ArchiveKind, tenant_id: UUID, source: str, rows: Iterable[SealedRow]
    ) -> list[tuple[UUID, Written]]:
        files = []
        groups = ((bucket, list(group)) for bucket, group in groupby(rows, key=itemgetter(0)))
        for group in groups:
            file_id = new_id(0)
            path = f"{kind}/{tenant_id}/{source.rpartition('.')[2]}-{file_id}.parquet"
            self._announce(file_id, kind, tenant_id, source, path)
            files.append((file_id, write_file(self.store, path, chain([group], groups), most=FILE_ROWS)))
        return files

    def _announce(self, file_id: UUID, kind: ArchiveKind, tenant_id: UUID, source: str, path: str) -> None:
        """In a transaction of its own: a file that is never finished is found by its row."""
        row = {"id": file_id, "tenant_id": tenant_id, "kind": kind, "source": source, "path": path}
        with self._transaction() as connection:
            connection.execute(insert(ArchiveFile).values(row))

    def _verify(self, files: Sequence[tuple[UUID, Written]]) -> None:
        for file_id, written in files:
            verify(self.store, written)
            told = {
                "rows": written.rows, "size": written.size, "sha256": written.sha256,
                "first_id": written.first_id, "last_id": written.last_id,
                "first_bucket": written.buckets[0], "last_bucket": written.buckets[-1],
            }  # fmt: skip
            with self.store.opened(f"{written.path}.json", "wb") as file:
                file.write(manifest(written.path, told))
            with self._transaction() as connection:
                connection.execute(update(ArchiveFile).where(ArchiveFile.id == file_id).values(told))

    def _discard(self, source: str) -> None:
        """Delete what an interrupted run has left of this source."""
        unfinished = (ArchiveFile.source == source, ArchiveFile.state == ArchiveState.WRITING)
        with self._transaction() as connection:
            paths = connection.scalars(select(ArchiveFile.path).where(*unfinished)).all()
        for path in paths:
            self.store.delete(path)
            self.store.delete(f"{path}.json")
            with self._transaction() as connection:
                connection.execute(delete(ArchiveFile).where(ArchiveFile.path == path))

    def _tenants(self, table: str) -> list[UUID]:
        with self._transaction() as connection:
            return tenants_of(connection, table)

    @contextmanager
    def _transaction(self, isolation: str = "READ COMMITTED") -> Iterator[Connection]:
        engine = self.cluster.engine.execution_options(isolation_level=isolation)
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            yield connection


DELETE = {
    "plan_months.old": text("DELETE FROM plan_months.old WHERE id = ANY(:ids)").bindparams(
        bindparam("ids", type_=ARRAY(Uuid))
    ),
    # One that an operator has retried meanwhile stays.
    "job": text(
        "DELETE FROM job WHERE id = ANY(:ids) AND state IN ('succeeded', 'failed', 'cancelled')"
    ).bindparams(bindparam("ids", type_=ARRAY(Uuid))),
}


def manifest(path: str, told: dict[str, object]) -> bytes:
    """What lies beside each file, for whoever has the files alone."""
    plain = {name: value.hex() if isinstance(value, bytes) else value for name, value in told.items()}
    return json.dumps({"path": path, "format": 1, **plain}, default=str).encode()


@contextmanager
def alone(cluster: Cluster) -> Iterator[None]:
    """Hold the archive for this run.

    Raises
    ------
    Conflict
        When another run has it.
    """
    with cluster.engine.connect() as connection:
        mine = connection.scalar(text(f"SELECT pg_try_advisory_lock({LOCK})"))
        connection.commit()
        if not mine:
            raise Conflict("another archive run is at work; try again when it is done")
        try:
            yield
        finally:
            connection.execute(text(f"SELECT pg_advisory_unlock({LOCK})"))
            connection.commit()
