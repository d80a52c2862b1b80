"""Dead letters: failed jobs, which an operator looks at, runs again or drops."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, delete, func, null, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from models.errors import Conflict
from models.events.event import SUBJECT, EventType, event
from models.events.events import tell
from models.jobs.job import Job, JobState
from models.jobs.outbox import owe
from models.members.legal_hold import LegalHold, refuse_if_held

logger = logging.getLogger(__name__)


def retry(session: Session, job_id: UUID, *within: ColumnElement[bool], by: str) -> bool:
    """Queue a failed job anew with all its attempts; False when there is no failed job that meets `within`.

    Its past attempts stay in the history. Where the same request waits already, both are made, and whoever
    asks once more joins the other.

    Raises
    ------
    Conflict
        When the same request is being made at this very moment, and for a chunk of a batch.
    """
    dead = (Job.id == job_id, Job.state == JobState.FAILED, *within)
    batch_id = session.scalar(select(Job.batch_id).where(*dead))
    if batch_id is not None:
        raise Conflict(f"the job is a chunk of batch {batch_id}: resume that, with `reveille batch resume`")
    try:
        row = session.execute(update(Job).where(*dead).values(_anew(by)).returning(*SUBJECT)).one_or_none()
    except IntegrityError as error:
        raise Conflict("the same request was made at this moment; try again") from error
    if row is None:
        return False
    owe(session, [job_id])
    tell(session, [event(row, EventType.QUEUED)])
    logger.info("job %s is retried", job_id, extra={"action": "job.retry", "job_id": job_id, "by": by})
    return True


def drop(session: Session, job_id: UUID, *within: ColumnElement[bool], by: str) -> bool:
    """Delete a failed job; False when there is none that meets `within`. The log is what is left of it.

    Raises
    ------
    Conflict
        While its member is under a legal hold.
    """
    dead = (Job.id == job_id, Job.state == JobState.FAILED, *within)
    refuse_if_held(session, LegalHold.member_id.in_(select(Job.member_id).where(*dead)))
    row = session.execute(delete(Job).where(*dead).returning(Job.kind, Job.error)).one_or_none()
    if row is None:
        return False
    told = {"action": "job.drop", "job_id": job_id, "by": by, "kind": row.kind, "error": row.error["type"]}
    logger.info("job %s is dropped", job_id, extra=told)
    return True


def _anew(by: str) -> dict[str, Any]:
    retried = func.jsonb_build_object("attempt", Job.attempts, "retried_by", by, "at", func.now())
    other = aliased(Job)
    waits = select(text("1")).where(
        other.fingerprint == Job.fingerprint, other.state == JobState.QUEUED, other.attempts == 0
    )
    return {
        "state": JobState.QUEUED,
        "attempts": 0,
        "token": Job.token + 1,
        "progress": 0,
        "worker": None,
        "error": null(),
        "due_at": func.now(),
        "finished_at": None,
        "fingerprint": case((waits.exists(), None), else_=Job.fingerprint),
        "history": Job.history.op("||")(func.jsonb_build_array(retried)),
    }
