"""Logged days and plans in, scores out."""

import json

import pytest

from planners.errors import InvalidRequest
from planners.nutrition.logged import score_eating
from planners.nutrition.score import foods_of, score_day
from planners.plan import plan_json
from tests.planners.nutrition.asking import CATALOG, SOLDIER, ask, code, plan_for

MILK, WATER = 11112210, code("Tap water")
DAY = {
    "member": SOLDIER,
    "foods": [{"food_code": 11112210, "grams": 244}, {"food_code": 63101000, "grams": 182}],
}


def planned(*foods: tuple[int, float]) -> dict[str, object]:
    """A plan of one day, a food a meal."""
    return {"days": [{"meals": [{"items": [{"food_code": code, "grams": g}]} for code, g in foods]}]}


def pointers(data: object) -> list[str]:
    with pytest.raises(InvalidRequest) as refused:
        score_eating(CATALOG, data)
    return [fault.pointer for fault in refused.value.errors]


def test_a_logged_day_has_the_three_scores_of_its_foods() -> None:
    told = score_eating(CATALOG, DAY)
    scored = score_day(CATALOG, [(11112210, 244.0), (63101000, 182.0)], ask().member)
    assert told["nrf_9_3"] == round(scored.nrf_9_3, 3)
    assert told["mean_adequacy_ratio"] == round(scored.mean_adequacy_ratio, 3)
    assert told["hei_2020"]["total"] == round(scored.hei_2020.total, 3)
    assert 0.0 < told["mean_adequacy_ratio"] < 1.0


def test_every_day_of_a_plan_is_scored_as_its_foods_are() -> None:
    plan = plan_for()
    told = score_eating(CATALOG, {"member": SOLDIER, "plan": json.loads(json.dumps(plan_json(plan)))})
    assert len(told["days"]) == len(plan.days)
    for day, scores in zip(plan.days, told["days"], strict=True):
        assert scores["hei_2020"]["total"] == pytest.approx(day.hei_2020.total, abs=0.01)
        assert scores["nrf_9_3"] == round(score_day(CATALOG, foods_of(day), ask().member).nrf_9_3, 3)
        assert scores["mean_adequacy_ratio"] > 0.85


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ([], [""]),
        ({"member": SOLDIER}, ["/foods"]),
        ({**DAY, "foods": []}, ["/foods"]),
        ({**DAY, "foods": [{"food_code": 11112210, "grams": -5}]}, ["/foods/0/grams"]),
        ({**DAY, "foods": [{"food_code": 99999998, "grams": 5}]}, ["/foods/0/food_code"]),
        ({**DAY, "eaten": 1}, ["/eaten"]),
        ({**DAY, "plan": planned((MILK, 244))}, ["/foods"]),
        ({**DAY, "foods": [{"food_code": WATER, "grams": 500}]}, ["/foods"]),
        (
            {"member": SOLDIER, "plan": planned((MILK, 244), (MILK, -5))},
            ["/plan/days/0/meals/1/items/0/grams"],
        ),
        ({"member": SOLDIER, "plan": planned((99999998, 5))}, ["/plan/days/0/meals/0/items/0/food_code"]),
        ({"member": SOLDIER, "plan": planned((WATER, 500))}, ["/plan/days/0"]),
        ({"member": SOLDIER, "plan": planned()}, ["/plan/days/0"]),
        ({"member": {**SOLDIER, "sex": "x"}, "plan": planned((MILK, 244))}, ["/member/sex"]),
        ({"member": SOLDIER, "plan": {"weeks": []}}, ["/plan"]),
        ({"member": SOLDIER, "plan": {"days": [{"meals": [{"items": [3]}]}]}}, ["/plan"]),
    ],
)
def test_what_cannot_be_scored_is_pointed_at(data: object, found: list[str]) -> None:
    assert pointers(data) == found
