"""Many members, no allergen: the first of the strangers that `make fuzz` plans for by the thousand."""

import dataclasses

from planners.nutrition.planner import plan_nutrition
from tests.planners.nutrition.asking import ask, code, plan_for
from tests.planners.nutrition.strangers import broken, outcome, stranger

FIRST = 120
NOTHING = {"allergies": [], "diets": []}


def test_strangers_are_planned_for_without_a_breach() -> None:
    ends = [outcome(number) for number in range(FIRST)]
    assert [told for _, told in ends if told] == []
    assert sum(end == "planned" for end, _ in ends) > FIRST / 2


def test_a_stranger_is_the_same_whenever_drawn() -> None:
    assert stranger(17) == stranger(17)
    assert stranger(17)["diets"] == stranger(16)["diets"]
    assert stranger(17)["member"] != stranger(16)["member"]


def test_a_breach_would_be_seen() -> None:
    plan = plan_for()
    assert broken(plan, NOTHING) == []
    assert any("milk" in told for told in broken(plan, NOTHING | {"allergies": ["milk"]}))
    assert any("vegan" in told for told in broken(plan, NOTHING | {"diets": ["vegan"]}))


def test_meat_with_milk_would_be_seen() -> None:
    chicken, milk = code("Roast chicken drumsticks, no skin"), code("Low-fat milk (1%)")
    kosher = {"diets": ["kosher"]}
    plan = plan_nutrition(ask(days=1, **kosher))
    dinner = plan.days[0].meals[-1]
    items = [dataclasses.replace(dinner.items[0], food_code=food) for food in (chicken, milk)]
    meals = (*plan.days[0].meals[:-1], dataclasses.replace(dinner, items=tuple(items)))
    spoiled = dataclasses.replace(plan, days=(dataclasses.replace(plan.days[0], meals=meals),))
    assert "day 1, dinner: meat with dairy" in broken(spoiled, NOTHING | kosher)
