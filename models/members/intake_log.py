"""What a member ate, a day a row; the latest word on a day counts. `members.logs` seals and opens it."""

from __future__ import annotations

import datetime
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.members.member import member_key
from models.sealing.place import Sealed


class IntakeLog(Base):
    __tablename__ = "intake_log"

    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    date: Mapped[datetime.date] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    entry: Mapped[Sealed]  # {"kcal", "protein_g"}
    logged_at: Mapped[datetime.datetime] = mapped_column(server_default=func.now())

    __table_args__ = (member_key(),)
