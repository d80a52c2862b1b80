"""docs/planners/workout.md says what the code does: its examples, its constants, its rules."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from planners.outcome import never
from planners.spec import Level, WorkoutGoal
from planners.workout import age, dose, fit, history, periods, resistance
from planners.workout.checks.load_rules import LIGHT_WEEK, ONE_SET, ONE_SET_MIN
from planners.workout.planner import plan_workout
from planners.workout.scheme import Kind
from planners.workout.scheme import dose as dosed
from planners.workout.session import HIGH_SETS, LOW_SETS
from planners.workout.vocabulary import Pattern
from tests.planners.page_tables import rows_under
from tests.planners.workout.requests import workout

PAGE = Path(__file__).parents[3] / "docs" / "planners" / "workout.md"
TEXT = PAGE.read_text(encoding="utf-8")
FLOWING = " ".join(TEXT.split())


def numbers(cell: str) -> tuple[float, ...]:
    return tuple(float(word) for word in cell.split(", "))


def test_the_examples_print_what_the_page_says() -> None:
    result = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert result.attempted > 5
    assert result.failed == 0


def test_the_constants_of_the_macro_plan_are_those_of_the_code() -> None:
    rows = {name: numbers(cells[0]) for name, cells in rows_under(TEXT, "constant").items()}
    assert rows == {
        "slopes of the dose segments": dose.SLOPES,
        "ramp": (dose.RAMP,),
        "load ratio": (dose.LEAST_RATIO, dose.RATIO),
        "light week": (history.LIGHT_WEEK,),
        "deload": (periods.DELOAD_FACTOR,),
        "taper": periods.TAPER_FACTORS,
        "longest cycle": (periods.CYCLE_WEEKS,),
    }


def test_planner_and_checks_mean_the_same_light_week() -> None:
    """Two numbers on purpose: the checks share nothing with the planner."""
    assert LIGHT_WEEK == history.LIGHT_WEEK


@pytest.mark.parametrize("level", Level)
def test_sets_of_a_level_are_those_of_the_code(level: Level) -> None:
    least, most, _ = rows_under(TEXT, "level")[level]
    assert (float(least), float(most)) == (LOW_SETS[level], HIGH_SETS[level])


@pytest.mark.parametrize("level", Level)
def test_sets_of_big_lifts_are_those_of_the_code(level: Level) -> None:
    phases = (periods.Phase.BASE, periods.Phase.BUILD, periods.Phase.PEAK)
    for phase, cell in zip(phases, rows_under(TEXT, "big lifts")[level], strict=True):
        one = dosed(Kind.MAIN, level, WorkoutGoal.STRENGTH, phase, Pattern.SQUAT)
        assert cell == f"{one.reps} @ {one.rpe:g}, {one.rest_s} s"


def test_sets_of_smaller_lifts_are_those_of_the_code() -> None:
    phases = (periods.Phase.BASE, periods.Phase.BUILD, periods.Phase.PEAK)
    reps = [
        dosed(Kind.ACCESSORY, Level.NOVICE, WorkoutGoal.STRENGTH, phase, Pattern.LUNGE).reps
        for phase in phases
    ]
    assert "are done for {}, {} and {} repetitions".format(*reps) in FLOWING


@pytest.mark.parametrize("level", Level)
def test_growth_of_a_level_is_that_of_the_code(level: Level) -> None:
    lifts, repeats = rows_under(TEXT, "growth of a maximum a loading week")[level]
    assert (float(lifts), float(repeats)) == (
        resistance.GROWTH[level][Kind.MAIN],
        resistance.GROWTH[level][Kind.REPS],
    )


def test_the_sentences_of_the_page_have_the_figures_of_the_code() -> None:
    assert f"starts at {100 * fit.GUESSED_START:g} % of its guess" in FLOWING
    assert f"at {100 * fit.DERIVED_START:g} % where another lift is tested" in FLOWING
    assert f"after {resistance.SURE_WEEKS} loading weeks" in FLOWING
    assert f"From {age.LATER_AGE} years on" in FLOWING
    assert f"from {age.LATE_AGE} on a novice's" in FLOWING
    assert f"a load of {ONE_SET:g} or {ONE_SET_MIN:g} minutes" in FLOWING


def test_the_page_lists_every_rule_of_a_plan_and_no_other() -> None:
    rules = [name.strip("`") for name in rows_under(TEXT, "rule")]
    assert rules == list(dict.fromkeys(rules))
    assert set(rules) == set(plan_workout(workout(), never).checks)
