"""An operator's hand on a batch: pause, resume, cancel. Jobs' rows are moved before the batch's."""

from __future__ import annotations

import logging
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, func, select, update
from sqlalchemy.orm import Session

from models.access.audit import write_down
from models.errors import Conflict, NotFound
from models.jobs.job import Job, JobState
from models.jobs.outbox import Outbox, owe, settle
from models.members.tenant import Tenant
from models.nights.batch import OPEN, Batch, BatchState
from models.nights.bisect import BAD
from models.nights.chunk import range_of
from models.nights.failure import BatchFailure
from planners.spec import Kind

logger = logging.getLogger(__name__)

Within = tuple[ColumnElement[bool], ...]


def pause_batch(session: Session, batch_id: UUID, *within: ColumnElement[bool], by: str) -> None:
    """Start no more of its chunks; those in hand are finished. Raises as `_in`."""
    _in(session, batch_id, within, (BatchState.RUNNING,), "only a running one can be paused")
    queued = session.scalars(select(Job.id).where(*_in_state(batch_id, JobState.QUEUED))).all()
    settle(session, queued)
    _set(session, batch_id, state=BatchState.PAUSED, paused_at=func.now())
    _tell("batch.pause", batch_id, by)


def resume_batch(session: Session, batch_id: UUID, *within: ColumnElement[bool], by: str) -> int:
    """Let a paused batch go on, and queue anew the chunks that were given up; return how many were.

    Raises
    ------
    NotFound
        When there is no such batch that meets `within`.
    Conflict
        When it was cancelled, when it is not paused and none of its chunks was given up, and while a later
        night of the same tenant and kind is under way.
    """
    going_on = (BatchState.PAUSED, BatchState.RUNNING, BatchState.FINISHED)
    state = _in(session, batch_id, within, going_on, "start it once more")
    batch = session.get_one(Batch, batch_id)
    one_at_a_time(session, batch.tenant_id, batch.kind)
    refuse_beside_later(session, batch)
    dead = _requeue_dead(session, batch_id)
    if state != BatchState.PAUSED and not dead:
        raise Conflict(f"the batch is {state} and none of its chunks was given up: start it once more")
    owed = exists().where(Outbox.job_id == Job.id)
    queued = session.scalars(select(Job.id).where(*_in_state(batch_id, JobState.QUEUED), ~owed)).all()
    owe(session, queued)
    _set(session, batch_id, state=BatchState.RUNNING, paused_at=None, finished_at=None)
    _tell("batch.resume", batch_id, by)
    return dead


def cancel_batch(session: Session, batch_id: UUID, *within: ColumnElement[bool], by: str) -> None:
    """Plan no more of it: chunks in hand stop at their next member and save nothing. Raises as `_in`."""
    rule = "only a running or paused one can be cancelled"
    state = _in(session, batch_id, within, OPEN, rule)
    if not _cancel(session, batch_id):
        raise Conflict(f"the batch was {state} and has ended meanwhile: {rule}")
    _tell("batch.cancel", batch_id, by)


def close_older(session: Session, batch: Batch, *, by: str, log: Session) -> None:
    """Cancel what is still open of earlier nights of the batch's tenant and kind; the audit log says why.

    The log is in the control database, to which the session `log` is.

    So a member is in the hands of one night, and the plan of the later one is the one that is saved. Do it
    last in a transaction, for the audit log's sake.
    """
    same = (Batch.tenant_id == batch.tenant_id, Batch.kind == batch.kind, Batch.date < batch.date)
    for batch_id in session.scalars(select(Batch.id).where(*same, Batch.state.in_(OPEN))).all():
        if _cancel(session, batch_id):
            subject, why = f"batch {batch_id}", f"the night for {batch.date} starts"
            write_down(
                log,
                batch.tenant_id,
                actor=by,
                action="cancel_batch",
                subject=subject,
                detail={"why": why},
            )
            _tell("batch.cancel", batch_id, by, why)


