"""The catalogue's checks: clean on the real one, and each meets the damage it is for."""

from __future__ import annotations

import pytest

from operations.foods_check import check_catalog
from operations.foods_coverage import COMMON_PAIRS, ENOUGH_ALONE, ENOUGH_TOGETHER, allowed
from operations.foods_figures import MOST_PER_100G
from operations.foods_words import FORBIDDEN_WORDS, TELLING_WORDS
from planners.nutrition.catalog import load_catalog, read_catalog
from planners.nutrition.nutrients import NUTRIENTS, ROLES
from planners.spec import Allergen, Diet
from tests.planners.nutrition.catalog_text import BEANS, BUTTER, MILK, RICE, SALMON, changed

HONEY, TOFU, CHICKEN, SHRIMP, BREAD, EGGS, ALMONDS, TAHINI, PEANUTS = (
    91302010, 41420010, 24122131, 26319130, 51300110, 31103010, 42101130, 43103300, 42111210,
)  # fmt: skip
PIZZA, OATMEAL, BARLEY, CHEDDAR, MILK_WITHOUT_LACTOSE, PORK, LASAGNA = (
    58106210, 56203056, 56200400, 14104100, 11114300, 22101120, 58130015,
)  # fmt: skip


def findings(code: int, **cells: str) -> list[str]:
    """What is found about a food, and about the catalogue, when some of the food's cells are changed."""
    catalog = read_catalog(changed({code: cells}))
    return [finding.text for finding in check_catalog(catalog) if finding.code in (code, 0)]


def test_the_built_in_catalogue_is_sound() -> None:
    assert check_catalog(load_catalog()) == []


@pytest.mark.parametrize(
    ("code", "allergen", "word"),
    [
        (MILK, Allergen.MILK, "dairy"),
        (EGGS, Allergen.EGG, "egg"),
        (SALMON, Allergen.FISH, "seafood"),
        (SHRIMP, Allergen.SHELLFISH, "seafood"),
        (TOFU, Allergen.SOY, "soy"),
        (ALMONDS, Allergen.TREE_NUT, "nuts"),
        (PEANUTS, Allergen.PEANUT, "nuts"),
        (LASAGNA, Allergen.MILK, "dairy"),
    ],
)
def test_what_the_food_pattern_shows_the_tags_must_say(code: int, allergen: Allergen, word: str) -> None:
    assert f"{word} in its food pattern, not in its tags" in findings(code, **{f"contains_{allergen}": "no"})


@pytest.mark.parametrize(
    ("code", "allergen", "word"),
    [
        (BUTTER, Allergen.MILK, "Butter"),  # no dairy in its pattern
        (BREAD, Allergen.WHEAT, "wheat"),
        (TAHINI, Allergen.SESAME, "Tahini"),
        (PIZZA, Allergen.WHEAT, "pizza"),
        (SALMON, Allergen.FISH, "salmon"),
    ],
)
def test_what_the_name_says_the_tags_must_say(code: int, allergen: Allergen, word: str) -> None:
    said = f'"{word}" in its name or description, no {allergen} in its tags'.lower()
    assert said in [text.lower() for text in findings(code, **{f"contains_{allergen}": "no"})]


@pytest.mark.parametrize(
    ("code", "cells", "text"),
    [
        (CHICKEN, {"suits_vegetarian": "yes"}, "meat or seafood in the pattern of a vegetarian food"),
        (SALMON, {"suits_vegetarian": "yes"}, "it contains fish and is tagged vegetarian"),
        (MILK, {"suits_vegan": "yes"}, "it contains milk and is tagged vegan"),
        (HONEY, {"suits_vegan": "yes"}, '"Honey" in its name or description, yet tagged vegan'),
        (TOFU, {"suits_vegetarian": "no"}, "vegan but not vegetarian"),
        (BREAD, {"suits_gluten_free": "yes"}, "it contains wheat and is tagged gluten_free"),
        (BARLEY, {"suits_gluten_free": "yes"}, '"Barley" in its name or description, yet tagged gluten_free'),
        (
            OATMEAL,
            {"suits_gluten_free": "yes"},
            '"Oatmeal" in its name or description, yet tagged gluten_free',
        ),
        (MILK, {"suits_lactose_free": "yes"}, "it contains milk with lactose and is tagged lactose_free"),
        (PORK, {"suits_halal": "yes"}, '"pork" in its name or description, yet tagged halal'),
        (PORK, {"suits_kosher": "yes"}, '"pork" in its name or description, yet tagged kosher'),
        (SHRIMP, {"suits_kosher": "yes"}, "it contains shellfish and is tagged kosher"),
        (
            CHICKEN,
            {"kosher_kind": "neutral"},
            "meat in the pattern of a kosher food that is not said to be meat",
        ),
        (CHEDDAR, {"kosher_kind": "neutral"}, "a kosher food with milk that is not said to be dairy"),
        (CHICKEN, {"kosher_kind": ""}, "kosher, yet meat with dairy"),
        (PIZZA, {"suits_halal": "yes"}, "a dining facility's dish tagged halal or kosher"),
    ],
)
def test_tags_that_cannot_stand_together_are_found(code: int, cells: dict[str, str], text: str) -> None:
    assert text in findings(code, **cells)


