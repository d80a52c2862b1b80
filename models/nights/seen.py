"""How a batch stands: its counts, its rate, when it will be done, and how many workers would be in time."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, text, update
from sqlalchemy.orm import Session

from models.members.tenant import Tenant
from models.nights.batch import OPEN, Batch, BatchState
from planners.spec import Kind

MOST_OPEN = 10_000  # batches

RECENT_S = 120.0  # the rate is that of the last two minutes, or of the time since the start


@dataclass(frozen=True, kw_only=True)
class SeenBatch:
    """A batch as operators see it. `rate_per_s` is in members; what cannot be told yet is None."""

    id: UUID
    date: datetime.date
    kind: Kind
    tenant: str
    state: BatchState
    first_day: datetime.date
    forced: bool
    started_by: str
    started_at: datetime.datetime
    finished_at: datetime.datetime | None
    ready_by: datetime.datetime
    members: int
    done: int
    planned: int
    unchanged: int
    without: int
    overtaken: int
    failed: int
    chunks_left: int
    workers: int
    rate_per_s: float | None
    seconds_left: float | None
    ready_at: datetime.datetime | None
    late: bool
    workers_needed: int | None


# What was done lately, by how many workers; and how many work on it now.
PACE = text("""
SELECT clock_timestamp() AS now,
    (SELECT coalesce(sum((request ->> 'members')::int), 0) FROM job
     WHERE batch_id = batch.id AND state = 'succeeded'
        AND finished_at > greatest(batch.started_at, clock_timestamp() - make_interval(secs => :recent_s))
    ) AS lately,
    ARRAY(SELECT DISTINCT worker FROM job WHERE batch_id = batch.id AND state = 'running') AS workers
FROM batch WHERE id = :batch_id
""")


@dataclass(frozen=True, kw_only=True)
class SeenPart:
    """A batch's row with its tenant, the members that were done lately, and the workers that are at it."""

    batch: Batch
    tenant: str
    now: datetime.datetime
    lately: int
    workers: frozenset[str]


def seen_parts(session: Session, *within: ColumnElement[bool], limit: int) -> list[SeenPart]:
    """The batches of this database that were made last and meet `within`, the newest first."""
    newest = select(Batch, Tenant.slug).join(Tenant, Tenant.id == Batch.tenant_id).where(*within)
    rows = session.execute(newest.order_by(Batch.id.desc()).limit(limit)).all()
    return [_part(session, row[0], row[1]) for row in rows]


def _part(session: Session, batch: Batch, tenant: str) -> SeenPart:
    pace = session.execute(PACE, {"batch_id": batch.id, "recent_s": RECENT_S}).one()
    return SeenPart(
        batch=batch, tenant=tenant, now=pace.now, lately=pace.lately, workers=frozenset(pace.workers)
    )


def see_batch(session: Session, batch_id: UUID, *within: ColumnElement[bool]) -> SeenBatch | None:
    """This database's part of the batch, or None when there is none that meets `within`."""
    found = seen_parts(session, Batch.id == batch_id, *within, limit=1)
    return seen_of(found[0]) if found else None


def open_batches(session: Session) -> list[SeenBatch]:
    """Those parts that run or are paused."""
    return [seen_of(part) for part in seen_parts(session, Batch.state.in_(OPEN), limit=MOST_OPEN)]


def seen_of(part: SeenPart) -> SeenBatch:
    """How a batch, or a part of one, stands."""
    batch, now, workers = part.batch, part.now, len(part.workers)
    left = batch.members - batch.done
    rate = _rate(batch, part.lately, now)
    seconds_left = left / rate if rate and batch.state == BatchState.RUNNING else None
    ready_at = now + datetime.timedelta(seconds=seconds_left) if seconds_left is not None else None
    return SeenBatch(
        id=batch.id, date=batch.date, kind=batch.kind, tenant=part.tenant, state=batch.state,
        first_day=batch.first_day, forced=batch.forced, started_by=batch.started_by,
        started_at=batch.started_at, finished_at=batch.finished_at, ready_by=batch.ready_by,
        members=batch.members, done=batch.done, planned=batch.planned, unchanged=batch.unchanged,
        without=batch.without, overtaken=batch.overtaken, failed=batch.failed,
        chunks_left=batch.chunks_left, workers=workers, rate_per_s=rate, seconds_left=seconds_left,
        ready_at=ready_at, late=_is_late(batch, ready_at, now),
        workers_needed=_needed(batch, left, rate, max(1, workers), now),
    )  # fmt: skip


def _rate(batch: Batch, lately: int, now: datetime.datetime) -> float | None:
    if batch.finished_at is not None:
        spent = (batch.finished_at - batch.started_at).total_seconds()
        return batch.done / spent if spent > 0 and batch.done else None
    spent = min(RECENT_S, (now - batch.started_at).total_seconds())
    return lately / spent if lately and spent > 0 else None


def _is_late(batch: Batch, ready_at: datetime.datetime | None, now: datetime.datetime) -> bool:
    """Whether it was, is or will be past its time."""
    if batch.finished_at is not None:
        return batch.finished_at > batch.ready_by
    return now > batch.ready_by or (ready_at is not None and ready_at > batch.ready_by)


def _needed(batch: Batch, left: int, rate: float | None, workers: int, now: datetime.datetime) -> int | None:
    """Workers that do what is left until `ready_by`, each at the present rate of one.

    N = ⌈left / (time left · rate / workers)⌉; None when that time is over or no rate is known.
    """
    seconds = (batch.ready_by - now).total_seconds()
    if batch.finished_at is not None or not rate or seconds <= 0:
        return None
    return max(1, math.ceil(left / (seconds * rate / workers)))


def note_late(session: Session, seen: SeenBatch) -> bool:
    """Keep in the batch's row how it will end; True when it is seen to be late for the first time."""
    values = {"ready_at": seen.ready_at, "workers_needed": seen.workers_needed}
    session.execute(update(Batch).where(Batch.id == seen.id).values(values))
    late = func.now() if seen.late else None
    changed = (Batch.late_since.is_(None)) if seen.late else (Batch.late_since.is_not(None))
    moved = update(Batch).where(Batch.id == seen.id, changed).values(late_since=late).returning(Batch.id)
    return session.scalar(moved) is not None and seen.late
