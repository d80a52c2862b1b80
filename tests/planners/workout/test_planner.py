"""Requests in, plans out: seeds, dates, tests, refusals."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest

from planners.errors import Infeasible, InvalidRequest, Stopped
from planners.outcome import Termination, never
from planners.plan import plan_json
from planners.spec import Restriction, Weekday
from planners.workout.planner import plan_workout
from tests.planners.workout.requests import workout


def test_the_same_seed_gives_the_same_plan() -> None:
    assert plan_workout(workout(), never) == plan_workout(workout(), never)


def test_another_seed_may_choose_other_exercises_and_keeps_the_rules() -> None:
    plans = [plan_workout(workout(seed=seed), never) for seed in range(6)]
    assert len({str(plan_json(plan)["weeks"]) for plan in plans}) > 1
    assert all(check.met for plan in plans for check in plan.checks.values())


@pytest.mark.parametrize("start", [date(2026, 12, 1) + timedelta(days=n) for n in range(7)])
def test_a_plan_may_start_on_any_weekday(start: date) -> None:
    plan = plan_workout(workout(start_date=start.isoformat(), goal="general_fitness", test=None), never)
    assert plan.start_date == start
    allowed = {Weekday.MON, Weekday.TUE, Weekday.THU, Weekday.SAT}
    for number, week in enumerate(plan.weeks):
        first = start + timedelta(days=7 * number)
        for day in week.days:
            assert first <= day.date < first + timedelta(days=7)
            assert list(Weekday)[day.date.weekday()] is day.weekday
            assert day.weekday in allowed
        assert len(week.days) == 4


def test_nothing_is_planned_on_the_test_day_and_the_day_before_is_easy() -> None:
    available = [str(day) for day in Weekday]
    plan = plan_workout(workout(available_days=available, days_per_week=6), never)
    test = date(2027, 1, 25)
    days = {day.date: day for week in plan.weeks for day in week.days}
    assert test not in days
    before = days.get(test - timedelta(days=1))
    assert before is None or before.session_type == "recovery"


def test_each_tested_event_is_trained_in_every_block() -> None:
    plan = plan_workout(workout(), never)
    for first, last in ((1, 4), (5, 8)):
        used = {
            line.exercise_id
            for week in plan.weeks[first - 1 : last]
            for day in week.days
            for line in day.exercises
        }
        assert used & {"deadlift", "hex_bar_deadlift"}
        assert used & {"hand_release_push_up"}
        assert used & {"forearm_plank", "high_plank", "long_lever_plank"}
        assert used & {"run_tempo", "run_fartlek", "run_400", "run_threshold_1k"}
    assert any("sprint_carry_dumbbell" in str(week) for week in plan.weeks)


def test_loads_follow_the_tested_deadlift() -> None:
    def heaviest(result: int) -> float:
        plan = plan_workout(workout(test={**TEST, "current": {**TEST["current"], "MDL": result}}), never)
        lines = [line for week in plan.weeks for day in week.days for line in day.exercises]
        return max(line.load_kg or 0 for line in lines if line.exercise_id == "deadlift")

    assert heaviest(160) < heaviest(200) < heaviest(280)
    assert heaviest(160) <= 160 * 0.4536 * 1.2


TEST = {
    "name": "aft",
    "date": "2027-01-25",
    "current": {"MDL": 160, "HRP": 22, "SDC": 150, "PLK": 95, "2MR": 1240},
}


def test_paces_follow_the_tested_run() -> None:
    def easy_pace(seconds: int) -> float:
        plan = plan_workout(workout(test={**TEST, "current": {**TEST["current"], "2MR": seconds}}), never)
        lines = [line for week in plan.weeks for day in week.days for line in day.exercises]
        return min(line.pace_s_per_km or 1e9 for line in lines if line.exercise_id == "run_tempo")

    assert easy_pace(900) < easy_pace(1000) < easy_pace(1200)


def test_the_prediction_is_between_now_and_more_and_scored_by_the_chart() -> None:
    plan = plan_workout(workout(), never)
    assert set(plan.prediction) == {"MDL", "HRP", "SDC", "PLK", "2MR"}
    for name, event in plan.prediction.items():
        better = -1 if name in ("SDC", "2MR") else 1
        assert better * event.expected >= better * event.now
        assert better * event.expected >= better * event.cautious
        assert event.points is not None
        assert event.points_cautious is not None
        assert event.points >= event.points_cautious


def test_the_solution_says_how_far_from_the_bound_it_can_be() -> None:
    solution = plan_workout(workout(), never).solution
    assert solution.status in (Termination.WITHIN_GAP, Termination.OPTIMAL)
    assert 0 <= solution.lower_bound <= solution.objective
    assert solution.gap == pytest.approx((solution.objective - solution.lower_bound) / solution.objective)


def test_all_restrictions_are_refused_with_the_pointer() -> None:
    with pytest.raises(InvalidRequest) as refused:
        plan_workout(workout(restrictions=[str(r) for r in Restriction]), never)
    assert [error.pointer for error in refused.value.errors] == ["/restrictions"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"current": {"2MR": 120}}, "/test/current/2MR"),
        ({"current": {"HRP": 22.5}}, "/test/current/HRP"),
        ({"current": {"jumping": 3}}, "/test/current/jumping"),
        ({"current": {"2MR": 1000, "bike_12km": 2000}}, "/test/current/bike_12km"),
        ({"target_points": 500.5}, "/test/target_points"),
    ],
)
def test_results_that_cannot_be_are_refused_with_the_pointer(
    changes: dict[str, object], pointer: str
) -> None:
    with pytest.raises(InvalidRequest) as refused:
        plan_workout(workout(test={**TEST, **changes}), never)
    assert [error.pointer for error in refused.value.errors] == [pointer]


def test_a_target_out_of_reach_is_refused_with_arithmetic_and_ways_that_work() -> None:
    asked = workout(minutes_per_day=45, test={**TEST, "target_points": 450})
    with pytest.raises(Infeasible) as refused:
        plan_workout(asked, never)
    conflicts, ways = refused.value.conflicts, {c.change: c.to for c in refused.value.any_one_of}
    assert "450 points" in conflicts[0]
    assert any("weeks" in line for line in conflicts[1:])
    assert "restrictions" not in str(ways)
    assert "test.target_points" in ways
    in_vain = next((line for line in conflicts if line.startswith("Not enough alone")), "")
    assert ("a later date" in in_vain) == ("test.date" not in ways)
    for change, to in ways.items():
        name = change.removeprefix("test.")
        test = {**TEST, "target_points": 450}
        if change.startswith("test."):
            again = workout(minutes_per_day=45, test={**test, name: to})
        else:
            again = workout(**{"minutes_per_day": 45, "test": test, name: to})
        plan_workout(again, never)


def test_a_bold_target_is_planned_with_a_warning() -> None:
    plan = plan_workout(workout(test={**TEST, "target_points": 420}), never)
    assert any("below the 420" in line for line in plan.warnings)


def test_a_target_without_results_is_planned() -> None:
    plan = plan_workout(workout(test={**TEST, "current": {}, "target_points": 480}), never)
    assert any("No result given" in line for line in plan.warnings)


def test_a_stop_signal_ends_the_work() -> None:
    with pytest.raises(Stopped):
        plan_workout(workout(), lambda: True)


def test_a_run_that_is_forbidden_is_said_and_neither_planned_nor_predicted() -> None:
    plan = plan_workout(workout(restrictions=["no_running"]), never)
    assert any("2MR" in line and "alternate event" in line for line in plan.warnings)
    assert "2MR" not in plan.prediction
    assert not any("Expected" in line for line in plan.because)
    assert "run" not in {day.session_type.split("_")[-1] for week in plan.weeks for day in week.days}


def test_a_rucksack_brings_marches_no_more_than_once_a_week() -> None:
    request = workout(goal="endurance", test=None, equipment=["rucksack"], weeks=12, level="intermediate")
    plan = plan_workout(request, never)
    marches = [
        (day.date, line.distance_m or 0, line.load_kg or 0)
        for week in plan.weeks
        for day in week.days
        for line in day.exercises
        if line.exercise_id == "ruck_march"
    ]
    assert len(marches) >= 4
    for before, after in itertools.pairwise(marches):
        assert (after[0] - before[0]).days >= 7
        assert not (after[1] > before[1] and after[2] > before[2])
    assert marches[0][2] <= 0.2 * 66
