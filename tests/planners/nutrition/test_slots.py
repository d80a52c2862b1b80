"""The table of a day."""

import pytest

from planners.nutrition.slots import MEALS, PLATES, SHARES, day_table
from planners.spec import Slot
from tests.planners.nutrition.asking import ask


@pytest.mark.parametrize("meals", [3, 4, 5, 6])
def test_a_day_has_as_many_meals_as_asked_for_in_the_order_of_the_day(meals: int) -> None:
    table = day_table(ask(meals_per_day=meals))
    assert len(table.slots) == meals
    assert list(table.slots) == [slot for slot in Slot if slot in table.slots]


@pytest.mark.parametrize("meals", [3, 4, 5, 6])
def test_the_meals_shares_make_up_the_day_with_and_without_training(meals: int) -> None:
    for activity in ("low_active", "active"):
        member = {"sex": "male", "age_years": 24, "height_cm": 178, "weight_kg": 82, "activity": activity}
        table = day_table(ask(meals_per_day=meals, member=member))
        assert sum(table.shares) == pytest.approx(1.0)
    assert sum(SHARES[meals]) == pytest.approx(1.0)
    assert len(SHARES[meals]) == len(MEALS[meals])


def test_only_members_who_train_get_a_training_snack_and_only_where_there_is_an_afternoon_snack() -> None:
    member = {"sex": "male", "age_years": 24, "height_cm": 178, "weight_kg": 82}
    roles = {
        (activity, meals): [
            p.role for p in day_table(ask(meals_per_day=meals, member=member | {"activity": activity})).places
        ]
        for activity in ("low_active", "active")
        for meals in (3, 4)
    }
    assert "training_snack" in roles["active", 4]
    assert "training_snack" not in roles["low_active", 4]
    assert "training_snack" not in roles["active", 3]


def test_every_main_meal_must_have_a_main_and_lunch_and_dinner_a_vegetable() -> None:
    needed = {slot: [w for w in words if not w.endswith("?")] for slot, words in PLATES.items()}
    assert needed[Slot.BREAKFAST] == ["breakfast_main", "fruit"]
    assert needed[Slot.LUNCH] == ["lunch_main", "vegetable"]
    assert needed[Slot.DINNER] == ["dinner_main", "vegetable"]


def test_each_place_belongs_to_its_meal_and_places_of_one_meal_stand_together() -> None:
    table = day_table(ask(meals_per_day=6))
    assert list(table.slot_of_place) == sorted(table.slot_of_place)
    assert all(
        table.slots[s] == place.slot for s, place in zip(table.slot_of_place, table.places, strict=True)
    )
