"""Many jobs in one statement, for anybody who brings a batch; nights have chunks (models/nights/chunk.py)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Integer, LargeBinary, Text, Uuid, bindparam, text
from sqlalchemy.orm import Session

from models.events.event import EventType, event
from models.events.events import tell
from models.ids import bucket_of, new_id
from models.jobs.fingerprint import fingerprint_of
from models.jobs.outbox import CHANNEL
from models.jobs.queues import QueueName
from planners.spec import PlanRequest, request_json

MOST = 1_000  # rows of one statement, so that each stays far below the statement timeout

# In the order of fingerprints, so that two calls for the same requests wait for each other at most one way.
ENQUEUE_MANY = text("""
WITH made AS (
    INSERT INTO job (id, tenant_id, member_id, kind, queue, priority, request, fingerprint)
    SELECT id, tenant_id, member_id, kind, :queue, priority, request::jsonb, fingerprint
    FROM unnest(:ids, :tenant_ids, :member_ids, :kinds, :priorities, :requests, :fingerprints)
        AS wanted (id, tenant_id, member_id, kind, priority, request, fingerprint)
    ORDER BY fingerprint
    ON CONFLICT DO NOTHING
    RETURNING id, tenant_id, member_id, queue, priority, due_at, token, attempts
), owed AS (
    INSERT INTO outbox (job_id, tenant_id, queue, priority, due_at)
    SELECT id, tenant_id, queue, priority, due_at FROM made
)
SELECT id, tenant_id, member_id, queue, token, attempts FROM made
""").bindparams(
    bindparam("ids", type_=ARRAY(Uuid)),
    bindparam("tenant_ids", type_=ARRAY(Uuid)),
    bindparam("member_ids", type_=ARRAY(Uuid)),
    bindparam("kinds", type_=ARRAY(Text)),
    bindparam("priorities", type_=ARRAY(Integer)),
    bindparam("requests", type_=ARRAY(Text)),
    bindparam("fingerprints", type_=ARRAY(LargeBinary)),
)
WAKE = text("SELECT pg_notify(:channel, '')")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A plan that is wanted for a member."""

    tenant_id: UUID
    member_id: UUID
    request: PlanRequest
    priority: int = 0


def enqueue_many(session: Session, wanted: Sequence[Wanted], *, queue: QueueName) -> list[UUID | None]:
    """Make a job for each of `wanted` in the caller's transaction, and wake the relay once, at its commit.

    As with `enqueue`, a request that equals one of the member's that still waits joins that job, be it an
    earlier one or one of this call. There are no Idempotency-Keys here.

    Returns
    -------
    For each, the id of its new job, or None where it joined another.
    """
    ids: list[UUID | None] = []
    for start in range(0, len(wanted), MOST):
        ids += _enqueue(session, wanted[start : start + MOST], queue)
    if any(ids):
        session.execute(WAKE, {"channel": CHANNEL})
    return ids


def _enqueue(session: Session, wanted: Sequence[Wanted], queue: QueueName) -> Iterator[UUID | None]:
    arrays = _arrays(wanted, queue)
    made = session.execute(ENQUEUE_MANY, {**arrays, "queue": queue}).all()
    tell(session, [event(row, EventType.QUEUED) for row in made])
    new = {row.id for row in made}
    return (job_id if job_id in new else None for job_id in arrays["ids"])


def _arrays(wanted: Sequence[Wanted], queue: QueueName) -> dict[str, list[Any]]:
    bodies = [request_json(w.request) for w in wanted]
    return {
        "ids": [new_id(bucket_of(w.member_id)) for w in wanted],
        "tenant_ids": [w.tenant_id for w in wanted],
        "member_ids": [w.member_id for w in wanted],
        "kinds": [w.request.kind for w in wanted],
        "priorities": [w.priority for w in wanted],
        "requests": [json.dumps(body) for body in bodies],
        "fingerprints": [fingerprint_of(w.member_id, queue, b) for w, b in zip(wanted, bodies, strict=True)],
    }
