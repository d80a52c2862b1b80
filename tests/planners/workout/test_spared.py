"""Exclusions, a birth, waivers and height: kept by the plan, proved by the second reading of the table."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planners.errors import InvalidRequest
from planners.plan import WorkoutPlan
from planners.workout.ability import ability_of
from planners.workout.catalog import load_catalogue
from planners.workout.checks.safety import birth_breaches, exercises_of, restriction_breaches
from planners.workout.finish import LAST_RESORT
from planners.workout.goal import aim_of
from planners.workout.planner import plan_workout
from planners.workout.spared import allowed
from tests.planners.workout.requests import SOLDIER, workout

IDS = load_catalogue().ids
ALL = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def planned(**changes: Any) -> WorkoutPlan:
    return plan_workout(workout(**changes))


def used(plan: WorkoutPlan) -> list[str]:
    return exercises_of(plan.weeks)


def pointers(**changes: Any) -> list[str]:
    with pytest.raises(InvalidRequest) as refused:
        planned(**changes)
    return [fault.pointer for fault in refused.value.errors]


def test_an_excluded_exercise_is_in_no_session() -> None:
    names = [name for name in used(planned()) if name != LAST_RESORT]
    plan = planned(excluded_exercises=names[:40])
    assert not set(names[:40]) & set(used(plan))
    assert all(check.met for check in plan.checks.values())
    assert any("Left out as asked" in line for line in plan.because)


def test_unknown_exclusions_and_the_last_resort_are_refused() -> None:
    assert pointers(excluded_exercises=["air_squat", "flying", LAST_RESORT]) == [
        "/excluded_exercises/1",
        "/excluded_exercises/2",
    ]


@pytest.mark.parametrize("weeks", [6, 11, 12, 25, 26, 52])
def test_after_a_birth_both_readings_of_the_table_agree(weeks: int) -> None:
    may = allowed(workout(postpartum_weeks=weeks, level="advanced", equipment=[]))
    free = allowed(workout(level="advanced", equipment=[]))
    out = {name for name, was, now in zip(IDS, free, may, strict=True) if was and not now}
    within = [name for name, was in zip(IDS, free, strict=True) if was]
    assert out == set(birth_breaches(within, weeks))
    assert (weeks >= 26) == (not out)


def test_nobody_runs_before_the_twelfth_week_or_trains_before_the_sixth() -> None:
    plan = planned(postpartum_weeks=11)
    assert not restriction_breaches(used(plan), ["no_running", "no_jumping", "no_rucking"])
    assert any("clinician" in line for line in plan.warnings)
    assert any("within a year" in line for line in plan.warnings)
    assert pointers(postpartum_weeks=5) == ["/postpartum_weeks"]


def test_pregnancy_is_left_to_a_clinician() -> None:
    assert pointers(member={**SOLDIER["member"], "pregnancy": "pregnant"}) == ["/member/pregnancy"]


def waived(*events: str) -> dict[str, Any]:
    return {**SOLDIER["test"], "waived": list(events)}


def test_a_waived_event_is_neither_predicted_nor_trained_for() -> None:
    plan = planned(test=waived("SDC"))
    assert "SDC" not in plan.prediction
    request = workout(test=waived("SDC"))
    aim = aim_of(request, ability_of(request))
    assert aim is not None
    assert not aim.whole
    assert all(str(movement) != "sprint_drag_carry" for movement in aim.needs)
    assert not any("points" in line for line in plan.because)
    assert any("SDC: waived" in line for line in plan.warnings)


def test_an_alternate_stands_for_a_waived_run() -> None:
    test = {**waived("2MR"), "current": {**SOLDIER["test"]["current"], "row_5km": 1500}}
    del test["current"]["2MR"]
    plan = planned(test=test, equipment=["rower"])
    assert "2MR" not in plan.prediction
    aim = aim_of(request := workout(test=test), ability_of(request))
    assert aim is not None
    assert [event.name for event in aim.events] == ["MDL", "HRP", "SDC", "PLK", "row_5km"]


def test_waivers_of_no_event_and_of_all_events_are_refused() -> None:
    assert pointers(test=waived("flying")) == ["/test/waived/0"]
    every = ["MDL", "HRP", "SDC", "PLK", "2MR", "walk_2_5mi", "bike_12km", "swim_1km", "row_5km"]
    assert pointers(test=waived(*every)) == ["/test/waived"]


def test_height_slows_guessed_paces_and_leaves_tested_ones() -> None:
    untested = {"test": None, "goal": "endurance"}
    low, high = (ability_of(workout(**untested, altitude_ft=ft)).vdot for ft in (0, 8_000))
    assert high == pytest.approx(low * (1 - 0.063 * 7_000 / 3_280.84))
    assert ability_of(workout(altitude_ft=8_000)).vdot == ability_of(workout()).vdot
    assert any("8,000 ft" in line for line in planned(**untested, altitude_ft=8_000).warnings)


def test_a_test_above_the_charts_is_refused_where_they_are_not_known() -> None:
    test = {"name": "navy_prt", "date": "2027-01-25"}
    assert pointers(altitude_ft=5_000, test=test) == ["/altitude_ft"]
    assert set(planned(altitude_ft=4_999, test=test).prediction) == {"push_ups", "plank", "run_1_5mi"}


def test_the_charts_for_high_places_score_the_combat_fitness_test() -> None:
    test = {"name": "usmc_cft", "date": "2027-01-25", "current": {"MTC": 230, "AL": 60, "MANUF": 230}}
    low, high = (planned(altitude_ft=ft, test=test).prediction["MTC"] for ft in (0, 4_500))
    assert high.points is not None
    assert low.points is not None
    assert high.points > low.points


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    out=st.lists(st.sampled_from([i for i in IDS if i != LAST_RESORT]), max_size=100, unique=True),
    weeks=st.sampled_from([None, 6, 12, 20, 40]),
)
def test_no_exclusion_and_no_birth_is_ever_broken(out: list[str], weeks: int | None) -> None:
    try:
        plan = planned(excluded_exercises=out, postpartum_weeks=weeks, available_days=ALL)
    except InvalidRequest:
        return
    assert not set(out) & set(used(plan))
    assert birth_breaches(used(plan), weeks) == []
    assert {name for name, check in plan.checks.items() if not check.met} == set()
