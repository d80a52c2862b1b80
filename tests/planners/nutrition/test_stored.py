"""Plans stored as their decisions and made whole again."""

import json

import pytest

from planners.errors import InvalidRequest
from planners.nutrition.alternatives import alternatives
from planners.nutrition.planner import plan_nutrition
from planners.nutrition.stored import restored_plan
from planners.plan import plan_json
from planners.spec import Slot
from tests.planners.nutrition.asking import CATALOG, ask


@pytest.mark.parametrize(
    "fields", [{"seed": 2}, {"days": 10, "diets": ["vegetarian"], "meals_per_day": 5}], ids=str
)
def test_a_stored_plan_comes_back_as_it_was(fields: dict[str, object]) -> None:
    request = ask(**fields)
    plan = plan_nutrition(request)
    assert restored_plan(CATALOG, request, json.loads(json.dumps(plan_json(plan)))) == plan


def test_the_decisions_alone_are_enough() -> None:
    request = ask(seed=2)
    plan = plan_nutrition(request)
    data = plan_json(plan)
    kept = ("food_code", "grams", "role", "locked")
    decided = {
        "solution": data["solution"],
        "days": [
            {
                "meals": [
                    {"slot": m["slot"], "items": [{k: i[k] for k in kept} for i in m["items"]]}
                    for m in d["meals"]
                ]
            }
            for d in data["days"]
        ],
    }
    assert restored_plan(CATALOG, request, decided) == plan


def test_a_restored_plan_can_be_swapped() -> None:
    request = ask(seed=2)
    restored = restored_plan(CATALOG, request, plan_json(plan_nutrition(request)))
    food = restored.days[0].meals[0].items[0].food_code
    assert alternatives(CATALOG, request, restored, day=1, slot=Slot.BREAKFAST, food_code=food)


def test_a_food_that_the_catalogue_lost_is_pointed_at() -> None:
    request = ask(seed=2)
    data = plan_json(plan_nutrition(request))
    data["days"][2]["meals"][0]["items"][0]["food_code"] = 99999999
    with pytest.raises(InvalidRequest) as refused:
        restored_plan(CATALOG, request, data)
    assert [e.pointer for e in refused.value.errors] == ["/days/2"]
