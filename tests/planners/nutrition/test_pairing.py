"""What goes with what in one meal."""

import numpy as np

from planners.nutrition.fitting import fits
from planners.nutrition.pairing import PairRule, has_beans, has_starch, pair_rules
from planners.nutrition.slots import day_table
from planners.spec import Diet, Slot
from tests.planners.nutrition.asking import CATALOG, ask, code

TABLE = day_table(ask())
PLACES = np.array([fits(CATALOG, place) for place in TABLE.places])
BURRITO, STEAK = code("Bean and rice burrito"), code("Lean beef steak, broiled")
RICE, CORN_FLAKES, MILK = code("White rice"), code("Corn flakes"), code("Low-fat milk (1%)")
WATER, JUICE = code("Tap water"), code("Orange juice")


def rules(*diets: Diet) -> dict[str, PairRule]:
    return {rule.name: rule for rule in pair_rules(CATALOG, PLACES, TABLE, diets)}


def count(rule: PairRule, role: str, code: int, slot: Slot | None = None) -> float:
    places = [
        p for p, place in enumerate(TABLE.places) if place.role == role and place.slot == (slot or rule.slot)
    ]
    return float(rule.count[places[0], CATALOG.row_of[code]])


def test_a_dish_with_rice_in_it_takes_the_place_of_the_grain() -> None:
    rule = rules()["one_starch_dinner"]
    assert count(rule, "dinner_main", BURRITO) == 1.0
    assert count(rule, "dinner_main", STEAK) == 0.0
    assert count(rule, "grain", RICE) == 1.0
    assert rule.per_day == 1.0


def test_dry_cereal_asks_for_milk() -> None:
    rule = rules()["milk_with_cereal"]
    assert count(rule, "breakfast_main", CORN_FLAKES) == 1.0
    assert count(rule, "dairy", MILK) == -1.0
    assert rule.per_day == 0.0


def test_milk_and_juice_are_two_drinks_but_water_is_none() -> None:
    rule = rules()["one_drink_breakfast"]
    assert count(rule, "dairy", MILK) == 1.0
    assert count(rule, "drink", JUICE) == 1.0
    assert count(rule, "drink", WATER) == 0.0


def test_a_rule_of_one_meal_counts_nothing_at_another() -> None:
    rule = rules()["one_starch_dinner"]
    assert count(rule, "grain", RICE, Slot.LUNCH) == 0.0


def test_only_the_kosher_rule_is_hard_and_only_kosher_members_have_it() -> None:
    assert not any(rule.hard for rule in rules().values())
    kosher = [rule for name, rule in rules(Diet.KOSHER).items() if name.startswith("kosher_")]
    assert {rule.slot for rule in kosher} >= {Slot.LUNCH, Slot.DINNER}
    assert all(rule.hard for rule in kosher)


def test_kosher_counts_every_food_of_meat_and_of_dairy() -> None:
    rule = rules(Diet.KOSHER)["kosher_dinner"]
    dinner = [p for p, place in enumerate(TABLE.places) if place.slot == Slot.DINNER]
    both = CATALOG.kosher_meat.astype(int) + CATALOG.kosher_dairy
    assert (rule.count[dinner] == both).all()


def test_omnivores_eat_seafood_and_not_beans_alone() -> None:
    assert rules()["at_least_seafood_mains"].per_day * 7 == -2.0
    assert rules()["at_most_plant_mains"].per_day * 7 == 4.0
    assert not any("seafood" in name or "plant" in name for name in rules(Diet.VEGETARIAN))


def test_starch_and_beans_are_told_by_what_is_in_a_dish() -> None:
    assert has_starch(CATALOG)[CATALOG.row_of[BURRITO]]
    assert has_beans(CATALOG)[CATALOG.row_of[BURRITO]]
    assert not has_starch(CATALOG)[CATALOG.row_of[STEAK]]
    assert not has_beans(CATALOG)[CATALOG.row_of[STEAK]]
