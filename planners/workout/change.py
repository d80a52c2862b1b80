"""A stored training plan changed by its member, or asked about: JSON in, the whole plan or the offers out."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from planners.change import ExerciseSwap, TrainingChange, TrainingOffer, TrainingQuestion
from planners.plan import TrainingDay, WorkoutPlan
from planners.spec import WorkoutRequest
from planners.workout.alternatives import exercise_alternatives
from planners.workout.stored import AROUND, stored_plan
from planners.workout.swap import session_alternatives, swap_exercise, swap_session


def changed_training(request: WorkoutRequest, body: Mapping[str, Any], change: TrainingChange) -> WorkoutPlan:
    """The plan with a change, all else held and every rule kept; `changes` says which.

    Parameters
    ----------
    request : with the day of today and what is logged, as far as they are known.

    Raises
    ------
    InvalidRequest, Infeasible
        As `planners.workout.swap`.
    """
    plan = stored_plan(body)
    if isinstance(change, ExerciseSwap):
        changed = swap_exercise(request, plan, on=change.date, exercise_id=change.exercise_id, to=change.to)
    else:
        changed = swap_session(request, plan, on=change.date, seed=change.seed)
    return dataclasses.replace(changed, changes=_told(plan, changed))


def training_offers(
    request: WorkoutRequest, body: Mapping[str, Any], asked: TrainingQuestion
) -> tuple[TrainingOffer, ...]:
    """Up to five exercises for one, or sessions for a day's. Raises InvalidRequest as the alternatives."""
    plan = stored_plan(body)
    if asked.exercise_id is None:
        found = session_alternatives(request, plan, asked.date)
    else:
        found = exercise_alternatives(request, plan, asked.date, asked.exercise_id)
    told = [field.name for field in dataclasses.fields(TrainingOffer)]
    return tuple(TrainingOffer(**{name: getattr(offer, name) for name in told}) for offer in found)


def _told(before: WorkoutPlan, after: WorkoutPlan) -> tuple[str, ...]:
    """A sentence for the day that is another now."""
    days = zip(_days(before), _days(after), strict=True)
    return tuple(
        f"{new.date:%A} {new.date.isoformat()}: {'; '.join(pairs)}."
        for old, new in days
        if (pairs := _pairs(old, new))
    )


def _pairs(before: TrainingDay, after: TrainingDay) -> list[str]:
    names = zip(_work(before), _work(after), strict=True)
    return [f"{new} instead of {old}" for old, new in names if old != new]


def _days(plan: WorkoutPlan) -> list[TrainingDay]:
    return [day for week in plan.weeks for day in week.days]


def _work(day: TrainingDay) -> list[str]:
    return [each.name for each in day.exercises if each.note not in AROUND]
