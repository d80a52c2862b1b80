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

from sqlalchemy import ARRAY, Integer, Row, Uuid, bindparam, cast, func, text
from sqlalchemy.dialects.postgresql import INTERVAL
from sqlalchemy.orm import Session

from models.base import Json
from models.events.event import EventType, event
from models.events.events import tell
from models.jobs.job import Job, JobState
from models.jobs.queues import QueueName
from planners.spec import Kind


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A job that belongs to this worker until its lease runs out, and what is needed to work on it."""

    id: UUID
    tenant_id: UUID
    member_id: UUID | None  # None: a chunk of a batch
    batch_id: UUID | None
    kind: Kind
    queue: QueueName
    request: Json
    token: int
    attempts: int
    waited_s: float  # from when it was due to this claim
    traceparent: str | None  # of the request that asked for it

    @property
    def lease(self) -> tuple[UUID, int]:
        """The job and the token: what tells this claim from an earlier or later one of the same job."""
        return self.id, self.token

    @property
    def member(self) -> UUID:
        """The member whose plan it is.

        Raises
        ------
        ValueError
            For a chunk of a batch, which has many.
        """
        if self.member_id is None:
            raise ValueError(f"job {self.id} is a chunk of a batch and no member's own")
        return self.member_id


# Rows are locked in one order by everybody, so no two claims wait for each other; a job that somebody else
# is just moving is left to him, and one of a paused queue or batch where it is. What was owed for a job is
# settled in the statement that takes it.
CLAIM = text("""
WITH free AS (
    SELECT id FROM job WHERE id = ANY(:ids) AND state = 'queued' AND due_at <= now()
        AND queue NOT IN (SELECT name FROM queue WHERE paused_at IS NOT NULL)
        AND NOT EXISTS (SELECT FROM batch WHERE batch.id = job.batch_id AND paused_at IS NOT NULL)
        AND (NOT :fresh OR attempts = 0 AND batch_id IS NULL)
    ORDER BY id FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE job SET state = 'running', token = token + 1, attempts = attempts + 1, worker = :worker,
        progress = 0, started_at = clock_timestamp(),
        lease_until = clock_timestamp() + make_interval(secs => :lease_s)
    FROM free WHERE job.id = free.id
    RETURNING job.id, tenant_id, member_id, batch_id, kind, queue, request, token, attempts, traceparent,
        greatest(0, extract(epoch FROM started_at - due_at))::float8 AS waited_s
), settled AS (
    DELETE FROM outbox USING taken WHERE outbox.job_id = taken.id
)
SELECT * FROM taken
""").bindparams(bindparam("ids", type_=ARRAY(Uuid)))


def claim(
    session: Session, job_ids: Sequence[UUID], *, worker: str, lease_s: float, fresh: bool = False
) -> dict[UUID, Claim]:
    """Take those of the jobs that are queued and due; the others are another's, ended, or not due yet.

    With `fresh`, only those that were never tried before and are no chunks.
    """
    told = {"ids": list(job_ids), "worker": worker, "lease_s": lease_s, "fresh": fresh}
    rows = session.execute(CLAIM, told)
    claims = {row.id: _claim_of(row) for row in rows}
    tell(session, [event(c, EventType.STARTED) for c in claims.values()])
    return claims


def _claim_of(row: Row[Any]) -> Claim:
    named = row._asdict()
    return Claim(**{**named, "kind": Kind(row.kind), "queue": QueueName(row.queue)})


# Of several rows none is waited for: a finish that holds one of them may be waiting for another. A row that
# somebody is moving needs no longer lease, and is still held until he commits.
RENEW = text("""
WITH held AS (
    SELECT job.id, job.token FROM job JOIN unnest(:ids, :tokens) AS held (id, token) ON job.id = held.id
    WHERE job.token = held.token AND job.state = 'running'
), free AS (
    SELECT job.id FROM job JOIN held ON job.id = held.id
    WHERE job.token = held.token AND job.state = 'running'
    FOR UPDATE OF job SKIP LOCKED
), renewed AS (
    UPDATE job SET lease_until = clock_timestamp() + make_interval(secs => :lease_s)
    FROM free WHERE job.id = free.id
)
SELECT id, token FROM held
""").bindparams(bindparam("ids", type_=ARRAY(Uuid)), bindparam("tokens", type_=ARRAY(Integer)))


def renew(session: Session, claims: Sequence[Claim], *, lease_s: float) -> set[tuple[UUID, int]]:
    """Prolong the leases of `claims`; return those that are still held."""
    told = {"ids": [c.id for c in claims], "tokens": [c.token for c in claims], "lease_s": lease_s}
    return {(row.id, row.token) for row in session.execute(RENEW, told)}


def is_held(held: Claim) -> tuple[Any, ...]:
    """The conditions under which the job is still this worker's."""
    return Job.id == held.id, Job.state == JobState.RUNNING, Job.token == held.token


def from_now(seconds: float) -> Any:
    """The moment `seconds` from now by the database's clock, the only clock that leases go by."""
    return func.clock_timestamp() + cast(timedelta(seconds=seconds), INTERVAL)


def history_entry(held: Claim, problem: Mapping[str, Any]) -> Json:
    """What the job keeps of a failed attempt."""
    return {"attempt": held.attempts, "problem": problem}
