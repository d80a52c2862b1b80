"""An account: the e-mail and password that log in, and the role they give."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, words
from models.sealing.place import Sealed


class Role(StrEnum):
    """What somebody may do beside using the app for themselves; `web.roles` says which role may what."""

    MEMBER = "member"
    UNIT_LEADER = "unit_leader"  # sees figures of their unit, never of one person
    SPECIALIST = "specialist"  # dietitian or trainer: sees plans and profiles of members of their unit
    OPERATOR = "operator"  # runs the queues, and sees nobody's health data
    ADMINISTRATOR = "administrator"  # gives roles, and reads the audit log


class AccountState(StrEnum):
    """active <-> disabled, moved by an administrator."""

    ACTIVE = "active"
    DISABLED = "disabled"  # cannot log in


class Account(Base):
    __tablename__ = "account"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"), index=True)
    member_id: Mapped[UUID] = mapped_column(unique=True)  # who is on a shard: no foreign key reaches there
    email: Mapped[Sealed]  # as access.addresses has it
    email_index: Mapped[bytes] = mapped_column(unique=True)  # what finds the address
    name: Mapped[Sealed]
    password_hash: Mapped[str]  # argon2id
    role: Mapped[Role] = mapped_column(words(Role), server_default="member")
    state: Mapped[AccountState] = mapped_column(words(AccountState), server_default="active")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
