"""`python -m tests.golden.lean.make`: writes the examples that lean plans are deflated from.

They are lean plans of many kinds of members, so that a row need not hold what they hold. Written anew, they
are a new version of the catalogue; rows of the version before are read with the text that was kept of it.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from planners.lean import Catalogue, carried
from planners.lean.catalogue import EXAMPLES
from planners.lean.packing import lean_json
from planners.make import make_plan
from planners.plan import plan_json
from planners.spec import Kind, read_request, request_json

DATA = Path(__file__).parents[3] / "planners" / "data"
TODAY = date(2026, 11, 30)
MAN = {"sex": "male", "age_years": 24, "height_cm": 178, "weight_kg": 82}
WOMAN = {"sex": "female", "age_years": 32, "height_cm": 166, "weight_kg": 64}
SUPERVISED = {"level": "intermediate", "equipment": ["barbell", "dumbbell", "kettlebell", "pull_up_bar"]}
RESULTS = {"MDL": 200, "HRP": 30, "SDC": 130, "PLK": 120, "2MR": 1080}

MENUS: tuple[dict[str, Any], ...] = (
    {"member": {**WOMAN, "age_years": 55}, "days": 1, "diets": ["vegan"], "goal": "muscle_gain"},
    {"member": {**MAN, "age_years": 45, "activity": "very_active"}, "days": 1, "diets": ["halal"]},
    {"member": {**WOMAN, "activity": "inactive"}, "days": 1, "goal": "weight_loss", "allergies": ["milk"]},
    {"member": {**WOMAN, "activity": "active"}, "days": 2, "meals_per_day": 5, "diets": ["vegetarian"]},
    {"member": {**MAN, "activity": "active"}, "days": 3, "goal": "muscle_gain"},
    {"member": {**MAN, "activity": "low_active"}, "days": 7},
)
TRAININGS: tuple[dict[str, Any], ...] = (
    {"member": WOMAN, "weeks": 2, "goal": "weight_loss", "restrictions": ["no_running", "knee"]},
    {"member": WOMAN, "weeks": 2, "goal": "general_fitness", "days_per_week": 3, "minutes_per_day": 30},
    {"member": MAN, "weeks": 4, "goal": "strength", "days_per_week": 4, **SUPERVISED},
    {"member": MAN, "weeks": 2, "goal": "endurance", "level": "novice", "minutes_per_day": 90},
    {"member": MAN, "weeks": 8, "goal": "fitness_test", "minutes_per_day": 60, **SUPERVISED,
     "test": {"name": "aft", "date": "2027-01-25", "target_points": 372, "current": RESULTS}},
)  # fmt: skip
REQUESTS = {Kind.NUTRITION: MENUS, Kind.WORKOUT: TRAININGS}


def example(kind: Kind, fields: dict[str, Any]) -> str:
    """A lean plan and its request, as they are packed."""
    request = read_request({"kind": str(kind), "start_date": "2026-12-01", **fields}, TODAY)
    empty = Catalogue(kind=kind, table=carried(kind).table, examples="")
    lean = lean_json(plan_json(make_plan(request)), empty)
    return json.dumps([lean, request_json(request)], separators=(",", ":"), ensure_ascii=False)


def main() -> None:
    """Write both files."""
    for kind, requests in REQUESTS.items():
        # The likeliest come last: deflate reaches back 32 KB, and what is near costs least.
        text = "\n".join(example(kind, fields) for fields in requests) + "\n"
        (DATA / EXAMPLES[kind]).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
