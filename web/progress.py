"""What the night learns from, summed up for the member."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import fmean, linear_regression
from uuid import UUID

from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access.account import Role
from models.base import Json
from models.members.intake_log import IntakeLog
from models.members.logs import entries, opened
from models.members.weight_log import WeightLog
from models.members.workout_log import WorkoutLog
from models.members.zone import today_of
from models.plans.plan import Plan, PlanState
from models.plans.stored import whole_plan
from planners.spec import FitnessTest, Kind
from planners.training_log import SessionStatus
from web.answers import json_answer
from web.log_schemas import (
    IntakeProgress,
    PlanProgress,
    Progress,
    TestProgress,
    TrainingWeekProgress,
    WeightProgress,
)
from web.profile import member_of
from web.routes import Answer, Routes
from web.services import services
from web.tokens import Caller

routes = Routes("logs")

LOOK_BACK = datetime.timedelta(days=28)
TESTS_LOOK_BACK = datetime.timedelta(days=730)
MOST = 1_000  # entries of a log that are looked at
FEWEST_WEIGHTS = 3  # for a slope

Dated = tuple[datetime.date, Json]
"""The day of a session, and what its entry says."""


@routes.route(
    "GET", "/v1/progress", "How weight, eating, training and tests come on", auth=Role.MEMBER,
    answers=(Answer(status=200, text="The sums.", body=Progress),),
)  # fmt: skip
def get_progress(caller: Caller) -> Response:
    with services().cluster.read(caller.member_id, may_lag=True) as session:
        member_of(session, caller)
        return json_answer(_progress(session, caller))


def _progress(session: Session, caller: Caller) -> Progress:
    today = today_of(session, caller.tenant_id, caller.member_id)
    since = today - LOOK_BACK
    me = caller.member_id
    weights = entries(session, WeightLog, me, WeightLog.date > since, limit=MOST)
    eaten = entries(session, IntakeLog, me, IntakeLog.date > since, limit=MOST)
    trained = entries(session, WorkoutLog, me, WorkoutLog.date > today - TESTS_LOOK_BACK, limit=MOST)
    sessions = [(row.date, opened(session, row)) for row in trained]
    plans, learned = _plans(session, me, today)
    return Progress(
        today=today,
        weight=_weight({row.date: opened(session, row)["weight_kg"] for row in weights}),
        intake=IntakeProgress(
            days=len(eaten),
            mean_kcal=round(fmean(opened(session, row)["kcal"] for row in eaten), 1) if eaten else None,
            expenditure_kcal=learned,
        ),
        training=_training([(day, entry) for day, entry in sessions if day > since]),
        tests=_tests(sessions),
        plans=plans,
    )


def _weight(weights: Mapping[datetime.date, float]) -> WeightProgress:
    days = sorted(weights)
    slope = None
    if len(days) >= FEWEST_WEIGHTS:
        line = linear_regression([day.toordinal() for day in days], [weights[day] for day in days])
        slope = round(7 * line.slope, 3)
    latest = weights[days[-1]] if days else None
    return WeightProgress(latest_kg=latest, days=len(days), kg_per_week=slope)


def _training(sessions: Sequence[Dated]) -> tuple[TrainingWeekProgress, ...]:
    weeks: dict[datetime.date, list[Json]] = defaultdict(list)
    for day, entry in sessions:
        weeks[day - datetime.timedelta(days=day.weekday())].append(entry)
    return tuple(_week(day, weeks[day]) for day in sorted(weeks))


def _week(week_of: datetime.date, logged: Sequence[Json]) -> TrainingWeekProgress:
    done = [entry for entry in logged if entry["status"] == SessionStatus.DONE]
    return TrainingWeekProgress(
        week_of=week_of,
        done=len(done),
        missed=sum(entry["status"] == SessionStatus.MISSED for entry in logged),
        minutes=sum(entry["minutes"] or 0.0 for entry in done),
        load=sum((entry["minutes"] or 0.0) * (entry["rpe"] or 0.0) for entry in done),
    )


def _tests(sessions: Sequence[Dated]) -> tuple[TestProgress, ...]:
    found: dict[tuple[str, str], list[tuple[datetime.date, float]]] = defaultdict(list)
    for day, entry in sessions:
        for result in entry["results"]:
            found[result["test"], result["event"]].append((day, result["result"]))
    return tuple(_test(test, event, sorted(results)) for (test, event), results in sorted(found.items()))


def _test(test: str, event: str, results: Sequence[tuple[datetime.date, float]]) -> TestProgress:
    (first_on, first), (latest_on, latest) = results[0], results[-1]
    return TestProgress(
        test=FitnessTest(test),
        event=event,
        first=first,
        first_on=first_on,
        latest=latest,
        latest_on=latest_on,
    )


def _plans(
    session: Session, member_id: UUID, today: datetime.date
) -> tuple[dict[str, PlanProgress], float | None]:
    """The current plans, and the expenditure that the menu was made with, where it was learned."""
    current = select(Plan).where(Plan.member_id == member_id, Plan.state == PlanState.CURRENT)
    plans, learned = {}, None
    for row in session.scalars(current):
        body, request = whole_plan(session, row.id, row.catalogue_id, row.content)
        plans[str(row.kind)] = PlanProgress(
            id=row.id, start_date=row.start_date, days=row.days,
            day=(today - row.start_date).days + 1, changes=tuple(body.get("changes", ())),
        )  # fmt: skip
        if row.kind == Kind.NUTRITION:
            learned = request["member"].get("expenditure_kcal")
    return plans, learned
