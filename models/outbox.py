"""The outbox: messages that a committed transaction owes to Redis. The relay sends a row, then deletes it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, words
from models.queues import QueueName

CHANNEL = "reveille_outbox"
"""The NOTIFY channel that wakes the relay."""


class Outbox(Base):
    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    tenant_id: Mapped[UUID]
    job_id: Mapped[UUID]
    queue: Mapped[QueueName] = mapped_column(words(QueueName))
    due_at: Mapped[datetime] = mapped_column(server_default=func.now())  # later for a retry

    __table_args__ = (Index(None, "due_at", "id"),)
