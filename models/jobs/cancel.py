"""Cancelling a job: one conditional UPDATE, whoever asks for it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, func, update
from sqlalchemy.orm import Session

from models.events.deliveries import owe_deliveries
from models.events.event import SUBJECT, EventType, event
from models.events.events import tell
from models.jobs.job import Job, JobState
from models.jobs.outbox import settle


def cancel(session: Session, job_id: UUID, *owned: ColumnElement[bool]) -> bool:
    """Cancel a job that is queued or running and meets `owned`; False when there is no such job (any more).

    A queued job never starts. The token is raised, so that a worker which has the job in hand loses its
    lease, stops at its next step and saves nothing. A chunk of a batch is cancelled with its batch only.
    """
    changed = session.execute(
        update(Job)
        .where(
            Job.id == job_id,
            Job.batch_id.is_(None),
            Job.state.in_((JobState.QUEUED, JobState.RUNNING)),
            *owned,
        )
        .values(
            state=JobState.CANCELLED,
            token=Job.token + 1,
            lease_until=None,
            finished_at=func.clock_timestamp(),
        )
        .returning(*SUBJECT)
    ).one_or_none()
    if changed is None:
        return False
    settle(session, [job_id])
    owe_deliveries(session, [job_id])
    tell(session, [event(changed, EventType.CANCELLED)])
    return True
