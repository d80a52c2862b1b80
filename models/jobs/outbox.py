"""The outbox: messages that committed transactions owe to Redis. A row is here while its job is queued.

    owed (sent_at is null) ──the relay sends it──▶ sent ──the claim──▶ gone
      ▲                                              │
      └────────── unclaimed for `resend_s` ──────────┘

So whatever Redis loses is sent again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Index, Uuid, bindparam, delete, func, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, words
from models.jobs.queues import QueueName

CHANNEL = "reveille_outbox"
"""The NOTIFY channel that wakes the relay."""


class Outbox(Base):
    __tablename__ = "outbox"

    job_id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    queue: Mapped[QueueName] = mapped_column(words(QueueName))
    priority: Mapped[int] = mapped_column(server_default="0")
    due_at: Mapped[datetime] = mapped_column(server_default=func.now())  # later for a retry
    sent_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_outbox_owed", "queue", "tenant_id", text("priority DESC"), "due_at", "job_id",
              postgresql_where=text("sent_at IS NULL")),
        Index("ix_outbox_sent", "sent_at", postgresql_where=text("sent_at IS NOT NULL")),
    )  # fmt: skip


# One statement for the rows and the wake-up; PostgreSQL delivers the notification at the commit, not before.
OWE = text("""
WITH owed AS (
    INSERT INTO outbox (job_id, tenant_id, queue, priority, due_at)
    SELECT id, tenant_id, queue, priority, due_at FROM job WHERE id = ANY(:ids)
    RETURNING 1
)
SELECT pg_notify(:channel, '') FROM owed LIMIT 1
""").bindparams(bindparam("ids", type_=ARRAY(Uuid)))


def owe(session: Session, job_ids: Sequence[UUID]) -> None:
    """Owe Redis a message for each of these queued jobs, and wake the relay at the commit."""
    if job_ids:
        session.execute(OWE, {"ids": list(job_ids), "channel": CHANNEL})


def settle(session: Session, job_ids: Sequence[UUID]) -> None:
    """These jobs are queued no longer: nothing is owed for them."""
    session.execute(delete(Outbox).where(Outbox.job_id.in_(job_ids)))
