"""From dealt periods to the plan that is handed out: words, sums and lists."""

import dataclasses
import math

import pytest

from planners.nutrition.assemble import make_item, measure
from planners.nutrition.shopping import shopping_list
from planners.nutrition.targets import daily_targets
from planners.nutrition.words import missed_warnings, nutrient_words
from planners.plan import plan_json
from tests.planners.nutrition.asking import CATALOG, ask, code, items, plan_for


@pytest.mark.parametrize(
    ("name", "measures", "words"),
    [
        ("White rice", 1.5, "1 1/2 cups, cooked"),
        ("White rice", 0.75, "3/4 cup, cooked"),
        ("Banana", 1, "1 banana"),
        ("Banana", 2, "2 bananas"),
        ("Whole-wheat bread", 2, "2 slices"),
    ],
)
def test_amounts_are_told_in_the_measures_of_a_kitchen(name: str, measures: float, words: str) -> None:
    row = CATALOG.row_of[code(name)]
    assert measure(CATALOG, row, measures * float(CATALOG.measure_g[row])) == words


def test_an_amount_that_is_no_simple_fraction_is_told_in_grams() -> None:
    row = CATALOG.row_of[code("White rice")]
    assert measure(CATALOG, row, 123.0) == "123 g"


def test_an_item_costs_its_weight_at_the_tables_price() -> None:
    row = CATALOG.row_of[code("Banana")]
    item = make_item(CATALOG, row, 126.0, "fruit")
    assert item.cost_usd == pytest.approx(1.26 * CATALOG.usd_per_100g[row], abs=1e-4)
    assert not item.locked


def test_the_shopping_list_buys_what_the_menu_eats_and_adds_up_to_its_cost() -> None:
    plan = plan_for()
    bought = {line.food_code: line for line in plan.shopping_list}
    assert set(bought) == {item.food_code for item in items(plan)}
    assert sum(line.cost_usd for line in plan.shopping_list) == pytest.approx(
        sum(day.cost_usd for day in plan.days), abs=0.05
    )
    for food, line in bought.items():
        row = CATALOG.row_of[food]
        eaten = sum(item.grams for item in items(plan) if item.food_code == food)
        assert line.grams == pytest.approx(eaten / CATALOG.purchase_yield[row], abs=0.1)
        units = int(line.measure.split(" × ")[0])
        assert units == max(1, math.ceil(line.grams / CATALOG.purchase_g[row] - 0.03))


def test_the_list_follows_the_codes_and_names_each_food_once() -> None:
    codes = [line.food_code for line in shopping_list(CATALOG, plan_for().days)]
    assert codes == sorted(set(codes))


def test_a_plan_becomes_json_with_every_part_of_the_contract() -> None:
    data = plan_json(plan_for())
    assert data["kind"] == "nutrition"
    assert {"days", "weeks", "shopping_list", "solution", "versions", "warnings"} <= data.keys()
    item = data["days"][0]["meals"][0]["items"][0]
    assert {"food_code", "name", "grams", "measure"} <= item.keys()
    assert {"total", "components"} == data["weeks"][0]["hei_2020"].keys()
    assert {"status", "objective", "lower_bound", "gap", "seed"} == data["solution"].keys()
    assert all({"source"} <= target.keys() for target in data["weeks"][0]["targets"].values())


def test_nutrients_are_told_in_plain_words() -> None:
    assert nutrient_words("vitamin_d_ug") == ("vitamin D", "µg")
    assert nutrient_words("vitamin_a_ug_rae") == ("vitamin A", "µg RAE")
    assert nutrient_words("alpha_linolenic_acid_g") == ("alpha linolenic acid", "g")


def test_a_missed_limit_is_told_once_with_its_size_and_a_kept_one_is_not() -> None:
    request = ask()
    targets, week = daily_targets(request), plan_for().weeks[0]
    assert not any("Vitamin C" in text for text in missed_warnings(targets, frozenset(), [week]))
    short = dict(week.nutrients) | {"vitamin_c_mg": 45.0, "sodium_mg": 9_000.0}

    told = missed_warnings(targets, frozenset({"vitamin_c_mg"}), [dataclasses.replace(week, nutrients=short)])
    [vitamin] = [text for text in told if "Vitamin C" in text]
    assert "45 mg" in vitamin
    assert "dietitian" in vitamin
    assert any("Sodium comes to 9,000 mg" in text for text in told)
