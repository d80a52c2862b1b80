"""Worker processes as they tell of themselves every few seconds: what they have done, and what they take.

A row is there while its process is: it is made with the first sign of life and deleted at an orderly end. One
without a sign of life for `SILENT_S` counts no more, and the next worker that starts removes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, words
from models.jobs.queues import QueueName

TELL_S = 2.0  # between two signs of life
SILENT_S = 15.0


class Worker(Base):
    __tablename__ = "worker"

    name: Mapped[str] = mapped_column(primary_key=True)  # as it stands in the jobs that it holds
    queue: Mapped[QueueName] = mapped_column(words(QueueName))
    started_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    seen_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    draining: Mapped[bool] = mapped_column(server_default="false")  # finishes what it has in hand
    ended: Mapped[int] = mapped_column(BigInteger, server_default="0")  # jobs that it was done with
    busy_s: Mapped[float] = mapped_column(server_default="0")  # in which it had a job in hand at least
    cpu_s: Mapped[float] = mapped_column(server_default="0")  # processor time that it took
    memory_bytes: Mapped[int] = mapped_column(BigInteger, server_default="0")

    __table_args__ = ({"postgresql_with": {"fillfactor": 50}},)


@dataclass(frozen=True, kw_only=True)
class Sign:
    """What a worker tells of itself; sums since its start."""

    draining: bool
    ended: int
    busy_s: float
    cpu_s: float
    memory_bytes: int


def tell(session: Session, name: str, queue: QueueName, sign: Sign) -> None:
    """Note a worker's sign of life."""
    told = vars(sign)
    made = insert(Worker).values(name=name, queue=queue, **told)
    session.execute(
        made.on_conflict_do_update(index_elements=["name"], set_={**told, "seen_at": func.clock_timestamp()})
    )


def leave(session: Session, name: str) -> None:
    """The worker is gone; so are those without a sign of life."""
    gone = Worker.seen_at < func.clock_timestamp() - timedelta(seconds=10 * SILENT_S)
    session.execute(delete(Worker).where((Worker.name == name) | gone))


def living(session: Session) -> Sequence[Worker]:
    """The workers that have given a sign of life lately."""
    since = func.clock_timestamp() - timedelta(seconds=SILENT_S)
    return session.scalars(select(Worker).where(Worker.seen_at > since).order_by(Worker.name)).all()
