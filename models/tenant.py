"""A tenant: a service, a unit or a customer whose members, jobs and plans nobody else sees."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, words

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
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
