"""Training plans do not change unnoticed: the golden ones are what they were."""

import json

import pytest

from planners.workout.planner import plan_workout
from tests.golden.workout.make import FOLDER, REQUESTS, condensed, golden_request


@pytest.mark.parametrize("name", list(REQUESTS))
def test_a_golden_request_gives_its_golden_plan(name: str) -> None:
    kept = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    made = json.loads(json.dumps(condensed(plan_workout(golden_request(name)))))
    assert made["versions"] == kept["versions"], "made by other versions: write the golden plans anew"
    solution, old = made.pop("solution"), kept.pop("solution")
    assert made == kept
    assert made["unmet"] == []
    assert solution["objective"] == pytest.approx(old["objective"], abs=1e-5)
    assert solution["lower_bound"] == pytest.approx(old["lower_bound"], abs=1e-5)
