"""A member: the person that plans are made for, and what they told about themselves."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Json


class Member(Base):
    __tablename__ = "member"

    id: Mapped[UUID] = mapped_column(primary_key=True)  # its bucket is the bucket of all the member's rows
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"))
    unit: Mapped[str | None]  # given by an administrator: whose leader and specialists the member has
    profile: Mapped[Json] = mapped_column(server_default="{}")
    version: Mapped[int] = mapped_column(server_default="1")  # the profile's; raised with each change
    logged: Mapped[int] = mapped_column(server_default="0")  # raised with each entry of the member's logs
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (UniqueConstraint("tenant_id", "id"), Index(None, "tenant_id", "unit"))


def member_key() -> ForeignKeyConstraint:
    """The foreign key of a member's row in another table: the member's id, and his tenant's with it."""
    columns = ["tenant_id", "member_id"]
    return ForeignKeyConstraint(columns, ["member.tenant_id", "member.id"], ondelete="CASCADE")
