"""How often a food may come back."""

import numpy as np
import pytest

from planners.nutrition.repeats import BY_ROLE, MILK, UNLIMITED, repeat_limits
from tests.planners.nutrition.asking import CATALOG, code

TAP_WATER, LOW_FAT_MILK = code("Tap water"), code("Low-fat milk (1%)")


def test_nothing_is_free_more_often_than_it_is_allowed() -> None:
    for days in range(1, 8):
        free, most = repeat_limits(CATALOG, days)
        assert (free >= 1).all()
        assert (free <= most).all()


def test_a_shorter_period_allows_fewer_servings_rounded_up() -> None:
    _, week = repeat_limits(CATALOG, 7)
    _, day = repeat_limits(CATALOG, 1)
    assert (day == np.ceil(week / 7)).all()


def test_water_has_no_end_and_milk_is_a_habit() -> None:
    free, most = repeat_limits(CATALOG, 7)
    assert free[CATALOG.row_of[TAP_WATER]] == UNLIMITED
    assert free[CATALOG.row_of[LOW_FAT_MILK]] == MILK
    assert most[CATALOG.row_of[code("Low-fat chocolate milk")]] == BY_ROLE["dairy"].most < MILK


def test_a_main_is_capped_as_a_main_wherever_else_it_may_stand() -> None:
    _, most = repeat_limits(CATALOG, 7)
    mains = CATALOG.roles[:, [4, 5]].any(axis=1) & ~CATALOG.roles[:, 0]
    assert most[mains].max() <= max(BY_ROLE["dinner_main"].most, 2)


def test_a_batch_may_be_eaten_twice_without_charge() -> None:
    free, _ = repeat_limits(CATALOG, 7)
    batch = (CATALOG.servings_at_a_time > 1) & CATALOG.roles[:, 5]
    assert batch.any()
    assert (free[batch] >= 2).all()


def test_the_limits_are_shared_between_plans_and_cannot_be_written() -> None:
    free, _ = repeat_limits(CATALOG, 7)
    with pytest.raises(ValueError, match="read-only"):
        free[0] = 3
