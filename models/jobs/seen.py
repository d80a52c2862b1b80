"""What operators see of a job: everything but the member's own data.

The request is never read here. A planner's problem may name a weight, an injury or a budget, so only its
type, title and status are shown; what the platform itself says of a fault is shown in full.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session

from models.jobs.job import Job, JobState
from models.jobs.queues import QueueName
from planners.spec import Kind

TOLD_IN_FULL = frozenset(
    {"/problems/bad-chunk", "/problems/job-fault", "/problems/worker-lost", "/problems/stopped"}
)
"""Types of problem whose text is the platform's own."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Why a job or an attempt failed; `detail` only where it tells nothing of the member."""

    type: str
    title: str
    status: int
    detail: str | None


@dataclass(frozen=True, kw_only=True)
class Past:
    """An attempt that failed, with its fault; or an operator's retry, after which attempts count anew."""

    attempt: int
    worker: str | None
    fault: Fault | None
    retried_by: str | None
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class SeenJob:
    """A job as operators see it."""

    id: UUID
    tenant_id: UUID
    member_id: UUID | None  # None: a chunk of a batch
    kind: Kind
    queue: QueueName
    state: JobState
    priority: int
    progress: float
    attempts: int
    worker: str | None
    queued_at: datetime
    due_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    plan_id: UUID | None
    error: Fault | None
    history: tuple[Past, ...]


COLUMNS = (
    Job.id, Job.tenant_id, Job.member_id, Job.kind, Job.queue, Job.state, Job.priority, Job.progress,
    Job.attempts, Job.worker, Job.queued_at, Job.due_at, Job.started_at, Job.finished_at, Job.plan_id,
    Job.error, Job.history,
)  # fmt: skip


def see(session: Session, job_id: UUID, *within: ColumnElement[bool]) -> SeenJob | None:
    """The job, or None when there is none that meets `within`."""
    row = session.execute(select(*COLUMNS).where(Job.id == job_id, *within)).one_or_none()
    return None if row is None else _seen(row)


def see_dead(
    session: Session, *within: ColumnElement[bool], limit: int, before: UUID | None = None
) -> list[SeenJob]:
    """The failed jobs that meet `within`, newest first: a page of those made before the job `before`."""
    dead = select(*COLUMNS).where(Job.state == JobState.FAILED, *within)
    if before is not None:
        dead = dead.where(Job.id < before)
    return [_seen(row) for row in session.execute(dead.order_by(Job.id.desc()).limit(limit))]


def _seen(row: Row[*tuple[Any, ...]]) -> SeenJob:
    told = {
        **row._mapping,
        "error": fault_of(row.error) if row.error else None,
        "history": tuple(map(_past, row.history)),
    }
    return SeenJob(**told)


def fault_of(problem: Mapping[str, Any]) -> Fault:
    """A problem without what it may tell of the member."""
    detail = problem["detail"] if problem["type"] in TOLD_IN_FULL else None
    return Fault(type=problem["type"], title=problem["title"], status=problem["status"], detail=detail)


def _past(entry: Mapping[str, Any]) -> Past:
    at, problem = entry.get("at"), entry.get("problem")
    return Past(
        attempt=entry["attempt"], worker=entry.get("worker"), fault=fault_of(problem) if problem else None,
        retried_by=entry.get("retried_by"), at=datetime.fromisoformat(at) if at else None,
    )  # fmt: skip
