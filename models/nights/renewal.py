"""What the night last knew of a member's current plan: equal inputs need no new one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, words
from models.members.member import member_key
from planners.spec import Kind


class Renewal(Base):
    __tablename__ = "renewal"

    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(words(Kind), primary_key=True)
    tenant_id: Mapped[UUID]
    inputs: Mapped[
        bytes
    ]  # see models.nights.night.INPUTS; of the present plan, whether made from them or found equal
    looked_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (member_key(), {"postgresql_with": {"fillfactor": 80}})
