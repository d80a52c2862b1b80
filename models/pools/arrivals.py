"""What came and what was done in each five minutes: the history that forecasts are made from.

A slice is written once, some seconds after its end, and kept for `KEPT_DAYS`, longer than its jobs are.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, words
from models.ids import first_id
from models.jobs.queues import QueueName

SLICE = timedelta(minutes=5)
KEPT_DAYS = 400
LATEST = timedelta(hours=1)  # what a request may have waited and still count in the slice of its end


class Arrivals(Base):
    __tablename__ = "arrivals"

    queue: Mapped[QueueName] = mapped_column(words(QueueName), primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)  # the beginning of the slice
    arrived: Mapped[int] = mapped_column(server_default="0")  # jobs that were asked for
    ended: Mapped[int] = mapped_column(server_default="0")  # jobs that ended, of whatever slice
    service_s: Mapped[float] = mapped_column(server_default="0")  # sum of their last attempts' times


# Ids sort by time, so what came is a range of the primary key. What ended came within the hour before, or is
# of a batch that was open in the slice.
RECORD = text("""
WITH came AS (
    SELECT queue, count(*) AS arrived FROM job WHERE id >= :first AND id < :next GROUP BY queue
), over AS (
    SELECT queue, started_at, finished_at FROM job
    WHERE id >= :earliest AND id < :next AND batch_id IS NULL
    UNION ALL
    SELECT job.queue, job.started_at, job.finished_at FROM batch JOIN job ON job.batch_id = batch.id
    WHERE batch.started_at < :until AND (batch.finished_at IS NULL OR batch.finished_at >= :since)
), done AS (
    SELECT queue, count(*) AS ended, sum(extract(epoch FROM finished_at - started_at)) AS service_s
    FROM over WHERE finished_at >= :since AND finished_at < :until GROUP BY queue
)
INSERT INTO arrivals (queue, at, arrived, ended, service_s)
SELECT name, :since, coalesce(arrived, 0), coalesce(ended, 0), coalesce(service_s, 0)
FROM unnest(CAST(:queues AS text[])) AS name
LEFT JOIN came ON came.queue = name LEFT JOIN done ON done.queue = name
ON CONFLICT DO NOTHING
""")


def slice_of(moment: datetime) -> datetime:
    """The beginning of the slice that a moment lies in.

    >>> slice_of(datetime(2026, 12, 1, 5, 33, 20, tzinfo=UTC)).isoformat()
    '2026-12-01T05:30:00+00:00'
    """
    return datetime.fromtimestamp(moment.timestamp() // SLICE.total_seconds() * SLICE.total_seconds(), tz=UTC)


def record(session: Session, at: datetime) -> int:
    """Write the slice that begins `at`, for every queue; 0 when it is written already."""
    told = {
        "first": first_id(at), "next": first_id(at + SLICE), "earliest": first_id(at - LATEST),
        "since": at, "until": at + SLICE, "queues": [str(queue) for queue in QueueName],
    }  # fmt: skip
    return int(getattr(session.execute(RECORD, told), "rowcount", 0))


def history(session: Session, queue: QueueName, since: datetime) -> list[float]:
    """The arrivals of each slice from `since` to the latest one that is written; 0 for what is missing."""
    rows = session.execute(
        select(Arrivals.at, Arrivals.arrived)
        .where(Arrivals.queue == queue, Arrivals.at >= since)
        .order_by(Arrivals.at)
    ).all()
    if not rows:
        return []
    found = {at: float(arrived) for at, arrived in rows}
    first, last = rows[0][0], rows[-1][0]
    return [found.get(first + n * SLICE, 0.0) for n in range(round((last - first) / SLICE) + 1)]


def forget(session: Session) -> int:
    """Delete what has been kept long enough."""
    old = Arrivals.at < func.now() - timedelta(days=KEPT_DAYS)
    return int(getattr(session.execute(delete(Arrivals).where(old)), "rowcount", 0))
