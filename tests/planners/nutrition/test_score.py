"""Scores of a day: Nutrient-Rich Foods 9.3, mean adequacy, and all of them from codes and grams."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from numpy.typing import NDArray

from planners.errors import InvalidRequest
from planners.nutrition.catalog import load_catalog
from planners.nutrition.hei import hei_2020
from planners.nutrition.nutrients import NUTRIENTS
from planners.nutrition.score import (
    MAR_NUTRIENTS,
    NRF_ENCOURAGE,
    foods_of,
    mean_adequacy,
    nrf_9_3,
    recommended,
    score_day,
)
from planners.plan import Hei, Item, Meal, MenuDay
from planners.spec import Member, Sex, Slot

WOMAN = Member(sex=Sex.FEMALE, age_years=24, height_cm=165, weight_kg=60)
CATALOG = load_catalog()
FOODS = [(int(code), 50.0 + 10 * i) for i, code in enumerate(CATALOG.codes[::37])]


def day(amounts: dict[str, float]) -> NDArray[np.float64]:
    row = np.zeros((1, len(NUTRIENTS)))
    for name, amount in amounts.items():
        row[0, NUTRIENTS.index(name)] = amount
    return row


def test_nrf_of_exactly_the_daily_values_is_900_less_300() -> None:
    limits = {"saturated_fat_g": 20, "added_sugars_g": 50, "sodium_mg": 2_300}
    assert nrf_9_3(day({"energy_kcal": 2_000, **NRF_ENCOURAGE})) == pytest.approx([900])
    assert nrf_9_3(day({"energy_kcal": 2_000, **NRF_ENCOURAGE, **limits})) == pytest.approx([600])


def test_nrf_of_a_day_is_scored_as_by_hand() -> None:
    # Per 2,000 kcal: protein 100 (counts 50), fibre 14 (half), sodium 4,600 (twice), nothing else.
    half_day = day({"energy_kcal": 1_000, "protein_g": 50, "fiber_g": 7, "sodium_mg": 2_300})
    assert nrf_9_3(half_day) == pytest.approx([100 * (1 + 0.5 - 2)])


def test_nrf_does_not_grow_with_the_amount_eaten() -> None:
    eaten = day({"energy_kcal": 1_500, "protein_g": 30, "iron_mg": 5, "sodium_mg": 900})
    assert nrf_9_3(2 * eaten) == pytest.approx(nrf_9_3(eaten))


def test_recommendations_are_the_20_vitamins_and_minerals_of_the_member() -> None:
    found = recommended(WOMAN)
    assert len(found) == 20
    assert set(found) == set(MAR_NUTRIENTS) - {"retinol_ug", "folic_acid_ug"}
    assert (found["iron_mg"], found["potassium_mg"], found["vitamin_c_mg"]) == (18, 2_600, 75)
    assert recommended(replace(WOMAN, age_years=51))["iron_mg"] == 8


def test_mean_adequacy_counts_no_surplus() -> None:
    wanted = {"iron_mg": 18.0, "calcium_mg": 1_000.0}
    eaten = day({"energy_kcal": 2_000, "iron_mg": 9, "calcium_mg": 3_000})
    assert mean_adequacy(eaten, wanted) == pytest.approx([0.75])


def test_mean_adequacy_of_exactly_the_recommendations_is_1() -> None:
    wanted = recommended(WOMAN)
    assert mean_adequacy(day({"energy_kcal": 2_000, **wanted}), wanted) == pytest.approx([1])


def test_a_day_is_scored_from_codes_and_grams() -> None:
    nutrients, patterns = np.zeros(len(NUTRIENTS)), np.zeros(CATALOG.patterns_per_100g.shape[1])
    for code, grams in FOODS:
        row = list(CATALOG.codes).index(code)
        nutrients = nutrients + grams / 100 * CATALOG.per_100g[row]
        patterns = patterns + grams / 100 * CATALOG.patterns_per_100g[row]
    found = score_day(CATALOG, FOODS, WOMAN)
    assert found.nutrients == pytest.approx(dict(zip(NUTRIENTS, nutrients.tolist(), strict=True)))
    assert found.hei_2020.total == pytest.approx(hei_2020(nutrients, patterns).total)
    assert found.nrf_9_3 == pytest.approx(nrf_9_3(nutrients[np.newaxis])[0])
    assert 0 < found.mean_adequacy_ratio <= 1


def test_a_food_eaten_twice_counts_twice() -> None:
    code, grams = FOODS[0]
    twice, once = (score_day(CATALOG, [*FOODS, *extra], WOMAN) for extra in ([(code, grams)], []))
    row = CATALOG.row_of[code]
    kcal = CATALOG.per_100g[row, 0] * grams / 100
    assert twice.nutrients["energy_kcal"] == pytest.approx(once.nutrients["energy_kcal"] + kcal)


def test_a_planned_day_gives_its_codes_and_grams() -> None:
    item = Item(food_code=11111000, name="Milk", grams=244, measure="1 cup", role="dairy", cost_usd=0.3)
    menu = MenuDay(
        day=1,
        date=date(2026, 1, 5),
        meals=(Meal(slot=Slot.LUNCH, kcal=1, items=(item, replace(item, food_code=12345678, grams=5.0))),),
        nutrients={},
        targets={},
        cost_usd=0.6,
        hei_2020=Hei(total=0, components={}),
    )
    assert foods_of(menu) == [(11111000, 244), (12345678, 5)]


@pytest.mark.parametrize("grams", [0.0, -10.0, float("nan"), float("inf")])
def test_grams_that_are_no_amount_are_refused(grams: float) -> None:
    with pytest.raises(InvalidRequest) as caught:
        score_day(CATALOG, [FOODS[0], (FOODS[1][0], grams)], WOMAN)
    assert [error.pointer for error in caught.value.errors] == ["/foods/1/grams"]


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="/foods/0/food_code: 99999999 is not in the catalogue"):
        score_day(CATALOG, [(99999999, 100.0)], WOMAN)


def test_an_empty_day_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="/foods"):
        score_day(CATALOG, [], WOMAN)


def test_a_day_without_energy_has_no_score() -> None:
    for score in (nrf_9_3, lambda row: mean_adequacy(row, recommended(WOMAN))):
        with pytest.raises(InvalidRequest, match="energy_kcal"):
            score(day({"iron_mg": 1}))
