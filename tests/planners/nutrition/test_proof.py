"""The second look at a finished plan, by the file's own words."""

import dataclasses

import pytest

from planners.nutrition.assemble import make_item
from planners.nutrition.planner import plan_nutrition
from planners.nutrition.proof import UnsafePlan, breaches, prove_safe, raw_foods
from planners.plan import NutritionPlan
from planners.spec import Allergen, Diet
from tests.planners.nutrition.asking import CATALOG, ask, code, items, plan_for


def with_food(plan: NutritionPlan, name: str, day: int = 2, meal: int = 1) -> NutritionPlan:
    """The plan with a food smuggled into a meal."""
    food = make_item(CATALOG, CATALOG.row_of[code(name)], 50.0, "topping")
    days = list(plan.days)
    meals = list(days[day - 1].meals)
    meals[meal] = dataclasses.replace(meals[meal], items=(*meals[meal].items, food))
    days[day - 1] = dataclasses.replace(days[day - 1], meals=tuple(meals))
    return dataclasses.replace(plan, days=tuple(days))


def test_a_smuggled_allergen_is_found_with_its_day_and_meal() -> None:
    request = ask(allergies=["peanut"])
    plan = plan_nutrition(request)
    assert breaches(plan, request) == []
    [found] = breaches(with_food(plan, "Peanut butter"), request)
    assert "day 2, lunch" in found
    assert "peanut" in found
    with pytest.raises(UnsafePlan, match="Peanut butter"):
        prove_safe(with_food(plan, "Peanut butter"), request)


def test_a_smuggled_food_that_breaks_a_diet_is_found() -> None:
    request = ask(diets=["vegan"])
    assert any("vegan" in text for text in breaches(with_food(plan_nutrition(request), "Honey"), request))


def test_meat_beside_dairy_is_found_only_in_one_kosher_meal() -> None:
    request = ask(diets=["kosher"])
    plan = plan_nutrition(request)
    assert breaches(plan, request) == []
    both = with_food(with_food(plan, "Roast turkey breast, no skin"), "Cheddar cheese")
    apart = with_food(
        with_food(plan, "Roast turkey breast, no skin", meal=1), "Cheddar cheese", meal=1, day=2
    )
    assert any("meat and dairy" in text for text in breaches(both, request))
    assert breaches(both, request) == breaches(apart, request)


def test_an_unknown_food_is_a_breach_of_every_allergy_and_diet() -> None:
    plan = plan_for()
    strange = dataclasses.replace(items(plan)[0], food_code=99999999)
    meal = dataclasses.replace(plan.days[0].meals[0], items=(strange,))
    day = dataclasses.replace(plan.days[0], meals=(meal, *plan.days[0].meals[1:]))
    plan = dataclasses.replace(plan, days=(day, *plan.days[1:]))
    assert len(breaches(plan, ask(allergies=["egg"]))) >= 1
    assert breaches(plan, ask()) == []


def test_the_raw_file_and_the_catalogue_speak_of_the_same_foods() -> None:
    assert {int(c) for c in raw_foods()} == set(CATALOG.row_of)
    cells = raw_foods()[str(int(CATALOG.codes[0]))]
    assert all(f"contains_{a}" in cells for a in Allergen)
    assert all(f"suits_{d}" in cells for d in Diet)
