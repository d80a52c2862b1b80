"""What a member ate, a day a row; the latest word on a day counts."""

from __future__ import annotations

import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.members.member import member_key


class IntakeLog(Base):
    __tablename__ = "intake_log"

    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    date: Mapped[datetime.date] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    kcal: Mapped[float]
    protein_g: Mapped[float | None]
    logged_at: Mapped[datetime.datetime] = mapped_column(server_default=func.now())

    __table_args__ = (member_key(), CheckConstraint("kcal BETWEEN 0 AND 15000", name="kcal"))
