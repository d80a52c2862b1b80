"""A move of buckets from one shard to another, and what the two shards keep while it runs.

running ──every bucket is the target's, and nothing of them is left on the source──▶ done
   └──given up while the source still owns them all──▶ cancelled

How far it has come is not written down: it is read from who owns which buckets (models/shards/moving.py).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Identity, Index, Integer, func, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Json, words


class MoveState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


class ShardMove(Base):
    """In the control database. There is one at a time."""

    __tablename__ = "shard_move"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    buckets: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    source: Mapped[str] = mapped_column(ForeignKey("shard.name"))
    target: Mapped[str] = mapped_column(ForeignKey("shard.name"))
    state: Mapped[MoveState] = mapped_column(words(MoveState), server_default="running")
    started_by: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("source <> target", name="apart"),
        CheckConstraint("(state = 'running') = (finished_at IS NULL)", name="finished"),
        Index("uq_shard_move_running", "state", unique=True, postgresql_where=text("state = 'running'")),
    )


class ShardChange(Base):
    """On the source: a member of a moving bucket of whom something changed; he is copied anew."""

    __tablename__ = "shard_change"

    number: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    member_id: Mapped[UUID]


class ShardArriving(Base):
    """On the target: rows that somebody would take up, kept aside until it owns their buckets."""

    __tablename__ = "shard_arriving"

    number: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    table_name: Mapped[str]
    row: Mapped[Json]
