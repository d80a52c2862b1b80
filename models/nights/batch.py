"""A batch: one tenant's plans of one kind, made anew for one day. Its chunks are jobs of the batch queue.

running ──the last chunk is done──▶ finished
  │  ▲                                 │
  │  ├───── started again by hand ─────┤
  │  └─resume── paused                 │
  ├──pause──────▶ │                    │
  └──cancel───────┴──▶ cancelled ──────┘
"""

from __future__ import annotations

import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, words
from planners.spec import Kind


class BatchState(StrEnum):
    """How far a night of one tenant and kind has come."""

    RUNNING = "running"  # its chunks are queued or in hand
    PAUSED = "paused"  # by an operator: what is in hand is finished, nothing else starts
    FINISHED = "finished"  # every member of it has an outcome; kept for `job_retention_days`
    CANCELLED = "cancelled"  # by an operator, or by the start of a later night; what was saved stays


OPEN = (BatchState.RUNNING, BatchState.PAUSED)


class Batch(Base):
    __tablename__ = "batch"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    date: Mapped[datetime.date]  # the day that the night leads to, where the tenant is
    kind: Mapped[Kind] = mapped_column(words(Kind))
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"))
    state: Mapped[BatchState] = mapped_column(words(BatchState), server_default="running")
    first_day: Mapped[datetime.date]  # planned anew: `date`, or the next where it had begun at the start
    ready_by: Mapped[datetime.datetime]
    forced: Mapped[bool]  # plans those too whose inputs have not changed
    started_by: Mapped[str]
    started_at: Mapped[datetime.datetime] = mapped_column(server_default=func.now())
    paused_at: Mapped[datetime.datetime | None]
    finished_at: Mapped[datetime.datetime | None]
    members: Mapped[int]  # when it was started
    chunks_left: Mapped[int]  # moved with the counts below, in the transaction that ends a chunk
    planned: Mapped[int] = mapped_column(server_default="0")
    unchanged: Mapped[int] = mapped_column(server_default="0")  # their inputs are those of their plan
    without: Mapped[int] = mapped_column(server_default="0")  # never asked for such a plan, or gone meanwhile
    overtaken: Mapped[int] = mapped_column(server_default="0")  # asked for a plan of their own meanwhile
    failed: Mapped[int] = mapped_column(server_default="0")  # each has a row in batch_failure
    late_since: Mapped[datetime.datetime | None]  # since when it cannot be ready in time with these workers
    ready_at: Mapped[datetime.datetime | None]  # at the present rate, as seen by the last look of the clock
    workers_needed: Mapped[int | None]  # that would still be ready in time

    __table_args__ = (
        UniqueConstraint("date", "kind", "tenant_id"),
        CheckConstraint("(state = 'paused') = (paused_at IS NOT NULL)", name="paused"),
        CheckConstraint("(state IN ('finished', 'cancelled')) = (finished_at IS NOT NULL)", name="finished"),
        Index("ix_batch_open", "id", postgresql_where=text("state IN ('running', 'paused')")),
        Index(None, "tenant_id", "id"),
    )

    @property
    def done(self) -> int:
        """Members that have an outcome."""
        return self.planned + self.unchanged + self.without + self.overtaken + self.failed
