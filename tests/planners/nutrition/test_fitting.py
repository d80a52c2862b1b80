"""Which food may stand where."""

import numpy as np
import pytest

from planners.nutrition.fitting import fits, seldom, seldom_words
from planners.nutrition.nutrients import NUTRIENTS, ROLES
from planners.nutrition.slots import Place
from planners.spec import Diet, Slot
from tests.planners.nutrition.asking import CATALOG

KCAL, CAFFEINE, PROTEIN = (NUTRIENTS.index(n) for n in ("energy_kcal", "caffeine_mg", "protein_g"))


def at(slot: Slot, role: str, needs: tuple[str, ...] = ()) -> list[int]:
    rows = np.flatnonzero(fits(CATALOG, Place(slot=slot, role=role, optional=True), needs))
    return [int(row) for row in rows]


def names(slot: Slot, role: str, needs: tuple[str, ...] = ()) -> list[str]:
    return [CATALOG.names[row] for row in at(slot, role, needs)]


@pytest.mark.parametrize("role", ROLES)
def test_only_foods_of_the_role_stand_at_a_place_and_some_do(role: str) -> None:
    rows = at(Slot.LUNCH, role)
    assert rows
    assert CATALOG.roles[rows, ROLES.index(role)].all()


def test_jam_is_for_breakfast_and_dressing_for_salads() -> None:
    assert "Fruit jam" in names(Slot.BREAKFAST, "topping")
    assert "Fruit jam" not in names(Slot.DINNER, "topping")
    assert "Italian dressing" in names(Slot.LUNCH, "topping")
    assert "Italian dressing" not in names(Slot.BREAKFAST, "topping")


def test_nobody_is_served_coffee_with_dinner() -> None:
    assert CATALOG.per_100g[at(Slot.DINNER, "drink"), CAFFEINE].max() <= 5.0
    assert CATALOG.per_100g[at(Slot.BREAKFAST, "drink"), CAFFEINE].max() > 20.0


def test_a_training_snack_brings_energy_and_a_main_brings_protein() -> None:
    assert CATALOG.per_100g[at(Slot.AFTERNOON_SNACK, "training_snack"), KCAL].min() >= 20.0
    rows = at(Slot.DINNER, "dinner_main")
    grams = CATALOG.largest[rows] * CATALOG.measure_g[rows]
    assert (CATALOG.per_100g[rows, PROTEIN] * grams / 100.0).min() >= 14.0


def test_bread_at_breakfast_is_no_second_breakfast() -> None:
    rows = at(Slot.BREAKFAST, "breakfast_bread")
    assert not CATALOG.roles[rows, ROLES.index("breakfast_main")].any()


def test_substitutes_are_for_those_who_need_them() -> None:
    assert "Gluten-free bread" not in names(Slot.LUNCH, "grain")
    assert "Gluten-free bread" in names(Slot.LUNCH, "grain", (Diet.GLUTEN_FREE,))


def test_every_beginning_on_the_list_of_rare_foods_names_some_food() -> None:
    lowered = [name.lower() for name in CATALOG.names]
    unused = [word for word in seldom_words() if not any(name.startswith(word) for name in lowered)]
    assert unused == []
    assert 0 < seldom(CATALOG).sum() < len(CATALOG) / 5
