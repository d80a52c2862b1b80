"""The requests that the interface is described with are planned, as they stand."""

from datetime import date

import pytest

from planners.make import make_plan
from planners.plan import plan_json
from planners.spec import read_request

NUTRITION = {
    "kind": "nutrition",
    "seed": 7,
    "days": 7,
    "start_date": "2026-12-01",
    "meals_per_day": 4,
    "goal": "weight_loss",
    "target_weight_kg": 78,
    "member": {
        "sex": "male",
        "age_years": 24,
        "height_cm": 178,
        "weight_kg": 82,
        "activity": "active",
        "body_fat_percent": None,
        "branch": "army",
    },
    "diets": ["vegetarian"],
    "allergies": ["peanut", "milk"],
    "dislikes": ["liver"],
    "likes": ["salmon"],
    "budget_usd_per_day": 12.0,
    "locked": [{"day": 1, "slot": "breakfast", "food_code": 57100100, "grams": 40}],
}
WORKOUT = {
    "kind": "workout",
    "seed": 7,
    "weeks": 8,
    "start_date": "2026-12-01",
    "goal": "fitness_test",
    "days_per_week": 4,
    "available_days": ["mon", "tue", "thu", "sat"],
    "minutes_per_day": 60,
    "equipment": ["barbell", "dumbbell", "pull_up_bar"],
    "restrictions": ["no_overhead"],
    "member": {"sex": "female", "age_years": 30, "height_cm": 168, "weight_kg": 66, "branch": "army"},
    "test": {
        "name": "aft",
        "date": "2027-01-25",
        "standard": "general",
        "target_points": 420,
        "current": {"MDL": 160, "HRP": 22, "SDC": 150, "PLK": 95, "2MR": 1240},
    },
}


@pytest.mark.parametrize("goal", ["maintenance", "weight_loss"])
def test_the_menu_request_is_planned_with_its_locked_cereal(goal):
    request = {**NUTRITION, "goal": goal}
    plan = plan_json(make_plan(read_request(request, today=date(2026, 11, 23))))
    items = [i for m in plan["days"][0]["meals"] if m["slot"] == "breakfast" for i in m["items"]]
    assert [(i["food_code"], i["grams"]) for i in items if i["locked"]] == [(57100100, 40)]
    assert len(plan["days"]) == 7


@pytest.mark.parametrize("level", ["novice", "intermediate"])
def test_the_training_request_is_planned_and_says_how_near_its_target_is(level):
    request = {**WORKOUT, "level": level}
    plan = plan_json(make_plan(read_request(request, today=date(2026, 11, 23))))
    assert len(plan["weeks"]) == 8
    assert set(plan["prediction"]) == set(WORKOUT["test"]["current"])
    assert any("below the 420" in warning for warning in plan["warnings"])
