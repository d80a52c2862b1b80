"""What a member trained: sessions, runs and test results, under an id that the client may give."""

from __future__ import annotations

import datetime
from uuid import UUID

from sqlalchemy import Index, func
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.members.member import member_key
from models.sealing.place import Sealed


class WorkoutLog(Base):
    __tablename__ = "workout_log"

    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)  # the client's; the same id is the same entry
    tenant_id: Mapped[UUID]
    date: Mapped[datetime.date]
    entry: Mapped[Sealed]  # as web.logs reads it, sealed by `members.logs`
    logged_at: Mapped[datetime.datetime] = mapped_column(server_default=func.now())

    __table_args__ = (member_key(), Index(None, "member_id", "date"))
