"""Exercises that the member swapped, kept in a training plan that is planned anew."""

from __future__ import annotations

from datetime import date

from planners.errors import Infeasible, InvalidRequest
from planners.plan import TrainingDay, TrainingWeek, WorkoutPlan
from planners.spec import WorkoutRequest
from planners.workout.stored import AROUND, slot_of
from planners.workout.swap import swap_exercise

MOST_KEPT = 20
"""Swaps that are kept, the nearest first: a bound on what a member costs in a night."""


def with_swaps(request: WorkoutRequest, was: WorkoutPlan, plan: WorkoutPlan) -> tuple[WorkoutPlan, list[str]]:
    """The plan with the exercises of the one before on its days to come, and the swaps that had to go.

    The days of a plan under way keep their exercises, so another one is there because the member wanted it.
    Weeks whose sessions stand on other days than before, or serve other ends, are left alone. A swap that
    would now break a rule, or a restriction that came since, goes and is told of.
    """
    wanted = [each for v, w in zip(was.weeks, plan.weeks, strict=False) for each in _swaps(request, v, w)]
    wanted = wanted[:MOST_KEPT]
    while wanted:
        refused = []
        for on, name, to in wanted:
            try:
                plan = swap_exercise(request, plan, on=on, exercise_id=name, to=to)
            except (InvalidRequest, Infeasible):  # perhaps only until another swap has made room for it
                refused.append((on, name, to))
        if len(refused) == len(wanted):
            break
        wanted = refused
    return plan, [f"{on:%A} {on.isoformat()}: {to} is planned no longer." for on, _, to in wanted]


def _swaps(request: WorkoutRequest, was: TrainingWeek, now: TrainingWeek) -> list[tuple[date, str, str]]:
    """Date, exercise as planned anew, exercise as it was; of one week."""
    coming = [
        [day for day in week.days if request.today is None or day.date >= request.today]
        for week in (was, now)
    ]
    stands = [[(day.date, slot_of(day, 0)) for day in days] for days in coming]
    if stands[0] != stands[1]:
        return []
    pairs = [(new, _work(old), _work(new)) for old, new in zip(*coming, strict=True)]
    return [
        (day.date, name, to)
        for day, before, after in pairs
        if len(before) == len(after)
        for to, name in zip(before, after, strict=True)
        if to != name
    ]


def _work(day: TrainingDay) -> list[str]:
    return [each.exercise_id for each in day.exercises if each.note not in AROUND]
