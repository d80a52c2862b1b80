"""Every rule, over random members, computed from the finished plan by code apart from the model."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from planners.errors import Infeasible, InvalidRequest
from planners.outcome import never
from planners.plan import WorkoutPlan
from planners.spec import Equipment, Level, Restriction, WorkoutGoal, WorkoutRequest
from planners.workout.planner import plan_workout
from tests.planners.workout.members import member
from tests.planners.workout.requests import requests, workout

LONG = settings().max_examples >= 1_000
"""`make fuzz`: thousands of members, other ones each time; else some hundreds, always the same."""
MANY = settings(
    max_examples=settings().max_examples if LONG else 250,
    deadline=None,
    derandomize=not LONG,
    suppress_health_check=[HealthCheck.too_slow],
)
CHUNK = 25
CHUNKS = 400 if LONG else 12
"""Numbered members: 10,000 in `make fuzz`, 300 else."""


def planned(request: WorkoutRequest) -> WorkoutPlan | None:
    try:
        return plan_workout(request, never)
    except (Infeasible, InvalidRequest):
        return None


@MANY
@given(requests())
def test_every_rule_holds_for_any_member(request: WorkoutRequest) -> None:
    plan = planned(request)
    if plan is None:
        return
    broken = {name: check for name, check in plan.checks.items() if not check.met}
    assert broken == {}


@pytest.mark.parametrize("first", range(0, CHUNK * CHUNKS, CHUNK))
def test_every_rule_holds_for_the_numbered_members(first: int) -> None:
    """Other draws than Hypothesis makes: short weeks, odd minutes and real results are common among them."""
    broken = {}
    for number in range(first, first + CHUNK):
        plan = planned(member(number))
        if plan is not None:
            broken |= {(number, name): check for name, check in plan.checks.items() if not check.met}
    assert broken == {}


@MANY
@given(requests())
def test_figures_are_whole(request: WorkoutRequest) -> None:
    plan = planned(request)
    if plan is None:
        return
    assert len(plan.weeks) == request.weeks
    for week in plan.weeks:
        for day in week.days:
            assert 0 < day.minutes <= request.minutes_per_day
            assert day.session_type
            assert day.kcal > 0
            assert 0 < day.rpe <= 10
            for line in day.exercises:
                given_doses = [x for x in (line.reps, line.seconds, line.distance_m) if x is not None]
                assert len(given_doses) == 1
                assert given_doses[0] > 0
                assert line.sets >= 1
                assert line.load_kg is None or line.load_kg > 0


@pytest.mark.parametrize("goal", [*WorkoutGoal])
@pytest.mark.parametrize("level", [*Level])
@pytest.mark.parametrize("days", [1, 3, 5, 7])
def test_every_goal_level_and_number_of_days_is_planned_within_the_rules(
    goal: WorkoutGoal, level: Level, days: int
) -> None:
    request = workout(
        goal=str(goal),
        level=str(level),
        days_per_week=days,
        available_days=["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
        equipment=[str(item) for item in Equipment],
    )
    checks = plan_workout(request, never).checks
    assert {name for name, check in checks.items() if not check.met} == set()


@pytest.mark.parametrize("weeks", [1, 2, 3, 4, 5, 8, 13, 26, 52])
def test_every_length_is_planned_within_the_rules(weeks: int) -> None:
    plan = plan_workout(workout(weeks=weeks, goal="general_fitness", test=None), never)
    assert len(plan.weeks) == weeks
    assert {name for name, check in plan.checks.items() if not check.met} == set()


@pytest.mark.parametrize("restriction", [*Restriction])
def test_each_restriction_alone_is_kept_by_a_full_plan(restriction: Restriction) -> None:
    plan = plan_workout(
        workout(restrictions=[str(restriction)], equipment=[str(e) for e in Equipment]), never
    )
    assert plan.checks["restrictions"].met
    assert all(len(week.days) >= 3 for week in plan.weeks)
