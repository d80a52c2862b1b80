"""Moves of a job's state that only the holder of its lease may make, each one conditional UPDATE.

`token` is the fencing token: every claim, rescue and cancel raises it, so that a worker which was away too
long (stopped, swapped out, cut off) finds its old token refused and writes nothing.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, cast, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import INTERVAL, JSONB
from sqlalchemy.orm import Session

from models.base import Json
from models.errors import LeaseLost
from models.ids import bucket_of, new_id
from models.job import Job, JobState
from models.member import Member
from models.outbox import owe, settle
from models.plan import Plan, PlanState
from models.queues import QueueName
from planners.spec import Kind

MOST_BACKOFF_S = 60.0


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A job that belongs to this worker until its lease runs out, and what is needed to work on it."""

    job_id: UUID
    tenant_id: UUID
    member_id: UUID
    kind: Kind
    queue: QueueName
    request: Json
    token: int
    attempts: int


def claim(session: Session, job_id: UUID, *, worker: str, lease_s: float) -> Claim | None:
    """Take a queued job that is due, or return None: it is another's, ended, or not due yet."""
    row = session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state == JobState.QUEUED, Job.due_at <= func.now())
        .values(
            state=JobState.RUNNING,
            token=Job.token + 1,
            attempts=Job.attempts + 1,
            worker=worker,
            lease_until=_from_now(lease_s),
            started_at=func.clock_timestamp(),
            progress=0,
        )
        .returning(
            Job.id, Job.tenant_id, Job.member_id, Job.kind, Job.queue, Job.request, Job.token, Job.attempts
        )
    ).one_or_none()
    if row is None:
        return None
    settle(session, [job_id])
    return Claim(
        job_id=row.id, tenant_id=row.tenant_id, member_id=row.member_id, kind=row.kind, queue=row.queue,
        request=row.request, token=row.token, attempts=row.attempts,
    )  # fmt: skip


def renew(session: Session, tokens: Mapping[UUID, int], *, lease_s: float) -> set[UUID]:
    """Prolong the leases of the jobs in `tokens` (job id -> token); return the ids that are still held."""
    held = or_(*(and_(Job.id == job_id, Job.token == token) for job_id, token in tokens.items()))
    changed = session.execute(
        update(Job)
        .where(Job.state == JobState.RUNNING, held)
        .values(lease_until=_from_now(lease_s))
        .returning(Job.id)
    )
    return set(changed.scalars())


def succeed(session: Session, held: Claim, *, body: Json) -> UUID:
    """Save the plan and finish the job, together or not at all; return the plan's id.

    The plan becomes the member's current one unless a later job has already made a newer.

    Raises
    ------
    LeaseLost
        When the job is no longer this worker's; then the caller's transaction must roll back.
    """
    # The member's row serialises plans of one member: exactly one current plan for each kind.
    session.execute(select(Member.id).where(Member.id == held.member_id).with_for_update(key_share=True))
    plan_id = new_id(bucket_of(held.member_id))
    _finish(session, held, state=JobState.SUCCEEDED, plan_id=plan_id, progress=1)
    same = and_(Plan.member_id == held.member_id, Plan.kind == held.kind, Plan.state == PlanState.CURRENT)
    newer = session.scalar(select(func.count()).where(same, Plan.job_id > held.job_id))
    if not newer:
        session.execute(update(Plan).where(same).values(state=PlanState.SUPERSEDED))
    session.add(
        Plan(
            id=plan_id, tenant_id=held.tenant_id, member_id=held.member_id, job_id=held.job_id,
            kind=held.kind, state=PlanState.SUPERSEDED if newer else PlanState.CURRENT,
            start_date=date.fromisoformat(body["start_date"]), request=held.request, body=body,
        )
    )  # fmt: skip
    session.flush()
    return plan_id


def fail(session: Session, held: Claim, problem: Json) -> None:
    """Finish the job for good with the problem that ended it."""
    _finish(session, held, state=JobState.FAILED, error=problem, history=_with_entry(held, problem))


def retry_later(session: Session, held: Claim, problem: Json, *, base_s: float) -> float:
    """Put the job back with exponential backoff and full jitter; return the wait in seconds."""
    wait_s = backoff_s(held.attempts, base_s, random.random())  # noqa: S311 (spreads load, keeps no secret)
    entry = _with_entry(held, problem)
    changed = session.execute(
        update(Job)
        .where(*_is_held(held))
        .values(state=JobState.QUEUED, lease_until=None, worker=None, due_at=_from_now(wait_s), history=entry)
        .returning(Job.id)
    ).scalar_one_or_none()
    if changed is None:
        raise LeaseLost(f"job {held.job_id} is no longer held with token {held.token}")
    owe(session, [held.job_id])
    return wait_s


def backoff_s(attempts: int, base_s: float, uniform: float) -> float:
    """Wait after `attempts` failures: base·2^(attempts-1), at most 60 s, times (1 + `uniform`)/2."""
    return float(min(MOST_BACKOFF_S, base_s * 2.0 ** (attempts - 1)) * (0.5 + uniform / 2))


def rescue(session: Session, *, max_attempts: int, limit: int = 500) -> dict[str, int]:
    """Take back jobs whose lease ran out: queue them again, or fail those that used up their attempts.

    Returns
    -------
    Counts: `rescued` and `abandoned`.
    """
    expired = (
        select(Job.id)
        .where(Job.state == JobState.RUNNING, Job.lease_until < func.now())
        .order_by(Job.lease_until)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    lost = _problem("worker-lost", "the worker that held the job stopped giving signs of life")
    ids = session.scalars(expired).all()
    ended = {"lease_until": None, "token": Job.token + 1, "history": _with_lost_entry(lost)}
    abandoned = session.scalars(
        update(Job)
        .where(Job.id.in_(ids), Job.attempts >= max_attempts)
        .values(state=JobState.FAILED, finished_at=func.now(), error=lost, **ended)
        .returning(Job.id)
    ).all()
    rescued = session.scalars(
        update(Job)
        .where(Job.id.in_(ids), Job.attempts < max_attempts)
        .values(state=JobState.QUEUED, worker=None, due_at=func.now(), **ended)
        .returning(Job.id)
    ).all()
    owe(session, rescued)
    return {"rescued": len(rescued), "abandoned": len(abandoned)}


def _finish(session: Session, held: Claim, **values: Any) -> None:
    changed = session.execute(
        update(Job)
        .where(*_is_held(held))
        .values(lease_until=None, finished_at=func.clock_timestamp(), **values)
        .returning(Job.id)
    ).scalar_one_or_none()
    if changed is None:
        raise LeaseLost(f"job {held.job_id} is no longer held with token {held.token}")


def _is_held(held: Claim) -> tuple[Any, ...]:
    return Job.id == held.job_id, Job.state == JobState.RUNNING, Job.token == held.token


def _from_now(seconds: float) -> Any:
    return func.clock_timestamp() + cast(timedelta(seconds=seconds), INTERVAL)


def _with_entry(held: Claim, problem: Json) -> Any:
    entry = {"attempt": held.attempts, "problem": problem}
    return Job.history.op("||")(literal([entry], JSONB))


def _with_lost_entry(problem: Json) -> Any:
    entry = func.jsonb_build_object(
        "attempt", Job.attempts, "worker", Job.worker, "problem", literal(problem, JSONB)
    )
    return Job.history.op("||")(func.jsonb_build_array(entry))


def _problem(name: str, detail: str) -> Json:
    title = "The job was not finished"
    return {"type": f"/problems/{name}", "title": title, "status": 500, "detail": detail}
