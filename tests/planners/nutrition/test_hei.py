"""Healthy Eating Index 2020 against rows worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from planners.errors import InvalidRequest
from planners.nutrition.hei import HEI_COMPONENTS, hei_2020, hei_points
from planners.nutrition.nutrients import NUTRIENTS, PATTERNS

Floats = NDArray[np.float64]


def totals(names: tuple[str, ...], amounts: dict[str, float]) -> Floats:
    row = np.zeros(len(names))
    for name, amount in amounts.items():
        row[names.index(name)] = amount
    return row


def points(nutrients: dict[str, float], patterns: dict[str, float]) -> dict[str, float]:
    nutrients = {"energy_kcal": 2_000, **nutrients}
    return dict(hei_2020(totals(NUTRIENTS, nutrients), totals(PATTERNS, patterns)).components)


def test_a_mixed_day_of_2000_kcal_is_scored_as_by_hand() -> None:
    nutrients = totals(
        NUTRIENTS,
        {
            "energy_kcal": 2_000,
            "sodium_mg": 3_100,  # 1.55 g/1000: (2.0 − 1.55)/0.9 = half
            "saturated_fat_g": 80 / 3,  # 12 % of energy: half
            "monounsaturated_fat_g": 30,
            "polyunsaturated_fat_g": 20 - 2 / 3,  # ratio 1.85: half
        },
    )
    patterns = totals(
        PATTERNS,
        {
            "total_fruit_cup": 0.8,  # 0.4 of 0.8
            "whole_fruit_cup": 0.2,  # 0.1 of 0.4
            "vegetables_cup": 1.4,  # with beans 0.9 of 1.1
            "dark_green_cup": 0.0,
            "legumes_cup": 0.4,  # 0.2 of 0.2: full
            "whole_grains_oz": 0.6,  # 0.3 of 1.5
            "refined_grains_oz": 6.1,  # 3.05: (4.3 − 3.05)/2.5 = half
            "dairy_cup": 1.3,  # 0.65 of 1.3
            "meat_poultry_oz": 2.0,
            "eggs_oz": 0.4,
            "legumes_oz": 1.6,  # proteins 2.0 of 2.5; plant 0.8 of 0.8
            "added_sugars_tsp": 20.3125,  # 16.25 % of energy: half
        },
    )
    expected = {
        "total_fruits": 2.5,
        "whole_fruits": 1.25,
        "total_vegetables": 5 * 0.9 / 1.1,
        "greens_and_beans": 5.0,
        "whole_grains": 2.0,
        "dairy": 5.0,
        "total_protein_foods": 4.0,
        "seafood_and_plant_proteins": 5.0,
        "refined_grains": 5.0,
        "sodium": 5.0,
        "added_sugars": 5.0,
        "saturated_fats": 5.0,
        "fatty_acids": 5.0,
    }
    found = hei_2020(nutrients, patterns)
    assert found.components == {name: pytest.approx(value) for name, value in expected.items()}
    assert found.total == pytest.approx(sum(expected.values()))


def test_the_best_day_scores_100() -> None:
    found = hei_2020(
        totals(
            NUTRIENTS,
            {
                "energy_kcal": 1_000,
                "sodium_mg": 1_100,
                "saturated_fat_g": 8,
                "monounsaturated_fat_g": 12,
                "polyunsaturated_fat_g": 8,
            },
        ),
        totals(
            PATTERNS,
            {
                "total_fruit_cup": 0.8,
                "whole_fruit_cup": 0.4,
                "vegetables_cup": 1.1,
                "dark_green_cup": 0.2,
                "whole_grains_oz": 1.5,
                "dairy_cup": 1.3,
                "seafood_oz": 0.8,
                "meat_poultry_oz": 1.7,
                "refined_grains_oz": 1.8,
                "added_sugars_tsp": 4.0625,
            },
        ),
    )
    assert found.total == pytest.approx(100)


def test_the_worst_day_scores_0() -> None:
    worst = points(
        {"sodium_mg": 4_000, "saturated_fat_g": 36, "monounsaturated_fat_g": 43.2},
        {"refined_grains_oz": 8.6, "added_sugars_tsp": 32.5},
    )
    assert worst == {name: pytest.approx(0, abs=1e-12) for name in HEI_COMPONENTS}


@pytest.mark.parametrize(
    ("component", "nutrient", "full", "zero"),
    [("sodium", "sodium_mg", 2_200, 4_000), ("saturated_fats", "saturated_fat_g", 160 / 9, 320 / 9)],
)
def test_moderation_of_nutrients_is_full_at_one_end_and_nothing_at_the_other(
    component: str, nutrient: str, full: float, zero: float
) -> None:
    for amount, expected in ((0, 10), (full, 10), ((full + zero) / 2, 5), (zero, 0), (2 * zero, 0)):
        assert points({nutrient: amount}, {})[component] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("component", "pattern", "full", "zero"),
    [("refined_grains", "refined_grains_oz", 3.6, 8.6), ("added_sugars", "added_sugars_tsp", 8.125, 32.5)],
)
def test_moderation_of_foods_is_full_at_one_end_and_nothing_at_the_other(
    component: str, pattern: str, full: float, zero: float
) -> None:
    for amount, expected in ((0, 10), (full, 10), ((full + zero) / 2, 5), (zero, 0), (2 * zero, 0)):
        assert points({}, {pattern: amount})[component] == pytest.approx(expected)


@pytest.mark.parametrize("seafood_or_plant", ["seafood_oz", "soy_oz", "nuts_seeds_oz", "legumes_oz"])
def test_seafood_and_plants_count_twice_and_meat_once(seafood_or_plant: str) -> None:
    both, once = points({}, {seafood_or_plant: 1.6}), points({}, {"meat_poultry_oz": 1.6})
    assert both["seafood_and_plant_proteins"] == pytest.approx(5)
    assert once["seafood_and_plant_proteins"] == 0
    assert both["total_protein_foods"] == once["total_protein_foods"] == pytest.approx(1.6)


def test_unsaturated_fat_alone_scores_full_and_no_fat_at_all_nothing() -> None:
    assert points({"monounsaturated_fat_g": 10}, {})["fatty_acids"] == 10
    assert points({}, {})["fatty_acids"] == 0


def test_only_the_mix_counts_not_the_amount() -> None:
    rng = np.random.Generator(np.random.PCG64(3))
    nutrients = rng.uniform(1, 100, (1, len(NUTRIENTS)))
    patterns = rng.uniform(0, 3, (1, len(PATTERNS)))
    assert hei_points(3 * nutrients, 3 * patterns) == pytest.approx(hei_points(nutrients, patterns))


def test_many_rows_score_as_each_alone() -> None:
    rng = np.random.Generator(np.random.PCG64(4))
    nutrients, patterns = rng.uniform(1, 100, (20, len(NUTRIENTS))), rng.uniform(0, 3, (20, len(PATTERNS)))
    together = hei_points(nutrients, patterns)
    for i in range(20):
        assert list(hei_2020(nutrients[i], patterns[i]).components.values()) == pytest.approx(together[i])


def test_a_day_without_energy_has_no_score() -> None:
    with pytest.raises(InvalidRequest, match="/nutrients/0/energy_kcal: a day without food"):
        hei_2020(np.zeros(len(NUTRIENTS)), np.zeros(len(PATTERNS)))


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -0.1])
def test_a_missing_or_negative_total_is_an_error_not_a_zero(bad: float) -> None:
    nutrients, patterns = np.full((2, len(NUTRIENTS)), 100.0), np.zeros((2, len(PATTERNS)))
    patterns[1, PATTERNS.index("dairy_cup")] = bad
    with pytest.raises(InvalidRequest, match="/patterns/1/dairy_cup"):
        hei_points(nutrients, patterns)
    patterns[1] = 0.0
    nutrients[0, NUTRIENTS.index("sodium_mg")] = bad
    with pytest.raises(InvalidRequest, match="/nutrients/0/sodium_mg"):
        hei_points(nutrients, patterns)


def test_a_table_of_other_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="nutrients must have"):
        hei_points(np.ones((1, 3)), np.ones((1, len(PATTERNS))))


@settings(max_examples=200, derandomize=True, deadline=None)
@given(
    nutrients=hnp.arrays(np.float64, (1, len(NUTRIENTS)), elements=st.floats(1e-3, 5e3)),
    patterns=hnp.arrays(np.float64, (1, len(PATTERNS)), elements=st.floats(0, 30)),
)
def test_points_lie_between_0_and_the_most_of_each_component(nutrients: Floats, patterns: Floats) -> None:
    found = hei_points(nutrients, patterns)[0]
    most = hei_points(np.ones((1, len(NUTRIENTS))), np.ones((1, len(PATTERNS)))).shape[1]
    assert len(found) == most == len(HEI_COMPONENTS) == 13
    assert np.all(found >= 0)
    assert np.all(found <= [5] * 4 + [10] * 2 + [5] * 2 + [10] * 5)
