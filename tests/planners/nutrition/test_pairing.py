"""What goes with what in one meal."""

import numpy as np
import pytest

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


@pytest.mark.parametrize(
    ("rule", "main", "grain", "suits"),
    [
        ("bread_with_soup_lunch", "Tuna salad", "Whole-wheat pasta", False),
        ("bread_with_soup_lunch", "Tuna salad", "Whole-wheat bread", True),
        ("bread_with_soup_dinner", "Chicken pozole (hominy soup)", "White rice", False),
        ("one_starch_lunch", "Black beans and rice", "Pasta", False),
        ("one_starch_dinner", "Roast pork loin, lean", "Pasta", True),
    ],
)
def test_soups_and_cold_salads_want_bread_and_no_plate_holds_two_starches(
    rule: str, main: str, grain: str, suits: bool
) -> None:
    found = rules()[rule]
    role = f"{found.slot}_main"
    assert (count(found, role, code(main)) + count(found, "grain", code(grain)) <= found.per_day) == suits


def test_a_sweet_potato_among_the_vegetables_is_a_starch() -> None:
    rule = rules()["one_starch_dinner"]
    assert count(rule, "vegetable", code("Baked sweet potato")) == 1.0
    assert count(rule, "vegetable", code("Broccoli, steamed")) == 0.0


def test_a_sandwich_takes_raw_vegetables() -> None:
    rule = rules()["raw_with_sandwich_lunch"]
    assert count(rule, "lunch_main", code("Peanut butter sandwich on whole wheat")) == 1.0
    assert count(rule, "vegetable", code("Cabbage, cooked")) == 1.0
    assert count(rule, "vegetable", code("Carrots, raw")) == 0.0


def test_raw_leaves_ask_for_a_dressing() -> None:
    rule = rules()["dressing_with_greens_dinner"]
    assert count(rule, "vegetable", code("Spinach, raw")) == 1.0
    assert count(rule, "topping", code("Olive oil")) == -1.0
    assert rule.per_day == 0.0


def test_toast_asks_for_a_spread_eggs_or_cheese_and_tortillas_for_eggs() -> None:
    toast = rules()["spread_with_bread"]
    assert count(toast, "breakfast_bread", code("Whole-wheat bread")) == 1.0
    assert count(toast, "breakfast_bread", code("Corn tortillas")) == 0.0
    assert count(toast, "topping", code("Peanut butter")) == -1.0
    assert count(toast, "breakfast_main", code("Boiled eggs")) == -1.0
    sides = rules()["eggs_with_potatoes"]
    assert count(sides, "breakfast_bread", code("Corn tortillas")) == 1.0
    assert count(sides, "breakfast_main", code("Boiled eggs")) == -1.0


def test_two_glasses_of_milk_a_day_are_enough_wherever_they_stand() -> None:
    rule = rules()["at_most_milky_drinks"]
    assert rule.per_day == 2.0
    assert count(rule, "dairy", MILK, Slot.BREAKFAST) == 1.0
    assert count(rule, "dairy", MILK, Slot.DINNER) == 1.0
    assert count(rule, "drink", code("Chai with milk"), Slot.LUNCH) == 1.0
    assert count(rule, "dairy", code("Plain low-fat yogurt"), Slot.LUNCH) == 0.0


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