def one_at_a_time(session: Session, tenant_id: UUID, kind: Kind) -> None:
    """Let who starts or resumes nights of a tenant and kind wait for each other, until they commit."""
    lock = func.pg_advisory_xact_lock(func.hashtextextended(f"night {tenant_id} {kind}", 0))
    session.execute(select(lock))


def refuse_beside_later(session: Session, batch: Batch) -> None:
    """Look that no later night of the batch's tenant and kind is open: its plans are the ones that stay.

    Raises
    ------
    Conflict
        When one is.
    """
    same = (Batch.tenant_id == batch.tenant_id, Batch.kind == batch.kind, Batch.state.in_(OPEN))
    found = select(Batch, Tenant.slug).join(Tenant, Tenant.id == Batch.tenant_id)
    row = session.execute(found.where(*same, Batch.date > batch.date).limit(1)).one_or_none()
    if row is not None:
        later, slug = row
        raise Conflict(
            f"the {later.kind} night of {slug} for {later.date} is {later.state}, and that for {batch.date} "
            f"cannot run beside it: wait for its end, or cancel batch {later.id} first"
        )


def _cancel(session: Session, batch_id: UUID) -> bool:
    """Whether it was open still."""
    _end_chunks(session, batch_id, JobState.QUEUED, JobState.RUNNING)
    ends = {"state": BatchState.CANCELLED, "paused_at": None, "finished_at": func.now()}
    was_open = update(Batch).where(Batch.id == batch_id, Batch.state.in_(OPEN))
    cancelled = session.scalar(was_open.values(ends).returning(Batch.id)) is not None
    # A chunk that was cut while its row was waited for has left another, seen only now.
    _end_chunks(session, batch_id, JobState.QUEUED)
    return cancelled


def _end_chunks(session: Session, batch_id: UUID, *states: JobState) -> None:
    ended = {"state": JobState.CANCELLED, "token": Job.token + 1, "lease_until": None}
    those = update(Job).where(Job.batch_id == batch_id, Job.state.in_(states))
    cancelled = those.values(**ended, finished_at=func.clock_timestamp()).returning(Job.id)
    settle(session, session.scalars(cancelled).all())


def _requeue_dead(session: Session, batch_id: UUID) -> int:
    again = {
        "state": JobState.QUEUED,
        "attempts": 0,
        "token": Job.token + 1,
        "error": None,
        "finished_at": None,
    }
    dead = session.execute(
        update(Job)
        .where(*_in_state(batch_id, JobState.FAILED), Job.error["type"].as_string() != BAD)
        .values(**again, worker=None, progress=0, due_at=func.now())
        .returning(Job.id, Job.request)
    ).all()
    for row in dead:
        part = range_of(row.request)
        of_chunk = (BatchFailure.batch_id == batch_id, *part.has(BatchFailure.member_id))
        reasons = delete(BatchFailure).where(*of_chunk)
        failed = len(session.execute(reasons.returning(BatchFailure.member_id)).all())
        without = part.members - failed
        counts = {"failed": Batch.failed - failed, "without": Batch.without - without}
        _set(session, batch_id, **counts, chunks_left=Batch.chunks_left + 1)
    return len(dead)


def _in_state(batch_id: UUID, state: JobState) -> Within:
    return Job.batch_id == batch_id, Job.state == state


def _in(
    session: Session, batch_id: UUID, within: Within, states: Collection[BatchState], rule: str
) -> BatchState:
    """The batch's state.

    Raises
    ------
    NotFound
        When there is no such batch that meets `within`.
    Conflict
        When it is in none of `states`; `rule` says what would be right.
    """
    found = session.scalar(select(Batch.state).where(Batch.id == batch_id, *within))
    if found is None:
        raise NotFound("there is no such batch")
    if found not in states:
        raise Conflict(f"the batch is {found}: {rule}")
    return found


def _set(session: Session, batch_id: UUID, **values: object) -> None:
    session.execute(update(Batch).where(Batch.id == batch_id).values(values))


def _tell(action: str, batch_id: UUID, by: str, why: str = "by hand") -> None:
    told = {"action": action, "batch_id": batch_id, "by": by}
    logger.info("batch %s: %s, %s", batch_id, action, why, extra=told)
