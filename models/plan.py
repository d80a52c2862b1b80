"""A plan: what a job made. Never changed after it is saved; a newer one of the same kind supersedes it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Json, words
from models.member import member_key
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
    job_id: Mapped[UUID | None] = mapped_column(
        unique=True
    )  # exactly one plan per job; null: made by a batch
    kind: Mapped[Kind] = mapped_column(words(Kind))
    state: Mapped[PlanState] = mapped_column(words(PlanState), server_default="current")
    start_date: Mapped[date]
    request: Mapped[Json]
    body: Mapped[Json]  # the plan as planners.plan.plan_json gives it
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        member_key(),
        Index(None, "member_id", "kind", "id"),
        Index(
            "uq_plan_current", "member_id", "kind", unique=True, postgresql_where=text("state = 'current'")
        ),
    )
