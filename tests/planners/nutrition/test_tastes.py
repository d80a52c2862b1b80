"""Tastes that make menus differ."""

import dataclasses

import numpy as np

from planners.nutrition.tastes import TASTES, taste_of, taste_usd
from tests.planners.nutrition.asking import CATALOG


def test_a_taste_is_the_same_whatever_other_foods_there_are() -> None:
    half = np.arange(0, len(CATALOG), 2)
    fewer = dataclasses.replace(
        CATALOG,
        codes=CATALOG.codes[half],
        roles=CATALOG.roles[half],
        names=tuple(CATALOG.names[i] for i in half),
    )
    assert (taste_usd(fewer, 3) == taste_usd(CATALOG, 3)[half]).all()


def test_tastes_differ_and_spread_over_their_range() -> None:
    first, second = taste_usd(CATALOG, 0), taste_usd(CATALOG, 1)
    mains = CATALOG.roles[:, 5]
    assert abs(np.corrcoef(first[mains], second[mains])[0, 1]) < 0.3
    assert first[mains].min() < 0.15
    assert first[mains].max() > 1.35


def test_weeks_of_a_plan_follow_different_tastes_for_a_month() -> None:
    assert len({taste_of(5, week) for week in range(4)}) == 4
    assert {taste_of(seed, 0) for seed in range(TASTES)} == set(range(TASTES))
