"""What a member weighed, a day a row; the latest word on a day counts."""

from __future__ import annotations

import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.members.member import member_key


class WeightLog(Base):
    __tablename__ = "weight_log"

    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    date: Mapped[datetime.date] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    weight_kg: Mapped[float]
    logged_at: Mapped[datetime.datetime] = mapped_column(server_default=func.now())

    __table_args__ = (member_key(), CheckConstraint("weight_kg BETWEEN 25 AND 350", name="weight"))
