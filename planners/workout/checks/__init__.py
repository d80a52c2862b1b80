"""Every rule of a good plan, computed from the finished plan by code apart from the models that made it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from planners.plan import RuleCheck, TrainingWeek
from planners.spec import WorkoutRequest
from planners.workout.checks.day_rules import (
    aerobic_rule,
    calendar_rules,
    march_rules,
    movement_rule,
    neighbour_rules,
    run_rules,
    safety_rules,
    session_rules,
    strength_rule,
    sum_rules,
)
from planners.workout.checks.facts import week_facts
from planners.workout.checks.load_rules import Judged, load_rules
from planners.workout.checks.safety import prove

__all__ = ["Assumed", "checks_of", "coming_days", "prove"]

DAYS = 7


@dataclass(frozen=True, kw_only=True)
class Assumed:
    """What the plan takes for granted about the time before it, and what its own days allow.

    Attributes
    ----------
    start_load, long_run_m : weekly load and longest run before the plan.
    aerobic_floor : moderate minutes a loading week.
    strength_days : days a week on which resistance work is possible.
    movements : groups of patterns of which the member can do at least one exercise.
    lived_days : days of the plan that are lived and cannot be changed: rules are asked of the others.
    eased : numbers of weeks that hold less than planned, by the member's wish or after a break: what a
        loading week must hold at least is not asked of them.
    """

    start_load: float
    long_run_m: float
    aerobic_floor: float
    strength_days: int
    movements: tuple[frozenset[str], ...]
    lived_days: int = 0
    eased: frozenset[int] = frozenset()


def checks_of(
    weeks: Sequence[TrainingWeek], request: WorkoutRequest, assumed: Assumed
) -> Mapping[str, RuleCheck]:
    """Every rule, its limit and the plan's worst value."""
    start = request.start_date
    if start is None:
        raise ValueError("a plan has a first day")
    test_day = (request.test.date - start).days if request.test is not None else None
    facts = [week_facts(week, start) for week in weeks]
    today = assumed.lived_days
    coming = coming_days(weeks, start, today)
    first = today // DAYS
    if first < len(facts) and all(day.number < today for day in facts[first].days):
        first += 1  # nothing of that week is still to come
    open_weeks = facts[first:]
    whole = [week for week in facts[-(-today // DAYS) :] if week.number not in assumed.eased]
    judged = Judged(first=first, eased=assumed.eased)
    return {
        **safety_rules(coming, request),
        **calendar_rules(coming, open_weeks, request, test_day),
        **sum_rules(weeks, facts),
        **load_rules(facts, assumed.start_load, test_day, judged),
        **neighbour_rules(facts, today),
        **run_rules(facts, assumed.long_run_m, today),
        **march_rules(facts, today),
        **session_rules(open_weeks, str(request.level)),
        **aerobic_rule(whole, assumed.aerobic_floor),
        **strength_rule(whole, assumed.strength_days),
        **movement_rule(whole, assumed.movements),
    }


def coming_days(weeks: Sequence[TrainingWeek], start: date, lived_days: int) -> list[TrainingWeek]:
    """The weeks that are not wholly lived, with the days that are to come."""
    first = start + timedelta(days=lived_days)
    return [
        replace(week, days=tuple(day for day in week.days if day.date >= first))
        for week in weeks[lived_days // DAYS :]
    ]
