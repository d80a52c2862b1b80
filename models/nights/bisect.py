"""What becomes of a chunk that cannot be finished as it is: tried again, cut in two, or given up at last."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, literal, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from models.base import Json
from models.errors import BadChunk, LeaseLost
from models.jobs.claim import Claim, is_held
from models.jobs.job import Job, JobState
from models.jobs.outbox import owe
from models.members.member import Member
from models.members.owned import OWNED
from models.nights.batch import Batch
from models.nights.chunk import SINGLE_LOSSES, WHOLE_LOSSES, Range, add_chunk, halves, range_of
from models.nights.failure import BatchFailure
from models.nights.tally import Tally, end_chunk

BAD = "/problems/bad-chunk"  # the error's type of a dead letter that no resumed batch queues again

logger = logging.getLogger(__name__)


class Loss(StrEnum):
    """What became of a chunk whose attempt came to nothing."""

    AGAIN = "again"  # queued as it is
    DIVIDED = "divided"  # queued as two halves
    FAILED = "failed"  # a dead letter: its one member has a reason


@dataclass(frozen=True, kw_only=True)
class Lost:
    """A chunk whose attempt came to nothing, and why."""

    job_id: UUID
    tenant_id: UUID
    batch_id: UUID
    attempts: int
    part: Range
    problem: Json


def divide(session: Session, held: Claim, problem: Json) -> None:
    """Cut a chunk in hand in two, or give its one member up; `LeaseLost` when it is no longer held."""
    columns = select(Job.id, Job.tenant_id, Job.batch_id, Job.attempts, Job.request)
    row = session.execute(columns.where(*is_held(held)).with_for_update()).one_or_none()
    if row is None:
        raise LeaseLost(f"chunk {held.id} is no longer held with token {held.token}")
    settle_loss(session, row, problem, certain=True)


def settle_loss(
    session: Session, row: Row[*tuple[Any, ...]], problem: Json, *, certain: bool = False
) -> Loss:
    """Queue the chunk of this job again whole, in two, or fail it; the caller holds its row.

    One of which no sense can be made is a dead letter, and leaves the caller's transaction as it was.
    `certain` says that the chunk itself is to blame, so that it is not tried again as it is.
    """
    try:
        with session.begin_nested():
            return _settle(session, _lost_chunk(session, row, problem), certain)
    except (BadChunk, DataError, IntegrityError) as error:
        return _bury(session, row, error)


def _lost_chunk(session: Session, row: Row[*tuple[Any, ...]], problem: Json) -> Lost:
    part = range_of(row.request)
    if session.get(Batch, row.batch_id) is None:
        raise BadChunk(f"its batch {row.batch_id} is gone")
    return Lost(
        job_id=row.id, tenant_id=row.tenant_id, batch_id=row.batch_id, attempts=row.attempts,
        part=part, problem=problem,
    )  # fmt: skip


def _settle(session: Session, lost: Lost, certain: bool) -> Loss:
    parts = halves(session, lost.tenant_id, lost.part)
    if len(parts) == 2 and (certain or lost.attempts >= WHOLE_LOSSES):
        return _divide(session, lost, parts[0], parts[1])
    if len(parts) == 1 and (certain or lost.attempts >= SINGLE_LOSSES):
        return _give_up(session, lost)
    _requeue(session, lost, {})
    return Loss.AGAIN


def _bury(session: Session, row: Row[*tuple[Any, ...]], error: Exception) -> Loss:
    """Fail a chunk that names no members, so that nobody's count moves but that of the chunks left."""
    detail = str(error) if isinstance(error, BadChunk) else f"the database refused it: {type(error).__name__}"
    problem = {"type": BAD, "title": "The chunk makes no sense", "status": 500, "detail": detail}
    logger.error("chunk %s is given up: %s", row.id, detail, extra={"action": "chunk.bad"})
    _fail(session, row.id, problem)
    end_chunk(session, row.batch_id, Tally())
    return Loss.FAILED


def _divide(session: Session, lost: Lost, left: Range, right: Range) -> Loss:
    # The halves are suspects: their next loss cuts them again.
    _requeue(session, lost, {"request": left.json(), "attempts": WHOLE_LOSSES - 1})
    add_chunk(session, lost.batch_id, right, attempts=WHOLE_LOSSES - 1)
    return Loss.DIVIDED


def _requeue(session: Session, lost: Lost, changes: Mapping[str, Any]) -> None:
    queued = {"state": JobState.QUEUED, "worker": None, "progress": 0, "due_at": func.now()}
    _move(session, lost.job_id, lost.problem, {**queued, **changes})
    owe(session, [lost.job_id])


def _give_up(session: Session, lost: Lost) -> Loss:
    _fail(session, lost.job_id, lost.problem)
    inside = (Member.tenant_id == lost.tenant_id, *lost.part.has(Member.id), OWNED)
    members = session.scalars(select(Member.id).where(*inside)).all()
    told = {"batch_id": lost.batch_id, "tenant_id": lost.tenant_id, "problem": lost.problem}
    if members:
        session.execute(
            upsert(BatchFailure).on_conflict_do_nothing(), [{**told, "member_id": m} for m in members]
        )
    tally = Tally(failed=len(members), without=lost.part.members - len(members))
    end_chunk(session, lost.batch_id, tally)
    return Loss.FAILED


def _fail(session: Session, job_id: UUID, problem: Json) -> None:
    ended = {"state": JobState.FAILED, "finished_at": func.clock_timestamp(), "error": problem}
    _move(session, job_id, problem, ended)


def _move(session: Session, job_id: UUID, problem: Json, values: Mapping[str, Any]) -> None:
    told = literal(problem, JSONB)
    entry = func.jsonb_build_object("attempt", Job.attempts, "worker", Job.worker, "problem", told)
    history = Job.history.op("||")(func.jsonb_build_array(entry))
    moved = {"lease_until": None, "token": Job.token + 1, "history": history, **values}
    session.execute(update(Job).where(Job.id == job_id).values(moved))
