"""Idempotency keys: what a client called its request, and the job that answers it, made for it or joined.

The stored answer is the job's id; a repeat shows the job as it is by then. Keys of processes of the version
before stand in `job.idempotency_key` alone; they are honoured, and written there for those processes too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Index, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.ids import time_of
from models.jobs.job import Job
from models.members.member import member_key

KEPT = timedelta(hours=24)
"""How long a key is honoured at least; the nightly pruning removes it after that."""


class IdempotencyKey(Base):
    __tablename__ = "idempotency_key"

    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    fingerprint: Mapped[bytes]  # of the request that it was first used for
    job_id: Mapped[UUID]  # no foreign key: the key of a job that was dropped is free again
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (member_key(), Index(None, "created_at"))


@dataclass(frozen=True, kw_only=True)
class Answered:
    """The job that a key was answered with, when that was, and the fingerprint of the request."""

    job: Job
    at: datetime
    fingerprint: bytes | None


def answered(session: Session, member_id: UUID, key: str) -> Answered | None:
    """What the member's earlier request with this key was answered with, as long as that job is there."""
    kept = (
        select(Job, IdempotencyKey.created_at, IdempotencyKey.fingerprint)
        .join(IdempotencyKey, IdempotencyKey.job_id == Job.id)
        .where(*_named(member_id, key))
    )
    row = session.execute(kept).one_or_none()
    if row is not None:
        return Answered(job=row[0], at=row[1], fingerprint=row[2])
    before = select(Job).where(Job.member_id == member_id, Job.idempotency_key == key)
    job = session.scalar(before)
    return None if job is None else Answered(job=job, at=time_of(job.id), fingerprint=job.fingerprint)


def keep_key(session: Session, **kept: object) -> bool:
    """Keep a key with the columns `kept`; False when another request has it already.

    Whoever uses the same key at the same moment waits here until this transaction ends.
    """
    made = insert(IdempotencyKey).values(kept).on_conflict_do_nothing().returning(IdempotencyKey.key)
    return session.scalar(made) is not None


def free_key(session: Session, member_id: UUID, key: str) -> None:
    """Forget the key if its job is gone."""
    its_job = select(Job.id).where(Job.id == IdempotencyKey.job_id).exists()
    session.execute(delete(IdempotencyKey).where(*_named(member_id, key), ~its_job))


def answer_with(session: Session, member_id: UUID, key: str, job_id: UUID) -> None:
    """Answer the key with another job, which its request has joined."""
    session.execute(update(IdempotencyKey).where(*_named(member_id, key)).values(job_id=job_id))


def _named(member_id: UUID, key: str) -> tuple[ColumnElement[bool], ...]:
    return IdempotencyKey.member_id == member_id, IdempotencyKey.key == key
