"""What a member says of a food of the menus; the latest word on a food counts."""

from __future__ import annotations

import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, words
from models.members.member import member_key


class Verdict(StrEnum):
    """A word on a food."""

    LIKED = "liked"  # comes more often
    DISLIKED = "disliked"  # comes no more
    NEUTRAL = "neutral"  # takes an earlier word back


class FoodFeedback(Base):
    __tablename__ = "food_feedback"

    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    food_code: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    verdict: Mapped[Verdict] = mapped_column(words(Verdict))
    logged_at: Mapped[datetime.datetime] = mapped_column(server_default=func.now())

    __table_args__ = (member_key(),)
