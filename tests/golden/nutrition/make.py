"""Write the golden plans anew: `python -m tests.golden.nutrition.make`.

Do so only when a plan is meant to change, with a new `planners.plan.ENGINE_VERSION` or catalogue version,
and look through what changed.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from planners.nutrition.planner import plan_nutrition
from planners.plan import NutritionPlan, plan_json
from planners.spec import NutritionRequest, read_request

FOLDER = Path(__file__).parent
TODAY = date(2026, 11, 30)
SOLDIER = {"sex": "male", "age_years": 24, "height_cm": 178, "weight_kg": 82, "activity": "active"}
SAILOR = {"sex": "female", "age_years": 30, "height_cm": 165, "weight_kg": 60, "activity": "low_active"}

REQUESTS: dict[str, dict[str, Any]] = {
    "soldier": {"member": SOLDIER, "seed": 7},
    "sailor_losing_weight": {
        "member": SAILOR | {"weight_kg": 74},
        "goal": "weight_loss",
        "target_weight_kg": 68,
        "meals_per_day": 5,
    },
    "vegetarian_without_peanut_and_milk": {
        "member": SOLDIER,
        "diets": ["vegetarian"],
        "allergies": ["peanut", "milk"],
        "budget_usd_per_day": 12.0,
    },
    "kosher_for_ten_days": {"member": SOLDIER, "diets": ["kosher"], "days": 10, "seed": 3},
}


def golden_request(name: str) -> NutritionRequest:
    """The request of a golden plan."""
    request = read_request({"kind": "nutrition"} | REQUESTS[name], TODAY)
    assert isinstance(request, NutritionRequest)
    return request


def condensed(plan: NutritionPlan) -> dict[str, Any]:
    """What a golden file keeps: every item and portion, and the sums that follow; no sources, no prose."""
    data = plan_json(plan)
    return {
        "versions": data["versions"],
        "solution": data["solution"],
        "days": [
            {
                "date": day["date"],
                "kcal": round(day["nutrients"]["energy_kcal"]),
                "cost_usd": round(day["cost_usd"], 2),
                "meals": {
                    meal["slot"]: [f"{i['food_code']} {i['name']}: {i['measure']}" for i in meal["items"]]
                    for meal in day["meals"]
                },
            }
            for day in data["days"]
        ],
        "hei_2020": [round(week["hei_2020"]["total"], 1) for week in data["weeks"]],
        "warnings": data["warnings"],
    }


def main() -> None:
    """Write one file for each request."""
    for name in REQUESTS:
        plan = condensed(plan_nutrition(golden_request(name)))
        text = json.dumps(plan, indent=1, ensure_ascii=False)
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
