"""A packed plan comes back as the planner returned it, and is small."""

import json
import os
import statistics
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planners.errors import Infeasible, InvalidRequest
from planners.lean import Catalogue, carried, pack, unpack
from planners.lean.packing import lean_json
from planners.make import make_plan
from planners.plan import plan_json
from planners.spec import Kind, PlanRequest, request_json
from tests.planners.nutrition.asking import ask
from tests.planners.nutrition.test_properties import MEMBERS, REQUESTS
from tests.planners.workout.requests import requests, workout

QUICK = settings(
    max_examples=int(os.environ.get("REVEILLE_FUZZ_EXAMPLES", "30")),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
MOST_MENU_BYTES = 3_000  # of seven days
MOST_TRAINING_BYTES = 6_000  # of eight weeks


def planned(request: PlanRequest) -> dict[str, Any] | None:
    try:
        return plan_json(make_plan(request))
    except (Infeasible, InvalidRequest):
        return None


def comes_back(request: PlanRequest) -> None:
    """To the last digit, and with every name in its order."""
    body = planned(request)
    if body is not None:
        asked, catalogue = request_json(request), carried(request.kind)
        again, asked_again = unpack(pack(body, asked, catalogue).content, catalogue)
        assert (json.dumps(again), json.dumps(asked_again)) == (json.dumps(body), json.dumps(asked))
        assert set(lean_json(body, catalogue)) & {"as_it_is", "differ"} == set()


@QUICK
@given(member=MEMBERS, bmi=st.floats(18.5, 35), fields=REQUESTS)
def test_any_menu_comes_back(member, bmi, fields):
    weight = round(bmi * (member["height_cm"] / 100) ** 2, 1)
    comes_back(ask(member={**member, "weight_kg": weight}, **fields))


@QUICK
@given(request=requests())
def test_any_training_plan_comes_back(request):
    comes_back(request)


def test_a_menu_with_locked_foods_of_odd_grams_comes_back():
    locked = [{"day": 1, "slot": "breakfast", "food_code": 57100100, "grams": 41.37}]
    comes_back(ask(days=8, locked=locked))


def sizes(asked: list[PlanRequest]) -> list[int]:
    plans = ((request, planned(request)) for request in asked)
    return [
        len(pack(body, request_json(request), carried(request.kind)).content)
        for request, body in plans
        if body is not None
    ]


def test_a_week_of_menus_takes_few_bytes():
    diets: list[list[str]] = [[], ["vegan"], ["kosher"], ["gluten_free"], ["vegetarian", "lactose_free"]]
    found = sizes([ask(seed=n, days=7, diets=diets[n % 5], meals_per_day=3 + n % 4) for n in range(10)])
    assert len(found) == 10
    assert statistics.mean(found) < MOST_MENU_BYTES / 3


def test_eight_weeks_of_training_take_few_bytes():
    goals = ("strength", "endurance", "weight_loss", "general_fitness", "fitness_test")
    week = ["mon", "tue", "wed", "thu", "fri", "sat"]
    asked = [
        workout(seed=n, goal=goals[n % 5], days_per_week=3 + n % 4, available_days=week,
                minutes_per_day=(45, 60, 90)[n % 3])
        for n in range(10)
    ]  # fmt: skip
    found = sizes(asked)
    assert len(found) == 10
    assert statistics.mean(found) < MOST_TRAINING_BYTES / 3


@pytest.fixture(scope="module")
def menu() -> dict[str, Any]:
    return plan_json(make_plan(ask(days=2)))


def test_what_the_catalogue_does_not_give_back_is_kept_beside_it(menu):
    catalogue = carried(Kind.NUTRITION)
    changed = json.loads(json.dumps(menu))
    changed["days"][0]["meals"][0]["items"][0]["name"] = "Another name"
    changed["days"][1]["new"] = {"figure": 1}
    del changed["weeks"][0]["cost_usd"]
    lean = lean_json(changed, catalogue)
    assert len(lean["differ"]) == 3
    assert unpack(pack(changed, {}, catalogue).content, catalogue)[0] == changed


def test_a_whole_number_stays_one(menu):
    catalogue = carried(Kind.NUTRITION)
    changed = {**menu, "solution": {**menu["solution"], "objective": 7}}
    for value in (7, 7.0):
        changed["solution"]["objective"] = value
        again = unpack(pack(changed, {}, catalogue).content, catalogue)[0]
        assert repr(again["solution"]["objective"]) == repr(value)


@pytest.mark.parametrize("body", [{}, {"days": []}, {"start_date": "2026-12-01", "days": [{"x": 1}]}])
@pytest.mark.parametrize("kind", list(Kind))
def test_a_plan_of_another_shape_is_kept_as_it_is(kind, body):
    assert unpack(pack(body, {"a": 1}, carried(kind)).content, carried(kind)) == (body, {"a": 1})


def test_a_food_that_the_catalogue_has_not_is_kept_as_it_is(menu):
    changed = json.loads(json.dumps(menu))
    changed["days"][0]["meals"][0]["items"][0]["food_code"] = 99999999
    catalogue = carried(Kind.NUTRITION)
    assert unpack(pack(changed, {}, catalogue).content, catalogue)[0] == changed


def test_damage_is_told_of_and_never_read(menu):
    catalogue = carried(Kind.NUTRITION)
    content = pack(menu, {}, catalogue).content
    other = Catalogue(kind=Kind.NUTRITION, table=catalogue.table, examples="another")
    broken = bytearray(content)
    broken[len(content) // 2] ^= 0xFF
    for damaged, read_with in (
        (b"", catalogue),
        (bytes([2]) + content[1:], catalogue),
        (content[:-5], catalogue),
        (bytes(broken), catalogue),
        (content, other),
    ):
        with pytest.raises(ValueError, match=r"packed plan|packed with"):
            unpack(damaged, read_with)


def test_a_number_that_is_none_is_refused(menu):
    with pytest.raises(ValueError, match="JSON"):
        pack({**menu, "extra": float("nan")}, {}, carried(Kind.NUTRITION))


def test_a_version_is_named_by_what_it_holds():
    food = carried(Kind.NUTRITION)
    same = Catalogue(kind=food.kind, table=food.table, examples=food.examples)
    other = Catalogue(kind=food.kind, table=food.table + "\n", examples=food.examples)
    assert same.id == food.id != other.id
