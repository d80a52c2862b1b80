"""`python -m tests.golden.lean.make`: writes the examples that lean plans are deflated from.

`python -m tests.golden.lean.make format` writes a plan of each kind in the present format with its catalogue,
once for each format: a golden file that is written anew proves nothing.

They are lean plans of many kinds of members, so that a row need not hold what they hold. Written anew, they
are a new version of the catalogue; rows of the version before are read with the text that was kept of it.
"""

from __future__ import annotations

import base64
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from planners.lean import Catalogue, carried, pack
from planners.lean.catalogue import EXAMPLES
from planners.lean.packing import FORMAT, lean_json
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
GOLDEN: dict[Kind, dict[str, Any]] = {
    Kind.NUTRITION: {"member": MAN, "days": 8, "meals_per_day": 3},
    Kind.WORKOUT: {"member": WOMAN, "weeks": 2, "days_per_week": 3},
}
REQUESTS = {Kind.NUTRITION: MENUS, Kind.WORKOUT: TRAININGS}


def example(kind: Kind, fields: dict[str, Any]) -> str:
    """A lean plan and its request, as they are packed."""
    request = read_request({"kind": str(kind), "start_date": "2026-12-01", **fields}, TODAY)
    empty = Catalogue(kind=kind, table=carried(kind).table, examples="")
    lean = lean_json(plan_json(make_plan(request)), empty)
    return json.dumps([lean, request_json(request)], separators=(",", ":"), ensure_ascii=False)


def golden(kind: Kind) -> dict[str, Any]:
    """A packed plan with a cut of its catalogue, and what it must read as."""
    request = read_request({"kind": str(kind), "start_date": "2026-12-01", **GOLDEN[kind]}, TODAY)
    body = plan_json(make_plan(request))
    lines = carried(kind).table.splitlines()
    table = "\n".join(lines[:2] + [line for line in lines[2:] if line.partition(",")[0] in json.dumps(body)])
    catalogue = Catalogue(kind=kind, table=table, examples="golden")
    content = pack(body, request_json(request), catalogue).content
    return {
        "catalogue": {"table": table, "examples": "golden"},
        "content": base64.b64encode(content).decode(),
        "request": request_json(request),
        "body": body,
    }


def main() -> None:
    """Write the files of the catalogue, or the golden ones."""
    if sys.argv[1:] == ["format"]:
        for kind in Kind:
            text = json.dumps(golden(kind), ensure_ascii=False) + "\n"
            (Path(__file__).parent / f"{kind}_{FORMAT}.json").write_text(text, encoding="utf-8")
        return
    for kind, requests in REQUESTS.items():
        # The likeliest come last: deflate reaches back 32 KB, and what is near costs least.
        text = "\n".join(example(kind, fields) for fields in requests) + "\n"
        (DATA / EXAMPLES[kind]).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
