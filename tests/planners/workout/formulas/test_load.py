"""Session load, monotony, ratios and energy."""

import math

import numpy as np
import pytest

from planners.spec import Sex
from planners.workout.formulas import (
    acwr_coupled,
    acwr_ewma,
    acwr_uncoupled,
    ewma,
    met_kcal,
    monotony,
    session_load,
    strain,
    trimp,
)

WEEK = [300, 0, 400, 0, 350, 500, 0]


def test_load_is_effort_times_minutes() -> None:
    assert session_load(7, 45) == 315


def test_monotony_is_mean_over_population_deviation() -> None:
    assert monotony(WEEK) == pytest.approx(np.mean(WEEK) / np.std(WEEK))
    assert strain(WEEK) == pytest.approx(1_550 * monotony(WEEK))


def test_a_week_of_equal_days_is_endlessly_even_and_a_week_of_rest_is_not() -> None:
    assert monotony([0.1] * 7) == math.inf
    assert (monotony([0] * 7), strain([0] * 7)) == (0, 0)


def test_steady_training_has_a_ratio_of_one() -> None:
    assert acwr_coupled([50] * 28) == acwr_uncoupled([50] * 28) == pytest.approx(1)
    assert acwr_ewma([50] * 28) == pytest.approx(1)


def test_coupling_hides_half_of_a_jump() -> None:
    doubled = [50] * 21 + [100] * 7
    assert acwr_uncoupled(doubled) == pytest.approx(2)
    assert acwr_coupled(doubled) == pytest.approx(1.6)


def test_the_weighted_mean_equals_its_recursion() -> None:
    loads = np.random.Generator(np.random.PCG64(3)).uniform(0, 100, 60)
    mean = loads[0]
    for day in range(1, 60):
        mean = 0.25 * loads[day] + 0.75 * mean
    assert ewma(loads, 7)[-1] == pytest.approx(mean)
    assert ewma(loads, 7)[0] == loads[0]


def test_a_ratio_without_load_is_not_defined() -> None:
    for ratio in (acwr_coupled, acwr_uncoupled, acwr_ewma):
        with pytest.raises(ValueError, match="no load to compare with"):
            ratio([0] * 28)


@pytest.mark.parametrize("loads", [[1] * 6, [1] * 8, [-1] + [1] * 6])
def test_a_week_has_seven_loads_none_negative(loads: list[float]) -> None:
    with pytest.raises(ValueError, match="7 days"):
        monotony(loads)


def test_trimp_of_an_hour() -> None:
    assert trimp(60, 0.7, Sex.MALE) == pytest.approx(60 * 0.7 * 0.64 * math.exp(1.92 * 0.7))
    assert trimp(60, 0.7, Sex.FEMALE) == pytest.approx(60 * 0.7 * 0.86 * math.exp(1.67 * 0.7))


def test_energy_of_half_an_hour_at_six_miles_an_hour() -> None:
    assert met_kcal(9.8, 80, 30) == pytest.approx(411.6)


@pytest.mark.parametrize(
    "call",
    [lambda: session_load(10.1, 30), lambda: trimp(30, 1.1, Sex.MALE), lambda: met_kcal(24, 80, 30)],
)
def test_figures_outside_the_range_are_refused(call) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match="must be"):
        call()
