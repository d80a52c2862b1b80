"""A legal hold: what tells of the member is neither pruned nor deleted, by whomever, until it is lifted.

Keys and tokens are no such thing: they open doors and tell of nothing that was done.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKeyConstraint, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from models.base import Base
from models.errors import Conflict, NotFound
from models.members.member import Member


class LegalHold(Base):
    __tablename__ = "legal_hold"

    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    reason: Mapped[str]
    placed_by: Mapped[str]
    placed_at: Mapped[datetime] = mapped_column(server_default=func.now())

    # The database itself refuses to delete a member who is held.
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "member_id"], ["member.tenant_id", "member.id"], ondelete="RESTRICT"
        ),
    )


def place_hold(session: Session, member_id: UUID, reason: str, by: str) -> None:
    """Hold what is kept on a member; a second hold takes the place of the first.

    Raises
    ------
    NotFound
        When there is no such member.
    """
    tenant_id = session.scalar(select(Member.tenant_id).where(Member.id == member_id))
    if tenant_id is None:
        raise NotFound(f"there is no member {member_id}")
    row = {"member_id": member_id, "tenant_id": tenant_id, "reason": reason, "placed_by": by}
    placed = insert(LegalHold).values(row)
    session.execute(placed.on_conflict_do_update(index_elements=["member_id"], set_=row))


def lift_hold(session: Session, member_id: UUID) -> bool:
    """Lift a member's hold; False when there is none."""
    gone = delete(LegalHold).where(LegalHold.member_id == member_id).returning(LegalHold.member_id)
    return session.scalar(gone) is not None


def is_held(member_id: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """The condition that the column `member_id` names a member under a hold; never null."""
    return func.coalesce(member_id.in_(select(LegalHold.member_id)), False)


def refuse_if_held(session: Session, *held: ColumnElement[bool]) -> None:
    """Look that nothing that meets `held` is under a hold, before it is deleted.

    Raises
    ------
    Conflict
        When it is.
    """
    if session.scalar(select(LegalHold.member_id).where(*held).limit(1)) is not None:
        raise Conflict("what is kept on this member is under a legal hold: nothing of it can be deleted")
