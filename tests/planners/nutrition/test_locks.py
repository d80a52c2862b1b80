"""Foods that the member has fixed."""

import numpy as np
import pytest

from planners.errors import InvalidRequest
from planners.nutrition.locks import large_locks, place_locks
from planners.nutrition.slots import day_table
from tests.planners.nutrition.asking import CATALOG, ask, code

STEAK, RICE, MILK = code("Lean beef steak, broiled"), code("White rice"), code("Low-fat milk (1%)")
SHRIMP, BROCCOLI, CHOP = code("Steamed shrimp"), code("Broccoli, steamed"), code("Lean pork chop, broiled")


def lock(code: int, slot: str = "dinner", day: int = 1, grams: float = 100) -> dict[str, object]:
    return {"day": day, "slot": slot, "food_code": code, "grams": grams}


def placed(*locked: dict[str, object], **fields: object):
    request = ask(locked=list(locked), **fields)
    table = day_table(request)
    return table, place_locks(CATALOG, table, request)


def refused(*locked: dict[str, object], **fields: object) -> list[tuple[str, str]]:
    with pytest.raises(InvalidRequest) as error:
        placed(*locked, **fields)
    return [(e.pointer, e.detail) for e in error.value.errors]


def test_a_locked_food_takes_the_place_of_its_role() -> None:
    table, locks = placed(lock(STEAK), lock(RICE))
    assert [table.places[k.place].role for k in locks if k.place is not None] == ["dinner_main", "grain"]
    assert [k.day for k in locks] == [0, 0]


def test_a_second_food_of_the_role_stands_beside_the_places() -> None:
    _, locks = placed(lock(STEAK), lock(CHOP))
    assert locks[0].place is not None
    assert locks[1].place is None


def test_the_same_food_may_be_locked_on_two_days() -> None:
    _, locks = placed(lock(STEAK, day=1), lock(STEAK, day=2))
    assert [k.place for k in locks] == [locks[0].place] * 2


def test_a_code_that_the_catalogue_has_not_is_pointed_at() -> None:
    assert refused(lock(STEAK), lock(99999999)) == [
        ("/locked/1/food_code", "99999999 is not in the catalogue")
    ]


def test_a_meal_that_the_plan_has_not_is_pointed_at() -> None:
    (pointer, detail), *rest = refused(lock(STEAK, slot="evening_snack"))
    assert pointer == "/locked/0/slot"
    assert "4 meals" in detail
    assert not rest


@pytest.mark.parametrize(
    ("food", "fields", "word"),
    [
        (MILK, {"allergies": ["milk"]}, "contains milk"),
        (SHRIMP, {"allergies": ["shellfish"]}, "contains shellfish"),
        (STEAK, {"diets": ["vegetarian"]}, "vegetarian"),
        (BROCCOLI, {"dislikes": ["broccoli"]}, "dislikes"),
    ],
)
def test_a_lock_against_an_allergy_a_diet_or_a_dislike_is_refused(
    food: int, fields: dict[str, object], word: str
) -> None:
    [(pointer, detail)] = refused(lock(food), **fields)
    assert pointer == "/locked/0/food_code"
    assert word in detail


def test_the_same_lock_twice_is_refused() -> None:
    assert refused(lock(RICE), lock(RICE))[0][0] == "/locked/1/food_code"


def test_one_food_locked_twice_into_a_meal_is_refused_whatever_the_grams() -> None:
    assert "add the grams up" in refused(lock(RICE, grams=100), lock(RICE, grams=150))[0][1]
    assert len(placed(lock(RICE), lock(RICE, slot="lunch"))[1]) == 2


def test_meat_and_dairy_locked_into_one_kosher_meal_are_refused_and_into_two_are_not() -> None:
    meat = int(CATALOG.codes[np.flatnonzero(CATALOG.kosher_meat & CATALOG.suits[:, 3])[0]])
    assert "kosher" in refused(lock(meat), lock(MILK), diets=["kosher"])[0][1]
    _, locks = placed(lock(meat), lock(MILK, slot="breakfast"), diets=["kosher"])
    assert len(locks) == 2


def test_an_amount_that_looks_like_a_slip_is_asked_about() -> None:
    largest = float(CATALOG.largest[CATALOG.row_of[MILK]] * CATALOG.measure_g[CATALOG.row_of[MILK]])
    assert large_locks(CATALOG, ask(locked=[lock(MILK, grams=2 * largest)])) == ()
    [told] = large_locks(CATALOG, ask(locked=[lock(MILK, grams=2000), lock(RICE, grams=100)]))
    assert "Low-fat milk (1%) on day 1, dinner, is locked at 2000 g" in told
