"""A tenant: a service, a unit or a customer whose members, jobs and plans nobody else sees."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, words
from models.shards.rows import HOME

DEFAULT_TENANT = "default"


class TenantState(StrEnum):
    """active <-> suspended, moved by an administrator."""

    ACTIVE = "active"
    SUSPENDED = "suspended"  # logs in no more, enqueues no more; its rows stay


class Tenant(Base):
    __tablename__ = "tenant"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    state: Mapped[TenantState] = mapped_column(words(TenantState), server_default="active")
    weight: Mapped[float] = mapped_column(server_default="1")  # its share of the workers beside the others'
    most_waiting: Mapped[int | None]  # requests that may wait at once; null: the setting `most_waiting`
    zone: Mapped[str] = mapped_column(server_default="UTC")  # IANA name; its nights and mornings go by it
    region: Mapped[str] = mapped_column(server_default=HOME)  # whose shards have its members
    job_days: Mapped[int | None]  # that a finished job is kept; null: the setting `job_retention_days`
    archive_days: Mapped[
        int | None
    ]  # that archived rows are kept; null: the setting `archive_retention_days`
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint("weight BETWEEN 0.001 AND 1000", name="weight"),
        CheckConstraint("most_waiting >= 0", name="most_waiting"),
        CheckConstraint("job_days >= 1", name="job_days"),
        CheckConstraint("archive_days >= 1", name="archive_days"),
    )
