"""How many jobs of a tenant wait: what its quota is held against."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from models.jobs.outbox import Outbox
from models.jobs.queues import QueueName


def count_waiting(session: Session, tenant_id: UUID, queue: QueueName, most: int) -> int:
    """The tenant's jobs that wait in `queue` and were not yet sent to a worker; counting ends at `most`.

    The index of the outbox answers it, so that it costs as much as `most` says, whatever waits.
    """
    owed = (Outbox.queue == queue, Outbox.tenant_id == tenant_id, Outbox.sent_at.is_(None))
    # The order is the index's, which keeps the planner from reading the table for them from its beginning.
    order = (Outbox.priority.desc(), Outbox.due_at, Outbox.job_id)
    first = select(literal(1)).select_from(Outbox).where(*owed).order_by(*order).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(first)) or 0
