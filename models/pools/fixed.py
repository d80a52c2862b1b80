"""Pools whose number of processes an operator has fixed: the autoscaler leaves them at that."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base


class FixedPool(Base):
    __tablename__ = "fixed_pool"

    pool: Mapped[str] = mapped_column(primary_key=True)  # interactive, batch or web
    number: Mapped[int]
    by: Mapped[str]
    reason: Mapped[str] = mapped_column(server_default="")
    at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (CheckConstraint("number >= 0", name="number"),)


def fix(session: Session, pool: str, number: int, *, by: str, reason: str) -> None:
    """Leave the pool at `number` processes until it is released."""
    told = {"number": number, "by": by, "reason": reason, "at": func.now()}
    made = insert(FixedPool).values(pool=pool, **told)
    session.execute(made.on_conflict_do_update(index_elements=["pool"], set_=told))


def release(session: Session, pool: str) -> bool:
    """Leave the pool to the autoscaler again; False when it was not fixed."""
    gone = delete(FixedPool).where(FixedPool.pool == pool).returning(FixedPool.pool)
    return session.scalar(gone) is not None


def fixed_pools(session: Session) -> dict[str, FixedPool]:
    """The pools that are fixed now."""
    return {row.pool: row for row in session.scalars(select(FixedPool))}
