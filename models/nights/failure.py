"""Why a member of a batch got no new plan; the plan of before stays."""

from __future__ import annotations

import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Json
from models.members.member import member_key


class BatchFailure(Base):
    __tablename__ = "batch_failure"

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batch.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    problem: Mapped[Json]
    at: Mapped[datetime.datetime] = mapped_column(server_default=func.now())

    __table_args__ = (member_key(), Index(None, "member_id"))
