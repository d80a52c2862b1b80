"""From doses to gains."""

import math

import numpy as np
import pytest

from planners.workout.fitness_fatigue import form
from planners.workout.response import dose
from planners.workout.response.model import (
    HEAVIEST_FATIGUE,
    KINETICS,
    REFERENCE,
    approach,
    forms,
    unit_of,
)

LOADS = np.random.Generator(np.random.PCG64(5)).uniform(0, 0.3, 100)


def test_the_reference_programme_is_worth_eight_weeks_under_every_kinetics() -> None:
    assert forms(REFERENCE, np.array([56])) == pytest.approx(np.full((len(KINETICS), 1), 8.0))


def test_forms_are_those_of_the_fitness_fatigue_model() -> None:
    days = np.array([0, 13, 57, 100])
    found = forms(LOADS, days)
    for row, kinetics in zip(found, KINETICS, strict=True):
        assert row == pytest.approx(form(LOADS, kinetics)[days] / unit_of(kinetics))


def test_under_every_kinetics_training_helps_in_the_end() -> None:
    for kinetics in KINETICS:
        share = kinetics.fatigue_weight * kinetics.fatigue_days / kinetics.fitness_days
        assert share <= HEAVIEST_FATIGUE
        assert unit_of(kinetics) > 0


def test_a_gain_never_passes_the_ceiling_and_a_loss_stays_whole() -> None:
    gains = np.array([-0.2, -0.01, 0.0, 0.01, 0.1, 10.0])
    left = approach(gains, 0.1)
    assert left[:3] == pytest.approx(gains[:3])
    assert left[3] == pytest.approx(0.1 * (1 - math.exp(-0.1)))
    assert (np.diff(left) > 0).all()
    assert left[-1] == pytest.approx(0.1)


def test_the_full_minutes_are_one_dose_and_twice_as_many_are_not_two() -> None:
    assert dose([0, 60, 120], 60) == pytest.approx([0, 1, 1.368], abs=1e-3)
