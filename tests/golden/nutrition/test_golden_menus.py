"""Plans do not change unnoticed: the golden ones are what they were under these versions."""

import json

import pytest

from planners.nutrition.planner import plan_nutrition
from tests.golden.nutrition.make import FOLDER, REQUESTS, condensed, golden_request


@pytest.mark.parametrize("name", list(REQUESTS))
def test_a_golden_request_gives_its_golden_menu(name: str) -> None:
    kept = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    made = json.loads(json.dumps(condensed(plan_nutrition(golden_request(name)))))
    assert made["versions"] == kept["versions"], "made by other versions: write the golden plans anew"
    solution, old = made.pop("solution"), kept.pop("solution")
    assert made == kept
    assert solution["objective"] == pytest.approx(old["objective"], abs=1e-5)
    assert solution["lower_bound"] == pytest.approx(old["lower_bound"], abs=1e-5)
