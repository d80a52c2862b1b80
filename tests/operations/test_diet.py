"""`reveille solve-diet` from the outside: a problem in, JSON and an exit status out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from operations.cli import reveille

PROBLEM: dict[str, Any] = {
    "objective": "cost",
    "integer": False,
    "foods": [
        {"id": "milk", "cost": 0.23, "min": 0, "max": None, "nutrients": {"kcal": 168, "protein_g": 8}},
        {"id": "bread", "cost": 0.05, "min": 0, "max": 10, "nutrients": {"kcal": 65, "protein_g": 2}},
        {"id": "beans", "cost": 0.19, "min": 0, "max": 5, "nutrients": {"kcal": 260, "protein_g": 14}},
    ],
    "limits": {"kcal": {"min": 2000, "max": 2250}, "protein_g": {"min": 55}},
}


def run(text: str) -> tuple[int, dict[str, Any]]:
    result = CliRunner().invoke(reveille, ["solve-diet", "-"], input=text)
    return result.exit_code, json.loads(result.stdout)


def test_a_diet_ends_with_0_and_every_part_of_the_answer() -> None:
    status, answer = run(json.dumps(PROBLEM))
    assert status == 0
    assert answer["status"] == "optimal"
    # All 10 of bread (650 kcal) and the 1,350 kcal left as beans up to 5 (1,300), then milk.
    assert answer["amounts"] == pytest.approx({"milk": 50 / 168, "bread": 10, "beans": 5})
    assert answer["objective"] == pytest.approx(0.5 + 0.95 + 0.23 * 50 / 168)
    assert answer["totals"]["kcal"] == pytest.approx(2000)
    assert answer["binding"] == [{"limit": "kcal", "side": "min", "shadow_price": pytest.approx(0.23 / 168)}]


def test_an_impossible_diet_ends_with_2_and_what_would_make_it_possible() -> None:
    impossible = {**PROBLEM, "limits": {"kcal": {"max": 500}, "protein_g": {"min": 55}}}
    status, problem = run(json.dumps(impossible))
    assert status == 2
    assert problem["type"].endswith("/infeasible")
    assert problem["conflicts"]
    for change in problem["any_one_of"]:
        name, side = change["change"].split(".")[1:]
        limits = {**impossible["limits"], name: {**impossible["limits"][name], side: change["to"]}}
        assert run(json.dumps({**impossible, "limits": limits}))[0] == 0
    assert {change["change"] for change in problem["any_one_of"]} == {
        "limits.kcal.max",
        "limits.protein_g.min",
    }


def test_an_invalid_problem_ends_with_2_and_the_pointer() -> None:
    broken = json.loads(json.dumps(PROBLEM))
    del broken["foods"][2]["nutrients"]["protein_g"]
    status, problem = run(json.dumps(broken))
    assert status == 2
    assert [error["pointer"] for error in problem["errors"]] == ["/foods/2/nutrients"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"foods": NaN}', '{"foods": 1, "foods": 2}'])
def test_what_is_no_problem_at_all_ends_with_2(text: str) -> None:
    status, problem = run(text)
    assert status == 2
    assert problem["type"].endswith("/invalid-request")


def test_standard_output_of_the_real_process_is_json_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "problem.json"
    file.write_text(json.dumps({**PROBLEM, "integer": True}), encoding="utf-8")
    code = "from operations.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "solve-diet", str(file)], capture_output=True, check=True, text=True
    )
    assert json.loads(done.stdout)["status"] == "optimal"
    assert done.stderr == ""
