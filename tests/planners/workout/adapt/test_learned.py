"""Logged training moves maxima and paces towards the truth, in whatever order it is told."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planners.errors import InvalidRequest
from planners.plan import plan_json
from planners.workout.ability import ability_of
from planners.workout.adapt import Learned, evidence_faults, learn
from planners.workout.catalog import load_catalogue
from planners.workout.planner import plan_workout
from planners.workout.prepare import prepare
from tests.planners.workout.adapt.members import GYM, LIFTS, day, logged_runs, logged_sets
from tests.planners.workout.requests import requests, workout

ROW = load_catalogue().row_of
BENCH = ROW["bench_press"]


def learned(**more: Any) -> Learned:
    request = workout(**{"equipment": GYM, "test": None, "goal": "strength", **more})
    return learn(request, ability_of(request))


def bench(load_kg: float, reps: int, rpe: float | None, before: int, **more: Any) -> dict[str, Any]:
    entry = {"exercise_id": "bench_press", "date": day(before), "reps": reps, "load_kg": load_kg, **more}
    return entry if rpe is None else {**entry, "rpe": rpe}


@pytest.mark.parametrize("truth", [0.6, 1.0, 1.7])
def test_the_refit_is_nearer_to_the_true_maxima_than_the_guess(truth: float) -> None:
    rng = np.random.default_rng(3)
    request = workout(equipment=GYM, test=None, goal="strength")
    guess = prepare(request).trainee.capacity
    off, near = [], []
    for _ in range(25):
        true = {name: guess[ROW[name]] * truth * float(np.exp(rng.normal(0, 0.1))) for name in LIFTS}
        found = prepare(workout(equipment=GYM, test=None, goal="strength", sets=logged_sets(rng, true)))
        for name, value in true.items():
            near.append(abs(math.log(found.trainee.capacity[ROW[name]] / value)))
            off.append(abs(math.log(guess[ROW[name]] / value)))
    assert float(np.mean(near)) < 0.05
    assert float(np.mean(near)) < 0.6 * float(np.mean(off))


@pytest.mark.parametrize("true", [26.0, 38.0, 50.0])
def test_the_refit_is_nearer_to_the_true_vdot_than_the_guess(true: float) -> None:
    rng = np.random.default_rng(5)
    guess = ability_of(workout(test=None, goal="strength")).vdot
    found = [learned(runs=logged_runs(rng, true)).ability.vdot for _ in range(25)]
    assert float(np.mean(np.abs(np.log(np.array(found) / true)))) < 0.025
    assert abs(float(np.mean(found)) - true) <= max(0.3 * abs(guess - true), 0.5)


def test_a_run_held_back_counts_as_held_back() -> None:
    easy, race = (
        learned(runs=[{"date": day(5), "distance_m": 5000, "seconds": 1800, "rpe": rpe}]).ability.vdot
        for rpe in (6, 9.5)
    )
    assert easy > race


def test_a_run_of_unknown_effort_only_shows_what_is_surely_possible() -> None:
    before = learned().ability.vdot
    slow, fast = (
        learned(runs=[{"date": day(5), "distance_m": 5000, "seconds": seconds}]).ability.vdot
        for seconds in (2700, 1500)
    )
    assert slow == before
    assert fast > before


def test_a_set_of_unknown_effort_never_lowers_a_maximum() -> None:
    assert (
        not learned(sets=[bench(20, 5, None, 4)]).own.get(BENCH, 0.0)
        < prepare(workout(equipment=GYM, test=None, goal="strength")).trainee.capacity[BENCH] * 0.999
    )
    strong = learned(sets=[bench(40, 5, None, 4)]).own[BENCH]
    assert strong >= 40 * 1.1


def test_entries_age() -> None:
    fresh, old, older = (learned(sets=[bench(60, 5, 9, before)]).own[BENCH] for before in (2, 40, 120))
    guess = prepare(workout(equipment=GYM, test=None, goal="strength")).trainee.capacity[BENCH]
    assert guess < older < old < fresh
    late = learned(sets=[bench(60, 5, 9, 183)])
    assert late.own == {}
    assert any("older than 26 weeks" in line for line in late.warnings)


def test_a_known_maximum_ages_more_slowly_than_a_set() -> None:
    known = learned(maxima=[{"exercise_id": "bench_press", "load_kg": 70, "date": day(60)}]).own[BENCH]
    once = learned(sets=[bench(70, 1, 10, 60)]).own[BENCH]
    assert once < known <= 70


def test_one_wild_entry_is_bounded_and_said() -> None:
    usual = [bench(50, 5, 8, before) for before in (3, 7, 10, 14)]
    plain = learned(sets=usual).own[BENCH]
    wild = learned(sets=[*usual, bench(200, 5, 8, 5)])
    assert plain < wild.own[BENCH] < 1.3 * plain
    assert any("200 kg" in line and "bound" in line for line in wild.warnings)


def test_one_known_maximum_does_not_overrule_a_test_result() -> None:
    test = {"name": "aft", "date": "2027-01-25", "current": {"MDL": 160}}
    maximum = {"exercise_id": "deadlift", "load_kg": 200, "date": day(5)}
    request = workout(test=test, equipment=GYM, maxima=[maximum])
    found = learn(request, ability_of(request))
    assert 77 < found.own[ROW["deadlift"]] < 110
    assert any("200 kg" in line and "bound" in line for line in found.warnings)


def test_other_lifts_follow_and_bodyweight_work_does_not() -> None:
    request = workout(equipment=GYM, test=None, goal="strength")
    before = ability_of(request)
    after = learned(sets=[bench(70, 5, 8, 4)]).ability
    assert after.of["bench"] > before.of["bench"]
    assert 1 < after.of["squat"] / before.of["squat"] < after.of["bench"] / before.of["bench"]
    assert after.of["push_up"] == before.of["push_up"]


def test_repetitions_of_push_ups_move_the_push_ups() -> None:
    sets = [{"exercise_id": "push_up", "date": day(3), "reps": 28, "rpe": 8}]
    found = learned(sets=sets)
    assert 25 < found.own[ROW["push_up"]] <= 30


def test_dated_results_are_used_and_the_newest_stands_for_now() -> None:
    results = [
        {"test": "aft", "event": "2MR", "result": 1150, "date": day(10)},
        {"test": "aft", "event": "MDL", "result": 220, "date": day(10)},
    ]
    test = {"name": "aft", "date": "2027-01-25", "current": {"HRP": 22}}
    plan = plan_workout(workout(test=test, results=results))
    assert plan.prediction["2MR"].now == 1150
    assert plan.prediction["MDL"].now == 220
    assert learned(results=results).ability.of["deadlift"] > learned().ability.of["deadlift"]


DATA = {
    "sets": [bench(50, 5, 7, 3), bench(52.5, 5, 8, 7), bench(55, 4, 9.5, 11), bench(40, 8, None, 12)],
    "runs": [
        {"date": day(3), "distance_m": 5000, "seconds": 1700, "rpe": 9},
        {"date": day(9), "distance_m": 8000, "seconds": 3300, "rpe": 5},
        {"date": day(12), "distance_m": 3000, "seconds": 1000},
    ],
    "results": [
        {"test": "aft", "event": "2MR", "result": 1200, "date": day(30)},
        {"test": "aft", "event": "PLK", "result": 120, "date": day(30)},
    ],
    "log": [
        {
            "date": day(before), "minutes": 50, "rpe": 6,
            "exercises": [
                {"exercise_id": "back_squat", "sets": 3, "reps": 5, "load_kg": 60, "rpe": 8},
                {"exercise_id": "run_easy", "sets": 1, "distance_m": 4000, "seconds": 1800, "rpe": 4},
            ],
        }
        for before in range(2, 30, 3)
    ],
}  # fmt: skip


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.permutations(range(10)))
def test_the_same_log_in_another_order_gives_the_same_plan(order: list[int]) -> None:
    turned = {name: [rows[i] for i in order if i < len(rows)] for name, rows in DATA.items()}
    one = plan_workout(workout(equipment=GYM, weeks=4, **DATA))
    two = plan_workout(workout(equipment=GYM, weeks=4, **turned))
    assert plan_json(one) == plan_json(two)


def test_a_set_that_is_told_twice_counts_once() -> None:
    entry = {"exercise_id": "bench_press", "sets": 3, "reps": 5, "load_kg": 50, "rpe": 8}
    inside = [{"date": day(4), "minutes": 50, "rpe": 6, "exercises": [entry]}]
    alone = learned(sets=[{**entry, "date": day(4)}])
    both = learned(sets=[{**entry, "date": day(4)}], log=inside)
    assert alone.own == both.own


@settings(max_examples=60, deadline=None, derandomize=True)
@given(requests())
def test_without_a_log_nothing_is_learned(request: Any) -> None:
    ability = ability_of(request)
    found = learn(request, ability)
    assert found.ability is ability
    assert (dict(found.own), found.because, found.warnings) == ({}, (), ())


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"sets": [{**bench(50, 5, 8, 3), "exercise_id": "flying"}]}, "/sets/0/exercise_id"),
        ({"sets": [bench(450, 20, 8, 3)]}, "/sets/0/load_kg"),
        ({"maxima": [{"exercise_id": "push_up", "load_kg": 50, "date": day(3)}]}, "/maxima/0/exercise_id"),
        ({"maxima": [{"exercise_id": "flying", "load_kg": 50, "date": day(3)}]}, "/maxima/0/exercise_id"),
        ({"results": [{"test": "aft", "event": "2MR", "result": 120, "date": day(3)}]}, "/results/0/result"),
        ({"results": [{"test": "aft", "event": "flying", "result": 9, "date": day(3)}]}, "/results/0/event"),
        (
            {"log": [{"date": day(3), "exercises": [{"exercise_id": "flying", "sets": 1}]}]},
            "/log/0/exercises/0/exercise_id",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_its_pointer(more: dict[str, Any], pointer: str) -> None:
    request = workout(**more)
    assert [fault.pointer for fault in evidence_faults(request)] == [pointer]
    with pytest.raises(InvalidRequest):
        plan_workout(request)
