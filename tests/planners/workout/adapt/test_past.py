"""The load, the longest run and the response of the weeks before, instead of guesses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planners.errors import Infeasible, InvalidRequest
from planners.outcome import never
from planners.plan import WorkoutPlan
from planners.spec import FitnessTest, Sex, Standard
from planners.workout import vocabulary
from planners.workout.ability import ability_of
from planners.workout.adapt import Past, learn
from planners.workout.drafting import draft_plan
from planners.workout.fitness_fatigue import Kinetics, form
from planners.workout.planner import plan_workout
from planners.workout.prepare import prepare
from planners.workout.response import ceiling, prior_for
from planners.workout.response.model import approach, unit_of
from planners.workout.response.priors import result_of, worth
from planners.workout.stimulus import daily_doses, work_of
from planners.workout.tests import RULES, table_for
from tests.planners.workout.adapt.members import START, day
from tests.planners.workout.requests import requests, workout


def past(**more: Any) -> Past:
    request = workout(**more)
    return learn(request, ability_of(request)).past


def sessions(load: float, weeks: int = 4, a_week: int = 3) -> list[dict[str, Any]]:
    """So much load a week in equal sessions every second day."""
    minutes = load / a_week / 5
    days = [7 * w + 2 * n + 1 for w in range(weeks) for n in range(a_week)]
    return [{"date": day(before), "minutes": minutes, "rpe": 5} for before in days]


def planned(**more: Any) -> WorkoutPlan:
    return plan_workout(workout(test=None, goal="general_fitness", level="intermediate", **more))


@pytest.mark.parametrize(("weeks", "found"), [(1, None), (2, 600), (3, 600), (4, 600), (8, 600)])
def test_the_weekly_load_is_that_of_the_last_two_to_four_weeks(weeks: int, found: float | None) -> None:
    assert past(log=sessions(600, weeks)).weekly_load == (found if found is None else pytest.approx(found))


def test_a_session_without_figures_counts_as_the_mean() -> None:
    log = sessions(600)
    bare = [{"date": each["date"]} for each in log[::4]]
    assert past(log=[*bare, *(s for i, s in enumerate(log) if i % 4)]).weekly_load == pytest.approx(600)


def test_the_first_week_starts_from_the_real_load() -> None:
    guessed = planned().weeks[0].load
    low, high = (planned(log=sessions(load)).weeks[0].load for load in (500, 1_500))
    assert low < guessed
    assert low <= 1.1 * 500 + 20
    assert low < high


def test_who_logs_next_to_nothing_is_not_taken_for_an_invalid() -> None:
    assert planned(log=sessions(20)).weeks[0].load > 0.3 * planned().weeks[0].load


def test_the_longest_run_of_thirty_days_bounds_the_next() -> None:
    run = {"distance_m": 4000, "seconds": 1500, "rpe": 5}
    assert past(runs=[{**run, "date": day(30)}]).longest_run_m == 4000
    assert past(runs=[{**run, "date": day(31)}]).longest_run_m is None
    plan = plan_workout(workout(goal="endurance", test=None, runs=[{**run, "date": day(5)}]))
    assert plan.checks["longest_run"].met
    first = [
        (line.seconds or 0) * 1000 / line.pace_s_per_km
        for d in plan.weeks[0].days
        for line in d.exercises
        if line.pace_s_per_km and line.seconds and "run" in line.exercise_id
    ]
    assert max(first) <= 1.1 * 4000 + 1


RUNS = [7 * w + n for w in range(12) for n in (1, 3, 5)]


def run_log(minutes: float) -> list[dict[str, Any]]:
    entry = {"exercise_id": "run_easy", "sets": 1, "seconds": 60 * minutes, "rpe": 7}
    return [{"date": day(before), "minutes": minutes, "rpe": 7, "exercises": [entry]} for before in RUNS]


@pytest.mark.parametrize("factor", [0.4, 2.2])
def test_logged_results_bring_the_prediction_nearer_to_a_known_response(factor: float) -> None:
    """Members who gain less or more than believed: their log says so, their last result alone cannot."""
    event = RULES[FitnessTest.AFT].event("2MR")
    table = table_for(FitnessTest.AFT, "2MR", Sex.FEMALE, 30, Standard.GENERAL, 0)
    assert table is not None
    limit, prior = ceiling(event, table), prior_for(event, workout().level)
    kinetics = Kinetics(fitness_days=45.0, fatigue_days=9.0, fatigue_weight=2.0)
    test_day = (date(2027, 1, 25) - START).days
    done = past(log=run_log(25)).work
    assert done is not None
    rng = np.random.default_rng(11)
    with_log, without = [], []
    for _ in range(12):
        headroom = worth(event, limit) - worth(event, 1300.0)

        def truth(doses: Any, headroom: float = headroom) -> Any:
            gained = approach(factor * prior.gain * form(doses, kinetics) / unit_of(kinetics), headroom)
            return worth(event, 1300.0) + gained

        before = daily_doses(done, vocabulary.Tested.DISTANCE_RUN, done.days)
        seen = truth(before) + prior.noise * rng.standard_normal(len(before) + 1)
        days = (7, 28, 49, 70, 84)
        results = [
            {
                "test": "aft", "event": "2MR", "result": round(result_of(event, float(seen[d]))),
                "date": (START - timedelta(days=84 - d)).isoformat(),
            }
            for d in days
        ]  # fmt: skip
        others = {"HRP": 22, "MDL": 160, "SDC": 150, "PLK": 95}
        test = {"name": "aft", "date": "2027-01-25", "current": others}
        logged = workout(log=run_log(25), results=results, test=test)
        alone = workout(test={**test, "current": {**others, "2MR": results[-1]["result"]}})
        drafted = draft_plan(prepare(logged), never)
        coming = daily_doses(work_of(drafted.sessions), vocabulary.Tested.DISTANCE_RUN, test_day)
        true = float(truth(np.concatenate([before, coming]))[-1])
        for errors, request in ((with_log, logged), (without, alone)):
            said = plan_workout(request).prediction["2MR"].expected
            errors.append(abs(worth(event, said) - true))
    assert float(np.mean(with_log)) < float(np.mean(without))


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(
    request=requests(),
    load=st.sampled_from([20.0, 200.0, 800.0, 3_000.0]),
    metres=st.sampled_from([None, 1_000, 5_000, 30_000]),
)
def test_every_rule_holds_from_any_real_load(request: Any, load: float, metres: int | None) -> None:
    first = request.start_date
    runs = [] if metres is None else [{"distance_m": metres, "seconds": metres / 3, "rpe": 5}]
    more = workout(
        start_date=first.isoformat(),
        log=[
            {**s, "date": (first - timedelta(days=n + 1)).isoformat()} for n, s in enumerate(sessions(load))
        ],
        runs=[{**run, "date": (first - timedelta(days=3)).isoformat()} for run in runs],
        test=None,
        goal="general_fitness",
    )
    try:
        plan = plan_workout(replace(request, log=more.log, runs=more.runs))
    except (Infeasible, InvalidRequest):
        return
    assert {name: check for name, check in plan.checks.items() if not check.met} == {}