def test_aged_cheese_and_milk_without_lactose_may_be_tagged_lactose_free() -> None:
    suits = load_catalog().suits[:, tuple(Diet).index(Diet.LACTOSE_FREE)]
    rows = load_catalog().row_of
    assert suits[rows[CHEDDAR]]
    assert suits[rows[MILK_WITHOUT_LACTOSE]]


@pytest.mark.parametrize(
    ("code", "cells", "text"),
    [
        (MILK, {"calcium_mg": "1501"}, "calcium_mg is above 1500 per 100 g"),
        (MILK, {"energy_kcal": "180"}, "energy does not fit protein, carbohydrate, fat and fibre"),  # kJ
        (BEANS, {"energy_kcal": "60"}, "energy does not fit protein, carbohydrate, fat and fibre"),
        (RICE, {"fat_g": "71"}, "protein, carbohydrate, fat and water are above 101 g"),
        (RICE, {"water_g": "0"}, "protein, carbohydrate, fat and water are below 88 g"),
        (BUTTER, {"saturated_fat_g": "70"}, "the fatty acids are more than the fat"),
        (MILK, {"sugars_g": "9"}, "sugars_g is more than carbohydrate_g"),
        (BEANS, {"fiber_g": "25"}, "fiber_g is more than carbohydrate_g"),
        (HONEY, {"added_sugars_g": "90"}, "added_sugars_g is more than sugars_g"),
        (MILK, {"retinol_ug": "90"}, "retinol_ug is more than vitamin_a_ug_rae"),
        (RICE, {"folic_acid_ug": "500"}, "folic acid is more than the folate in DFE"),
        (SALMON, {"linoleic_acid_g": "30"}, "18:2 and 18:3 are more than the polyunsaturated fat"),
        (MILK, {"dairy_cup": "8.1"}, "dairy_cup is above 8 per 100 g"),
        (MILK, {"measure_g": "0.5"}, "one measure is not 1-400 g"),
        (MILK, {"measure_g": "401"}, "one measure is not 1-400 g"),
        (MILK, {"largest": "4.5"}, "the largest portion is above 800 g"),
        (BUTTER, {"largest": "13.5"}, "the largest portion is above 1300 kcal"),
        (BUTTER, {"largest": "7"}, "there are more than 12 steps of portion"),
        (MILK, {"purchase_yield": "201"}, "a gram as bought gives above 200 g as eaten"),
        (MILK, {"usd_per_100g": "6.1"}, "the price is not 0.0001-6 USD per 100 g"),
        (MILK, {"roles": "fruit"}, "too little of what makes a fruit"),
        (HONEY, {"roles": "drink"}, "too little of what makes a drink"),
        (RICE, {"roles": ""}, "it has no role in a menu"),
    ],
)
def test_figures_that_cannot_be_are_found(code: int, cells: dict[str, str], text: str) -> None:
    assert text in findings(code, **cells)


def test_figures_at_their_limit_pass() -> None:
    catalog = read_catalog(
        changed({MILK: {"usd_per_100g": "6", "purchase_yield": "200"}, HONEY: {"largest": "1"}})
    )
    assert check_catalog(catalog) == []


def test_a_diet_that_is_left_with_too_few_foods_is_found() -> None:
    catalog = load_catalog()
    drinks = catalog.roles[:, ROLES.index("drink")]
    cells = {int(code): {"contains_wheat": ""} for code in catalog.codes[drinks]}
    texts = [finding.text for finding in check_catalog(read_catalog(changed(cells)))]
    assert "wheat leaves 0 foods as drink, a varied week needs 7" in texts
    assert not any(text.startswith("milk leaves") for text in texts)


def test_the_rule_of_coverage_speaks_of_every_role() -> None:
    assert set(ENOUGH_ALONE) == set(ENOUGH_TOGETHER) == set(ROLES)


def test_every_pair_is_of_known_words_and_leaves_foods() -> None:
    for pair in COMMON_PAIRS:
        assert set(pair) <= {*map(str, Diet), *map(str, Allergen)}
        assert 0 < allowed(load_catalog(), pair).sum() < len(load_catalog())


def test_every_nutrient_allergen_and_diet_has_its_rule() -> None:
    assert set(MOST_PER_100G) == set(NUTRIENTS)
    assert set(TELLING_WORDS) == set(Allergen)
    assert set(FORBIDDEN_WORDS) == set(Diet)
