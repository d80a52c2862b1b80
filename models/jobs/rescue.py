"""Taking back the jobs of workers that stopped giving signs of life."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, literal, select, update
from sqlalchemy.dialects.postgresql import INTERVAL, JSONB
from sqlalchemy.orm import Session

from models.base import Json
from models.events.deliveries import owe_deliveries
from models.events.event import SUBJECT, EventType, event
from models.events.events import tell
from models.jobs.finish import MOST_BACKOFF_S
from models.jobs.job import Job, JobState
from models.jobs.outbox import owe
from models.nights.bisect import Loss, settle_loss

LOST: Json = {
    "type": "/problems/worker-lost",
    "title": "The job was not finished",
    "status": 500,
    "detail": "the worker that held the job stopped giving signs of life",
}


def rescue(session: Session, *, max_attempts: int, limit: int = 500) -> dict[str, int]:
    """Queue the jobs whose lease ran out again, or fail those that used up their attempts.

    A chunk of a batch is queued whole at first, then in two halves. One that makes no sense is failed at
    once, and the others go on.

    Returns
    -------
    Counts: `rescued` and `abandoned`.
    """
    expired = (
        select(Job.id, Job.batch_id, Job.tenant_id, Job.attempts, Job.request)
        .where(Job.state == JobState.RUNNING, Job.lease_until < func.now())
        .order_by(Job.lease_until)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = session.execute(expired).all()
    chunks = Counter(settle_loss(session, row, LOST) for row in rows if row.batch_id)
    ids = [row.id for row in rows if row.batch_id is None]
    rescued, abandoned = _rescue_plans(session, ids, max_attempts) if ids else (0, 0)
    again = chunks[Loss.AGAIN] + chunks[Loss.DIVIDED]
    return {"rescued": rescued + again, "abandoned": abandoned + chunks[Loss.FAILED]}


def _rescue_plans(session: Session, ids: Sequence[UUID], max_attempts: int) -> tuple[int, int]:
    lost = {"lease_until": None, "token": Job.token + 1, "history": _with_lost_attempt()}
    abandoned = session.execute(
        update(Job)
        .where(Job.id.in_(ids), Job.attempts >= max_attempts)
        .values(state=JobState.FAILED, finished_at=func.now(), error=LOST, **lost)
        .returning(*SUBJECT)
    ).all()
    rescued = session.execute(
        update(Job)
        .where(Job.id.in_(ids), Job.attempts < max_attempts)
        .values(state=JobState.QUEUED, worker=None, progress=0, due_at=_next_try(), **lost)
        .returning(*SUBJECT)
    ).all()
    owe(session, [row.id for row in rescued])
    owe_deliveries(session, [row.id for row in abandoned])
    tell(session, [event(row, EventType.FAILED, problem=LOST["type"]) for row in abandoned])
    tell(session, [event(row, EventType.RETRYING, problem=LOST["type"]) for row in rescued])
    return len(rescued), len(abandoned)


def _next_try() -> Any:
    """At once after the first loss, and within 2^attempts seconds, at random, after each further one.

    Jobs that were lost together part ways like that: one that kills its worker does not take the same
    neighbours along until they have used up their attempts too.
    """
    most_s = func.least(MOST_BACKOFF_S, func.power(2.0, Job.attempts))
    wait_s = case((Job.attempts <= 1, 0.0), else_=most_s * func.random())
    return func.now() + func.make_interval(0, 0, 0, 0, 0, 0, wait_s, type_=INTERVAL)


def _with_lost_attempt() -> Any:
    problem = literal(LOST, JSONB)
    entry = func.jsonb_build_object("attempt", Job.attempts, "worker", Job.worker, "problem", problem)
    return Job.history.op("||")(func.jsonb_build_array(entry))
