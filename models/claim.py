"""Taking jobs, and keeping them: the lease of a claimed job and its fencing token.

The token is raised by every claim, rescue and cancel, so that a worker which was away too long (stopped,
swapped out, cut off) finds its old token refused and writes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, cast, func, or_, select, update
from sqlalchemy.dialects.postgresql import INTERVAL
from sqlalchemy.orm import Session

from models.base import Json
from models.job import Job, JobState
from models.outbox import settle
from models.queues import QueueName
from planners.spec import Kind


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A job that belongs to this worker until its lease runs out, and what is needed to work on it."""

    id: UUID
    tenant_id: UUID
    member_id: UUID
    kind: Kind
    queue: QueueName
    request: Json
    token: int
    attempts: int


COLUMNS = (Job.id, Job.tenant_id, Job.member_id, Job.kind, Job.queue, Job.request, Job.token, Job.attempts)


def claim(session: Session, job_ids: Sequence[UUID], *, worker: str, lease_s: float) -> dict[UUID, Claim]:
    """Take those of the jobs that are queued and due; the others are another's, ended, or not due yet."""
    free = (
        select(Job.id)
        .where(Job.id.in_(job_ids), Job.state == JobState.QUEUED, Job.due_at <= func.now())
        .order_by(Job.id)  # one order for everybody: no two claims wait for each other
        .with_for_update(skip_locked=True)
    )
    rows = session.execute(
        update(Job)
        .where(Job.id.in_(free))
        .values(
            state=JobState.RUNNING,
            token=Job.token + 1,
            attempts=Job.attempts + 1,
            worker=worker,
            lease_until=from_now(lease_s),
            started_at=func.clock_timestamp(),
            progress=0,
        )
        .returning(*COLUMNS)
    ).all()
    if rows:
        settle(session, [row.id for row in rows])
    return {row.id: Claim(**row._mapping) for row in rows}


def renew(session: Session, claims: Sequence[Claim], *, lease_s: float) -> set[UUID]:
    """Prolong the leases of `claims`; return the ids of those that are still held."""
    held = or_(*(and_(Job.id == c.id, Job.token == c.token) for c in claims))
    changed = session.execute(
        update(Job)
        .where(Job.state == JobState.RUNNING, held)
        .values(lease_until=from_now(lease_s))
        .returning(Job.id)
    )
    return set(changed.scalars())


def is_held(held: Claim) -> tuple[Any, ...]:
    """The conditions under which the job is still this worker's."""
    return Job.id == held.id, Job.state == JobState.RUNNING, Job.token == held.token


def from_now(seconds: float) -> Any:
    """The moment `seconds` from now by the database's clock, the only clock that leases go by."""
    return func.clock_timestamp() + cast(timedelta(seconds=seconds), INTERVAL)


def history_entry(held: Claim, problem: Mapping[str, Any]) -> Json:
    """What the job keeps of a failed attempt."""
    return {"attempt": held.attempts, "problem": problem}
