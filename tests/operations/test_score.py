"""`reveille score`: one test or a stream of them."""

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from operations.cli import reveille

PRT = {
    "test": "navy_prt",
    "sex": "male",
    "age_years": 19,
    "events": {"push_ups": 92, "plank": 204, "run_1_5mi": 495},
}


def run(text: str | bytes, *options: str) -> Result:
    return CliRunner().invoke(reveille, ["score", "-", *options], input=text)


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_test_is_scored_from_standard_input_and_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "test.json"
    file.write_text(json.dumps(PRT))
    piped = run(json.dumps(PRT))
    named = CliRunner().invoke(reveille, ["score", str(file)])
    assert (piped.exit_code, named.exit_code) == (0, 0)
    assert piped.stdout == named.stdout
    assert json.loads(piped.stdout)["total"] == 100


def test_an_impossible_result_ends_with_2_and_the_problem() -> None:
    refused = run(json.dumps(PRT | {"events": {"run_1_5mi": 120}}))
    problem = json.loads(refused.stdout)
    assert refused.exit_code == 2
    assert (problem["type"], problem["status"]) == ("/problems/invalid-request", 422)
    assert problem["errors"][0]["pointer"] == "/events/run_1_5mi"


def test_an_unknown_event_names_the_allowed_ones() -> None:
    problem = json.loads(run(json.dumps(PRT | {"events": {"MDL": 200}})).stdout)
    assert problem["errors"][0]["allowed"] == ["push_ups", "plank", "run_1_5mi"]


def test_text_that_is_not_json_ends_with_2() -> None:
    for text in (b"", b"{", b"\xff\xfe", b'{"test": NaN}', b"[" * 5_000):
        refused = run(text)
        assert refused.exit_code == 2, text
        assert json.loads(refused.stdout)["errors"][0]["pointer"] == ""


def test_a_stream_answers_every_line_in_order_and_a_bad_one_does_not_end_it() -> None:
    stream = "\n".join([json.dumps(PRT), "nonsense", "", json.dumps(PRT | {"age_years": 3}), json.dumps(PRT)])
    result = run(stream, "--jsonl")
    answers = lines(result)
    assert result.exit_code == 0
    assert [sorted(answer)[0] == "error" for answer in answers] == [False, True, True, False]
    assert answers[2]["error"]["errors"][0]["pointer"] == "/age_years"
    assert answers[0] == answers[3]


def test_the_total_of_every_test_of_the_contract_is_scored() -> None:
    men = {"sex": "male", "age_years": 24, "standard": "general", "altitude_ft": 0}
    best: dict[str, dict[str, float]] = {
        "aft": {"MDL": 350, "HRP": 61, "SDC": 90, "PLK": 215, "2MR": 805},
        "usmc_pft": {"pull_ups": 23, "plank": 225, "run_3mi": 1080},
        "usmc_cft": {"MTC": 158, "MANUF": 124, "AL": 115},
        "navy_prt": {"push_ups": 87, "plank": 200, "run_1_5mi": 510},
        "usaf_pfra": {"hamr": 87, "waist_to_height": 0.49, "hand_release_push_ups": 52, "plank": 220},
        "ussf_hpa": {"run_2mi": 805, "push_ups": 67, "cross_leg_reverse_crunch": 60},
    }
    stream = "\n".join(json.dumps({"test": test, **men, "events": events}) for test, events in best.items())
    answers = lines(run(stream, "--jsonl"))
    assert [answer["test"] for answer in answers] == list(best)
    assert [answer["total"] for answer in answers] == [500, 300, 300, 100, 100, 80]
    assert all(answer["pass"] and answer["missing"] == [] for answer in answers)
