"""The only way to make a job: the job and its outbox row in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from models.errors import Conflict
from models.event import EventType, event
from models.events import tell
from models.ids import bucket_of, new_id
from models.job import Job
from models.outbox import CHANNEL
from models.queues import QueueName
from planners.spec import PlanRequest, request_json

# The job, what is owed for it and the wake-up in one statement: one trip to the database, all or nothing.
ENQUEUE = text("""
WITH made AS (
    INSERT INTO job (id, tenant_id, member_id, kind, queue, priority, request, idempotency_key)
    VALUES (:id, :tenant_id, :member_id, :kind, :queue, :priority, :request, :idempotency_key)
    ON CONFLICT (member_id, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
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
) -> Enqueued:
    """Make a job for `request` inside the caller's transaction; the relay hears of it when that commits.

    With an `idempotency_key` that the member has used before, the job of that time is given back.

    Raises
    ------
    Conflict
        When the key was used for another request.
    """
    body = request_json(request)
    values = {
        "id": new_id(bucket_of(member_id)),
        "tenant_id": tenant_id,
        "member_id": member_id,
        "kind": request.kind,
        "queue": queue,
        "priority": priority,
        "request": body,
        "idempotency_key": idempotency_key,
        "channel": CHANNEL,
    }
    job = session.scalars(MADE, values).one_or_none()
    if job is None:
        return Enqueued(job=_earlier(session, member_id, idempotency_key, body), new=False)
    tell(session, [event(job, EventType.QUEUED)])
    return Enqueued(job=job, new=True)


def _earlier(session: Session, member_id: UUID, key: str | None, body: dict[str, Any]) -> Job:
    found = select(Job).where(Job.member_id == member_id, Job.idempotency_key == key)
    job = session.scalars(found).one()
    if job.request != body:
        raise Conflict("this Idempotency-Key was used for another request; use a new key for a new request")
    return job
