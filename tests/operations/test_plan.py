"""`reveille plan`: one request or a stream of them, as JSON or in print."""

import csv
import io
import json
import re
from typing import Any

import pytest
from click.testing import CliRunner, Result

from operations.cli import reveille
from planners.printed import menu_page, shopping_csv, training_page
from planners.spec import Kind
from tests.planners.printed.ics_reader import read_calendar
from tests.planners.printed.plans import real, request


def run(kind: str, text: str | bytes, *options: str) -> Result:
    return CliRunner().invoke(reveille, ["plan", kind, "-", *options], input=text)


@pytest.mark.parametrize("kind", [str(kind) for kind in Kind])
def test_a_plan_is_printed_as_json_when_nothing_is_said(kind: str) -> None:
    silent = run(kind, json.dumps(request(kind)))
    assert (silent.exit_code, json.loads(silent.stdout)) == (0, real(kind))
    assert run(kind, json.dumps(request(kind)), "--format", "json").stdout == silent.stdout


def test_the_pages_are_those_of_the_plan_and_its_request() -> None:
    for kind, page in (("nutrition", menu_page), ("workout", training_page)):
        told = run(kind, json.dumps(request(kind)), "--format", "html")
        assert (told.exit_code, told.stdout_bytes.decode()) == (0, page(real(kind), request(kind)))


def test_the_shopping_list_is_that_of_the_plan_to_the_byte() -> None:
    told = run("nutrition", json.dumps(request("nutrition")), "--format", "csv")
    assert (told.exit_code, told.stdout_bytes.decode()) == (0, shopping_csv(real("nutrition")))
    assert len(list(csv.reader(io.StringIO(told.stdout)))) == len(real("nutrition")["shopping_list"]) + 1


def test_a_calendar_names_its_events_alike_for_the_same_request_and_otherwise_for_another() -> None:
    def uids(**changes: Any) -> list[str]:
        told = run("nutrition", json.dumps({**request("nutrition"), "days": 1, **changes}), "--format", "ics")
        assert told.exit_code == 0
        return [event.text("UID") for event in read_calendar(told.stdout_bytes.decode()).inner]

    assert uids() == uids()
    assert uids() != uids(seed=8)
    assert re.fullmatch(r"[0-9a-f]{32}-2026-12-28@reveille", uids()[0])


@pytest.mark.parametrize("form", ["json", "html", "csv", "ics"])
def test_a_bad_request_is_a_problem_as_json_in_every_form(form: str) -> None:
    told = run("nutrition", json.dumps({**request("nutrition"), "days": 99}), "--format", form)
    problem = json.loads(told.stdout)
    assert told.exit_code == 2
    assert (problem["type"], problem["errors"][0]["pointer"]) == ("/problems/invalid-request", "/days")


@pytest.mark.parametrize(
    ("kind", "options", "said"),
    [
        ("workout", ["--format", "csv"], "no shopping list"),
        ("nutrition", ["--jsonl", "--format", "html"], "leave out --format html"),
        ("nutrition", ["--format", "pdf"], "'pdf' is not one of"),
    ],
)
def test_forms_that_do_not_fit_are_refused_before_anything_is_read(
    kind: str, options: list[str], said: str
) -> None:
    told = run(kind, "not even JSON", *options)
    assert (told.exit_code, told.stdout) == (2, "")
    assert said in told.stderr


def test_a_request_for_the_other_planner_is_refused() -> None:
    told = run("workout", json.dumps(request("nutrition")))
    problem = json.loads(told.stdout)
    assert (told.exit_code, problem["errors"][0]["pointer"]) == (2, "/kind")


def test_a_stream_answers_every_line_in_order_and_a_bad_one_does_not_end_it() -> None:
    asked = {**request("nutrition"), "days": 1}
    lines = [
        json.dumps(asked), "{", "", json.dumps(request("workout")), "[]", '{"days": NaN}',
        json.dumps({"member": asked["member"], "days": 1, "start_date": "2026-12-28"}), "\xff",
    ]  # fmt: skip
    told = run("nutrition", "\n".join(lines).encode("latin-1"), "--jsonl")
    answers = [json.loads(line) for line in told.stdout.splitlines()]
    assert told.exit_code == 0
    assert [answer.get("error", {}).get("status") for answer in answers] == [
        None, 422, 422, 422, 422, None, 422,
    ]  # fmt: skip
    assert answers[0]["start_date"] == answers[5]["start_date"] == "2026-12-28"
    assert answers[2]["error"]["errors"][0]["pointer"] == "/kind"
    assert answers[3]["error"]["detail"] == "the request: must be an object, not a list."


def test_a_line_of_a_stream_is_the_document_of_the_same_request() -> None:
    asked = json.dumps({**request("nutrition"), "days": 1})
    line, document = run("nutrition", asked, "--jsonl"), run("nutrition", asked)
    assert json.loads(line.stdout) == json.loads(document.stdout)


def test_prove_reports_the_bound_of_the_whole_number_program() -> None:
    foods = "beans rice corn potatoes pasta juice cheese frozen canned coffee tea soup oil peas bread"
    asked = {
        "member": {"sex": "male", "age_years": 24, "height_cm": 178, "weight_kg": 82, "activity": "active"},
        "days": 1, "meals_per_day": 3, "diets": ["vegetarian"], "dislikes": foods.split(" "),
        "allergies": ["tree_nut", "sesame", "peanut", "wheat"],
    }  # fmt: skip
    quick = json.loads(run("nutrition", json.dumps(asked)).stdout)["solution"]
    proved = json.loads(run("nutrition", json.dumps(asked), "--prove", "1").stdout)["solution"]
    assert proved["status"] in ("limit", "optimal")
    assert proved["lower_bound"] >= quick["lower_bound"]
    assert proved["gap"] <= quick["gap"]


def test_training_is_not_proved() -> None:
    assert run("workout", json.dumps(request("workout")), "--prove", "5").exit_code == 2
