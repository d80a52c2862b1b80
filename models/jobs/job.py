"""A job: a plan that was asked for, and how far it has come. The row is the truth; messages only point at it.

queued ──claim──▶ running ──finish──▶ succeeded
  │  ▲              │  │
  │  └──retry,──────┘  ├──permanent error or last attempt──▶ failed ──operator's retry──▶ queued
  │     rescue         │
  └──────cancel────────┴──▶ cancelled
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Json, words
from models.jobs.queues import QueueName
from models.members.member import member_key
from planners.spec import Kind


class JobState(StrEnum):
    """How far a job has come."""

    QUEUED = "queued"  # waits for a worker; a claim moves it on, at `due_at` or later
    RUNNING = "running"  # belongs to one worker until `lease_until`; then a rescue moves it on
    SUCCEEDED = "succeeded"  # its plan is saved; kept for `job_retention_days`
    FAILED = "failed"  # says why in `error`; kept likewise, until an operator retries or drops it
    CANCELLED = "cancelled"  # by its owner or an operator; kept likewise


TRANSITIONS: dict[JobState, frozenset[JobState]] = {
    JobState.QUEUED: frozenset({JobState.RUNNING, JobState.CANCELLED, JobState.FAILED}),
    JobState.RUNNING: frozenset({JobState.QUEUED, JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED}),
    JobState.SUCCEEDED: frozenset(),
    JobState.FAILED: frozenset({JobState.QUEUED}),
    JobState.CANCELLED: frozenset(),
}
"""From each state, the states it may move to; a trigger in the database refuses every other move."""

WAITING = "state = 'queued' AND attempts = 0"
"""A job that no worker has taken up yet, as SQL: an equal request joins it."""

FINISHED = frozenset({JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED})


class Job(Base):
    __tablename__ = "job"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    member_id: Mapped[UUID | None]  # null: a chunk of a batch, which is many members' and nobody's own
    batch_id: Mapped[UUID | None]
    kind: Mapped[Kind] = mapped_column(words(Kind))
    queue: Mapped[QueueName] = mapped_column(words(QueueName))
    state: Mapped[JobState] = mapped_column(words(JobState), server_default="queued")
    request: Mapped[Json]  # as planners.spec writes it, with jobs.plan_change; a chunk's range of members
    idempotency_key: Mapped[str | None]  # for processes of the version before; see jobs/idempotency.py
    fingerprint: Mapped[bytes | None]  # equal requests join while it waits; null: none joins this job
    priority: Mapped[int] = mapped_column(server_default="0")  # higher first among the tenant's own jobs
    progress: Mapped[float] = mapped_column(server_default="0")  # 0 to 1
    attempts: Mapped[int] = mapped_column(server_default="0")  # counted at the claim, so a crash counts
    token: Mapped[int] = mapped_column(server_default="0")  # fencing: raised by each claim, rescue and cancel
    worker: Mapped[str | None]  # who holds the lease, for people to read
    lease_until: Mapped[datetime | None]
    due_at: Mapped[datetime] = mapped_column(server_default=func.now())
    queued_at: Mapped[datetime] = mapped_column(server_default=func.now())
    started_at: Mapped[datetime | None]  # of the latest attempt
    finished_at: Mapped[datetime | None]
    plan_id: Mapped[UUID | None]  # that it made, or was asked about
    answer: Mapped[Json | None]  # to a question about a plan
    error: Mapped[Json | None]  # the problem that ended it
    traceparent: Mapped[str | None]  # of the request that made it, as W3C writes it; null: it has no trace
    history: Mapped[list[Json]] = mapped_column(server_default="[]")  # one entry for each attempt that failed

    __table_args__ = (
        CheckConstraint("progress >= 0 AND progress <= 1", name="progress"),
        CheckConstraint("(state = 'succeeded' AND batch_id IS NULL) = (plan_id IS NOT NULL)", name="plan"),
        CheckConstraint("(member_id IS NULL) = (batch_id IS NOT NULL)", name="chunk"),
        CheckConstraint("(state = 'running') = (lease_until IS NOT NULL)", name="lease"),
        member_key(),
        Index(None, "member_id", "id"),
        Index(
            "uq_job_idempotency",
            "member_id",
            "idempotency_key",
            unique=True,
            postgresql_where=text("idempotency_key IS NOT NULL"),
        ),
        Index("ix_job_lease", "lease_until", postgresql_where=text("state = 'running'")),
        Index("uq_job_waiting", "fingerprint", unique=True, postgresql_where=text(WAITING)),
        Index("ix_job_failed", "id", postgresql_where=text("state = 'failed'")),
        Index("ix_job_batch", "batch_id", "state", postgresql_where=text("batch_id IS NOT NULL")),
        # Few indexes on purpose: every move of a job writes each of those that hold its new row. So the last
        # three hold a job in one state only; what is queued is in the outbox, and what is old is a range of
        # ids.
        {"postgresql_with": {"fillfactor": 80}},
    )
