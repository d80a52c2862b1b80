"""Fitness and fatigue: the recursion against the sum it stands for, and the two published days."""

import math

import numpy as np
import pytest

from planners.workout.fitness_fatigue import (
    USUAL,
    Kinetics,
    best_impulse_days,
    decayed_sum,
    form,
    no_benefit_days,
    saturated,
)

LOADS = np.random.Generator(np.random.PCG64(11)).gamma(2, 40, 364)


def test_the_recursion_equals_the_direct_sum() -> None:
    for days in (5.0, 7.0, 42.0, 60.0):
        direct = [
            sum(LOADS[s] * math.exp(-(t - s) / days) for s in range(t)) for t in range(0, len(LOADS) + 1, 13)
        ]
        assert decayed_sum(LOADS, days)[::13] == pytest.approx(direct, rel=1e-12)


def test_a_day_s_load_counts_from_the_next_morning() -> None:
    assert decayed_sum([10.0, 0.0], 7) == pytest.approx([0, 10 * math.exp(-1 / 7), 10 * math.exp(-2 / 7)])


def test_form_is_fitness_less_weighted_fatigue() -> None:
    kinetics = Kinetics(fitness_days=50, fatigue_days=10, fatigue_weight=1.5)
    assert form(LOADS, kinetics) == pytest.approx(decayed_sum(LOADS, 50) - 1.5 * decayed_sum(LOADS, 10))


def test_the_two_published_days() -> None:
    assert no_benefit_days() == pytest.approx(5.82, abs=0.005)
    assert best_impulse_days() == pytest.approx(20.87, abs=0.005)


def test_a_load_on_the_day_of_no_benefit_does_nothing_and_on_the_best_day_the_most() -> None:
    effect = form(np.eye(1, 120)[0])  # a single load, seen 1, 2, 3 … days later
    assert effect[5] < 0 < effect[6]
    assert int(effect.argmax()) == 21


def test_light_fatigue_never_harms() -> None:
    assert no_benefit_days(Kinetics(fatigue_weight=0.9)) == 0


def test_fatigue_that_outlasts_fitness_is_refused() -> None:
    with pytest.raises(ValueError, match="fade slower"):
        no_benefit_days(Kinetics(fitness_days=7, fatigue_days=7))


def test_rest_after_training_raises_form_before_it_fades() -> None:
    rested = form(np.r_[np.full(56, 50.0), np.zeros(60)], USUAL)
    assert rested[56] < rested[66]
    assert rested[66] > rested[116] > 0


def test_saturation_is_concave_and_never_passes_the_full_load() -> None:
    loads = np.linspace(0, 1_000, 101)
    given = saturated(loads, 100)
    assert given[0] == 0
    assert (np.diff(given) > 0).all()
    assert (np.diff(given, 2) < 0).all()
    assert given[-1] < 100
    assert given[1] == pytest.approx(100 * (1 - math.exp(-0.1)))


def test_scaling_the_loads_scales_form() -> None:
    assert form(3 * LOADS) == pytest.approx(3 * form(LOADS))
