"""Linear rows of foods: nutrients, cost and the index of diet quality."""

import numpy as np
import pytest

from planners.nutrition.amounts import COST, amounts
from planners.nutrition.hei import HEI_COMPONENTS, hei_points
from planners.nutrition.nutrients import NUTRIENTS
from tests.planners.nutrition.asking import CATALOG

LINEAR = amounts(CATALOG)


def test_the_rows_are_every_nutrient_the_cost_and_the_thirteen_components() -> None:
    assert LINEAR.names[: len(NUTRIENTS)] == NUTRIENTS
    assert LINEAR.names[len(NUTRIENTS)] == COST
    assert {row.name for row in LINEAR.hei} == set(HEI_COMPONENTS)
    assert LINEAR.per_gram.shape == (len(CATALOG), len(LINEAR.names))


def test_a_gram_brings_a_hundredth_of_the_table() -> None:
    assert LINEAR.per_gram[:, : len(NUTRIENTS)] == pytest.approx(CATALOG.per_100g / 100.0)


def test_a_day_whose_rows_all_hold_scores_full_by_the_official_table() -> None:
    rng = np.random.Generator(np.random.PCG64(5))
    for _ in range(200):
        rows = rng.choice(len(CATALOG), size=14, replace=False)
        grams = rng.uniform(20.0, 300.0, size=14)
        totals = grams @ LINEAR.per_gram[rows, -len(LINEAR.hei) :]
        points = hei_points(
            (grams @ CATALOG.per_100g[rows] / 100.0)[np.newaxis],
            (grams @ CATALOG.patterns_per_100g[rows] / 100.0)[np.newaxis],
        )[0]
        for row, total in zip(LINEAR.hei, totals, strict=True):
            full = 10.0 if row.name in FULL_TEN else 5.0
            holds = total <= 1e-9 if row.moderation else total >= -1e-9
            assert (points[HEI_COMPONENTS.index(row.name)] >= full - 1e-6) == holds, row.name


FULL_TEN = (
    "whole_grains",
    "dairy",
    "refined_grains",
    "sodium",
    "added_sugars",
    "saturated_fats",
    "fatty_acids",
)


def test_points_lost_are_those_of_the_official_table_while_any_are_left() -> None:
    energy = CATALOG.per_100g[:, NUTRIENTS.index("energy_kcal")]
    points = hei_points(CATALOG.per_100g[energy > 50.0], CATALOG.patterns_per_100g[energy > 50.0])
    kept = energy > 50.0
    for nth, row in enumerate(LINEAR.hei):
        if row.name == "fatty_acids":  # a ratio: its row is exact only at the usual saturated fat
            continue
        total = LINEAR.per_gram[kept, len(LINEAR.names) - len(LINEAR.hei) + nth]
        short = np.maximum(total if row.moderation else -total, 0.0)
        full = 10.0 if row.name in FULL_TEN else 5.0
        lost = np.minimum(short * row.points_per_unit / (energy[kept] / 100.0), full)
        assert points[:, HEI_COMPONENTS.index(row.name)] == pytest.approx(full - lost, abs=1e-6)
