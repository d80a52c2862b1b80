"""A scheduled run: one row for each time that a schedule came due, so that two schedulers run it once."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import func
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Json, words


class RunState(StrEnum):
    """running -> succeeded or failed, by the scheduler that holds the lead."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    MISSED = "missed"  # no scheduler ran when it was due nor soon enough after it


class Run(Base):
    __tablename__ = "run"

    schedule: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime] = mapped_column(primary_key=True)
    state: Mapped[RunState] = mapped_column(words(RunState), server_default="running")
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    finished_at: Mapped[datetime | None]
    counts: Mapped[Json | None]
    error: Mapped[str | None]
