"""A queue as operators control it: paused or not, by whom and why.

A paused queue takes requests as ever, but starts nothing: the dispatcher sends none of its messages, and a
claim refuses those that already lie in Redis. What runs is finished.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, words
from models.jobs.outbox import CHANNEL
from models.jobs.queues import QueueName


class Queue(Base):
    __tablename__ = "queue"

    name: Mapped[QueueName] = mapped_column(words(QueueName), primary_key=True)
    paused_at: Mapped[datetime | None]  # null: it works
    paused_by: Mapped[str | None]
    reason: Mapped[str | None]

    __table_args__ = (CheckConstraint("(paused_at IS NULL) = (paused_by IS NULL)", name="paused"),)


# What was sent and refused, or still lies in Redis, is owed at once; a second message does nothing.
OWE_SENT = text("""
WITH owed AS (UPDATE outbox SET sent_at = NULL WHERE queue = :queue AND sent_at IS NOT NULL)
SELECT pg_notify(:channel, '')
""")


def pause(session: Session, queue: QueueName, *, by: str, reason: str) -> None:
    """Start no more of the queue's jobs; a second pause keeps the time of the first."""
    told = {"paused_at": func.coalesce(Queue.paused_at, func.now()), "paused_by": by, "reason": reason}
    made = insert(Queue).values(name=queue, paused_at=func.now(), paused_by=by, reason=reason)
    session.execute(made.on_conflict_do_update(index_elements=["name"], set_=told))


def resume(session: Session, queue: QueueName) -> bool:
    """Start the queue's jobs again, at once; False when it was not paused."""
    working = {"paused_at": None, "paused_by": None, "reason": None}
    paused = update(Queue).where(Queue.name == queue, Queue.paused_at.is_not(None)).values(working)
    if session.scalar(paused.returning(Queue.name)) is None:
        return False
    owe_sent(session, queue)
    return True


def owe_sent(session: Session, queue: QueueName) -> None:
    """Owe again what of a queue that works again was sent while it did not."""
    session.execute(OWE_SENT, {"queue": queue, "channel": CHANNEL})


def paused_queues(session: Session) -> dict[QueueName, Queue]:
    """The queues that are paused now."""
    return {row.name: row for row in session.scalars(select(Queue).where(Queue.paused_at.is_not(None)))}
