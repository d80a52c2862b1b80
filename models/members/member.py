"""A member: the person that plans are made for, and what they told about themselves."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Json
from models.sealing.place import Sealed, place_of
from models.sealing.ring import Ring, ring_of

MEASURES = frozenset({"weight_kg", "height_cm"})


class Member(Base):
    __tablename__ = "member"

    id: Mapped[UUID] = mapped_column(primary_key=True)  # its bucket is the bucket of all the member's rows
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"))
    unit: Mapped[str | None]  # given by an administrator: whose leader and specialists the member has
    zone: Mapped[str | None]  # IANA name of where the member is; null: his tenant's
    profile: Mapped[Sealed | None]  # null: nothing was told yet; see `profile_of`
    measured: Mapped[bool] = mapped_column(server_default="false")  # it tells `MEASURES`; leaders count that
    version: Mapped[int] = mapped_column(server_default="1")  # the profile's; raised with each change
    logged: Mapped[int] = mapped_column(server_default="0")  # raised with each entry of the member's logs
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (UniqueConstraint("tenant_id", "id"), Index(None, "tenant_id", "unit"))


def profile_of(session: Session, member: Member) -> Json:
    """What the member has told about himself."""
    return opened_profile(ring_of(session), member.tenant_id, member.id, member.profile)


def opened_profile(ring: Ring, tenant_id: UUID, member_id: UUID, sealed: Sealed | None) -> Json:
    """The profile in a member's row."""
    if sealed is None:
        return {}
    profile: Json = ring.open_json(place_of(Member.profile, tenant_id, member_id), sealed)
    return profile


def profile_columns(session: Session, tenant_id: UUID, member_id: UUID, profile: Json) -> Json:
    """The columns of a member's row that hold the profile."""
    sealed = ring_of(session).seal_json(place_of(Member.profile, tenant_id, member_id), profile)
    return {"profile": sealed, "measured": profile.keys() >= MEASURES}


def member_key() -> ForeignKeyConstraint:
    """The foreign key of a member's row in another table: the member's id, and his tenant's with it."""
    columns = ["tenant_id", "member_id"]
    return ForeignKeyConstraint(columns, ["member.tenant_id", "member.id"], ondelete="CASCADE")
