"""Double progression, its reason visible in the plan."""

from __future__ import annotations

from typing import Any

import pytest

from planners.plan import WorkoutPlan
from planners.workout.catalog import load_catalogue
from planners.workout.formulas import fraction_for
from planners.workout.planner import plan_workout
from planners.workout.prepare import prepare
from tests.planners.workout.adapt.members import GYM, day
from tests.planners.workout.requests import workout

BENCH = load_catalogue().row_of["bench_press"]


def sets(*days: tuple[int, float, int, float], planned: int | None = 5) -> list[dict[str, Any]]:
    """Sets of the bench press: days before the plan, kg, repetitions, RPE."""
    more = {} if planned is None else {"planned_reps": planned}
    return [
        {
            "exercise_id": "bench_press", "date": day(before), "sets": 3, "load_kg": load, "reps": reps,
            "rpe": rpe, **more,
        }
        for before, load, reps, rpe in days
    ]  # fmt: skip


def capacity(logged: list[dict[str, Any]]) -> float:
    request = workout(equipment=GYM, test=None, goal="strength", sets=logged)
    return float(prepare(request).trainee.capacity[BENCH])


def because(logged: list[dict[str, Any]]) -> str:
    return "\n".join(planned(logged).because)


def planned(logged: list[dict[str, Any]]) -> WorkoutPlan:
    return plan_workout(workout(equipment=GYM, test=None, goal="strength", weeks=4, sets=logged))


def test_all_sets_done_with_ease_twice_give_a_step_more() -> None:
    easy = sets((3, 30, 5, 7), (7, 30, 5, 6.5))
    assert capacity(easy) * fraction_for(7) >= 32.5 - 1e-9
    assert "Bench press: +2.5 kg, 32.5 kg for 5 at RPE 8: all sets done at RPE 7 twice." in because(easy)


@pytest.mark.parametrize(
    "logged",
    [
        sets((3, 30, 5, 7)),
        sets((3, 30, 5, 7.5), (7, 30, 5, 7)),
        sets((3, 30, 4, 7), (7, 30, 5, 7)),
        sets((3, 30, 5, 7), (29, 30, 5, 7)),
        sets((3, 30, 5, 7), (7, 30, 5, 7), planned=None),
    ],
    ids=["once", "harder", "a repetition less", "too long ago", "no plan"],
)
def test_less_than_twice_with_ease_is_no_step(logged: list[dict[str, Any]]) -> None:
    assert "twice" not in because(logged)


def test_missed_repetitions_twice_take_a_twentieth_off() -> None:
    missed = sets((3, 40, 4, 9), (7, 40, 3, 9.5))
    assert capacity(missed) * fraction_for(7) <= 0.95 * 40 + 1e-9
    line = because(missed)
    assert "missed reps twice" in line
    assert "Bench press: -" in line


def test_missed_once_takes_nothing_off() -> None:
    assert "missed" not in because(sets((3, 40, 4, 9), (7, 40, 5, 9)))


def test_the_plan_prescribes_the_new_load() -> None:
    before, after = (
        [
            line.load_kg
            for week in planned(logged).weeks
            for d in week.days
            for line in d.exercises
            if line.exercise_id == "bench_press"
        ]
        for logged in (sets((3, 30, 5, 8)), sets((3, 37.5, 5, 7), (7, 37.5, 5, 7)))
    )
    assert before
    assert after
    assert max(after) > max(before)


def test_a_faster_run_makes_faster_paces_and_says_so() -> None:
    run = {"date": "2026-11-20", "distance_m": 5000, "seconds": 1450, "rpe": 9.5}
    slow, fast = (
        plan_workout(workout(test=None, goal="endurance", weeks=4, runs=runs)) for runs in ([], [run])
    )
    paces = [
        [x.pace_s_per_km for w in p.weeks for d in w.days for x in d.exercises if x.exercise_id == "run_easy"]
        for p in (slow, fast)
    ]
    assert max(paces[1] or [0]) < min(paces[0] or [9999])
    assert any("s/km faster: 5 km in 24:10 on 2026-11-20." in line for line in fast.because)
