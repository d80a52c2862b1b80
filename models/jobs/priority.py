"""The priority of a waiting job: an operator's to set, never a request's."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from models.jobs.job import Job, JobState
from models.jobs.outbox import Outbox

LOWEST, HIGHEST = -100, 100


def set_priority(session: Session, job_id: UUID, priority: int, *within: ColumnElement[bool]) -> bool:
    """Let a waiting job go before its tenant's others of a lower priority.

    False when no job that meets `within` waits under this id.

    Shares between tenants do not change by it.
    """
    waiting = (Job.id == job_id, Job.state == JobState.QUEUED, *within)
    changed = session.scalar(update(Job).where(*waiting).values(priority=priority).returning(Job.id))
    if changed is None:
        return False
    session.execute(update(Outbox).where(Outbox.job_id == job_id).values(priority=priority))
    return True
