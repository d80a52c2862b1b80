"""What the members of a chunk logged, one query for each log."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import Json
from models.members.food_feedback import FoodFeedback, Verdict
from models.members.intake_log import IntakeLog
from models.members.logs import opened_entry
from models.members.weight_log import WeightLog
from models.members.workout_log import WorkoutLog
from models.sealing.ring import ring_of
from planners.spec import Kind

EATING_DAYS = 84  # that the expenditure is learned from: older ones tell of another body
TRAINING_DAYS = 182  # beyond which the planner looks at nothing

TASTES = {Verdict.LIKED: True, Verdict.DISLIKED: False, Verdict.NEUTRAL: None}


@dataclass(kw_only=True)
class Logged:
    """The logs of one member, as planners.renewal.learned.Learned takes them."""

    weights_kg: dict[datetime.date, float] = field(default_factory=dict)
    intake_kcal: dict[datetime.date, float] = field(default_factory=dict)
    tastes: dict[int, bool | None] = field(default_factory=dict)
    sessions: list[Json] = field(default_factory=list)


def logs_of(
    session: Session, kind: Kind, members: Sequence[UUID], first_day: datetime.date
) -> dict[UUID, Logged]:
    """What the members logged that a plan of `kind` from `first_day` on is made from; each has an entry."""
    found: dict[UUID, Logged] = defaultdict(Logged)
    if members and kind == Kind.NUTRITION:
        _eating(session, members, first_day, found)
    if members and kind == Kind.WORKOUT:
        _training(session, members, first_day, found)
    return found


def _eating(
    session: Session, members: Sequence[UUID], first_day: datetime.date, found: dict[UUID, Logged]
) -> None:
    since = first_day - datetime.timedelta(days=EATING_DAYS)
    for member_id, day, entry in _days(session, WeightLog, members, since):
        found[member_id].weights_kg[day] = entry["weight_kg"]
    for member_id, day, entry in _days(session, IntakeLog, members, since):
        found[member_id].intake_kcal[day] = entry["kcal"]
    columns = (FoodFeedback.member_id, FoodFeedback.food_code, FoodFeedback.verdict)
    for row in session.execute(select(*columns).where(FoodFeedback.member_id.in_(members))):
        found[row.member_id].tastes[row.food_code] = TASTES[row.verdict]


def _training(
    session: Session, members: Sequence[UUID], first_day: datetime.date, found: dict[UUID, Logged]
) -> None:
    since = first_day - datetime.timedelta(days=TRAINING_DAYS)
    columns = (WorkoutLog.tenant_id, WorkoutLog.member_id, WorkoutLog.id, WorkoutLog.entry, WorkoutLog.date)
    wanted = select(*columns).where(WorkoutLog.member_id.in_(members), WorkoutLog.date >= since)
    ring = ring_of(session)
    for row in session.execute(wanted.order_by(WorkoutLog.date, WorkoutLog.logged_at, WorkoutLog.id)):
        tenant_id, member_id, entry_id, sealed, day = row
        entry = opened_entry(ring, WorkoutLog, tenant_id, member_id, entry_id, sealed)
        found[member_id].sessions.append({**entry, "date": day.isoformat()})


def _days(
    session: Session, table: type[WeightLog | IntakeLog], members: Sequence[UUID], since: datetime.date
) -> Iterator[tuple[UUID, datetime.date, Json]]:
    ring = ring_of(session)
    wanted = select(table.tenant_id, table.member_id, table.date, table.entry)
    for row in session.execute(wanted.where(table.member_id.in_(members), table.date >= since)):
        yield row.member_id, row.date, opened_entry(ring, table, *row)
