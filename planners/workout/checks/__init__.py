"""Every rule of a good plan, computed from the finished plan by code apart from the models that made it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
from planners.workout.checks.load_rules import load_rules
from planners.workout.checks.safety import prove

__all__ = ["Assumed", "checks_of", "prove"]


@dataclass(frozen=True, kw_only=True)
class Assumed:
    """What the plan takes for granted about the time before it, and what its own days allow.

    Attributes
    ----------
    start_load, long_run_m : weekly load and longest run before the plan.
    aerobic_floor : moderate minutes a loading week.
    strength_days : days a week on which resistance work is possible.
    movements : groups of patterns of which the member can do at least one exercise.
    """

    start_load: float
    long_run_m: float
    aerobic_floor: float
    strength_days: int
    movements: tuple[frozenset[str], ...]


def checks_of(
    weeks: Sequence[TrainingWeek], request: WorkoutRequest, assumed: Assumed
) -> Mapping[str, RuleCheck]:
    """Every rule, its limit and the plan's worst value."""
    start = request.start_date
    if start is None:
        raise ValueError("a plan has a first day")
    test_day = (request.test.date - start).days if request.test is not None else None
    facts = [week_facts(week, start) for week in weeks]
    return {
        **safety_rules(weeks, request),
        **calendar_rules(weeks, facts, request, test_day),
        **sum_rules(weeks, facts),
        **load_rules(facts, assumed.start_load, test_day),
        **neighbour_rules(facts),
        **run_rules(facts, assumed.long_run_m),
        **march_rules(facts),
        **session_rules(facts, str(request.level)),
        **aerobic_rule(facts, assumed.aerobic_floor),
        **strength_rule(facts, assumed.strength_days),
        **movement_rule(facts, assumed.movements),
    }
