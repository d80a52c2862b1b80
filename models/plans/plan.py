"""A plan: what a job made. Never changed after it is saved; a newer one of the same kind supersedes it.

Its row holds what was decided (`planners.lean`); `models.plans.stored` reads the whole plan back.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, SmallInteger, func
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, words
from models.members.member import member_key
from planners.spec import Kind


class PlanState(StrEnum):
    """current -> superseded, in the transaction that saves the next plan of the member and kind."""

    CURRENT = "current"
    SUPERSEDED = "superseded"


class Plan(Base):
    __tablename__ = "plan"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    member_id: Mapped[UUID]
    job_id: Mapped[UUID | None]  # one plan per job, which a trigger holds; null: made by a batch
    kind: Mapped[Kind] = mapped_column(words(Kind))
    state: Mapped[PlanState] = mapped_column(words(PlanState), server_default="current")
    start_date: Mapped[date]
    days: Mapped[int] = mapped_column(SmallInteger)  # that it reaches, from its first
    catalogue_id: Mapped[UUID]  # the version that `content` is read with; always kept: plans/catalogue.py
    content: Mapped[bytes]  # the plan and its request, as planners.lean packs them
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    keep_until: Mapped[datetime | None]  # a restored plan is not archived again before

    # Parted by state, and past plans by the month of their id: models/plans/months.py. The partition of
    # current plans has a unique index on member and kind, so there is one current plan of each.
    __table_args__ = (member_key(), Index(None, "member_id", "id"))
