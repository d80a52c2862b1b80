"""The way to make one job: the job and its outbox row in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from models import tracing
from models.errors import Conflict, Unavailable
from models.events.event import EventType, event
from models.events.events import tell
from models.ids import bucket_of, new_id
from models.jobs.fingerprint import fingerprint_of
from models.jobs.idempotency import Answered, answer_with, answered, free_key, keep_key
from models.jobs.job import WAITING, Job
from models.jobs.outbox import CHANNEL
from models.jobs.plan_change import ABOUT, About
from models.jobs.queues import QueueName
from planners.spec import PlanRequest, request_json

TRIES = 5

# The job, what is owed for it and the wake-up in one statement: one trip to the database, all or nothing.
ENQUEUE = text("""
WITH made AS (
    INSERT INTO job
        (id, tenant_id, member_id, kind, queue, priority, request, fingerprint, idempotency_key, traceparent)
    VALUES
        (:id, :tenant_id, :member_id, :kind, :queue, :priority, :request, :fingerprint, :idempotency_key,
         :traceparent)
    ON CONFLICT DO NOTHING
    RETURNING *
), owed AS (
    INSERT INTO outbox (job_id, tenant_id, queue, priority, due_at)
    SELECT id, tenant_id, queue, priority, due_at FROM made
), told AS (
    SELECT pg_notify(:channel, '') FROM made
)
SELECT made.* FROM made, told
""").bindparams(
    bindparam("id", type_=Uuid),
    bindparam("tenant_id", type_=Uuid),
    bindparam("member_id", type_=Uuid),
    bindparam("request", type_=JSONB),
)
MADE = select(Job).from_statement(ENQUEUE)


@dataclass(frozen=True, kw_only=True)
class Enqueued:
    """The job that will make the plan; `new` is False when an earlier call had already made it."""

    job: Job
    new: bool


def enqueue(
    session: Session,
    *,
    tenant_id: UUID,
    member_id: UUID,
    request: PlanRequest,
    queue: QueueName,
    priority: int = 0,
    idempotency_key: str | None = None,
    about: About | None = None,
) -> Enqueued:
    """Make a job for `request` inside the caller's transaction; the relay hears of it when that commits.

    While the member's same request waits in the queue, that job is given back instead. With an
    `idempotency_key` that the member has used before, it is the job of that time, whatever became of it.
    With `about` the job changes a plan that answered `request`, or answers a question about it.

    Raises
    ------
    Conflict
        When the key was used for another request.
    """
    body = request_json(request) | ({} if about is None else {ABOUT: about.as_json()})
    values = {
        "id": new_id(bucket_of(member_id)),
        "tenant_id": tenant_id,
        "member_id": member_id,
        "kind": request.kind,
        "queue": queue,
        "priority": priority,
        "request": body,
        "fingerprint": fingerprint_of(member_id, queue, body),
        "idempotency_key": idempotency_key,
        "traceparent": tracing.present(),
        "channel": CHANNEL,
    }
    earlier = None if idempotency_key is None else _take_key(session, values)
    if earlier is not None:
        return Enqueued(job=earlier, new=False)
    return _make_or_join(session, values)


def _take_key(session: Session, values: dict[str, Any]) -> Job | None:
    member_id, key = values["member_id"], values["idempotency_key"]
    kept = {name: values[name] for name in ("member_id", "tenant_id", "fingerprint")}
    for _ in range(TRIES):
        if keep_key(session, key=key, job_id=values["id"], **kept):
            return None
        if (earlier := answered(session, member_id, key)) is not None:
            return _same(earlier, values)
        free_key(session, member_id, key)
    raise Unavailable("this Idempotency-Key is in use at this moment; try again")


def _make_or_join(session: Session, values: dict[str, Any]) -> Enqueued:
    for _ in range(TRIES):
        job = session.scalars(MADE, values).one_or_none()
        if job is not None:
            tell(session, [event(job, EventType.QUEUED)])
            return Enqueued(job=job, new=True)
        # An equal job was waiting, or a process of the version before had used the key.
        job = _waiting(session, values) or _of_old_key(session, values)
        if job is not None:
            return Enqueued(job=job, new=False)
        # It was taken up between the two looks: then this request makes its own.
    raise Unavailable("the same request is being taken up and asked again all the time; try again")


def _waiting(session: Session, values: dict[str, Any]) -> Job | None:
    equal = select(Job).where(Job.fingerprint == values["fingerprint"], text(WAITING))
    job = session.scalar(equal)
    if job is not None and values["idempotency_key"] is not None:
        answer_with(session, values["member_id"], values["idempotency_key"], job.id)
    return job


def _of_old_key(session: Session, values: dict[str, Any]) -> Job | None:
    if values["idempotency_key"] is None:
        return None
    earlier = answered(session, values["member_id"], values["idempotency_key"])
    return None if earlier is None else _same(earlier, values)


def _same(earlier: Answered, values: dict[str, Any]) -> Job:
    same = earlier.fingerprint == values["fingerprint"] or earlier.job.request == values["request"]
    if not same:
        raise Conflict("this Idempotency-Key was used for another request; use a new key for a new request")
    return earlier.job
