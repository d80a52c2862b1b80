"""A plan as a page, a shopping list and a calendar, for its member alone."""

import re
from typing import Any

import pytest
from flask import Flask

from models.cluster import Cluster
from models.ids import new_id
from planners.printed import menu_page, shopping_csv, training_page
from planners.printed.style import style
from tests.planners.printed.ics_reader import read_calendar
from tests.planners.printed.page_reader import read_page
from tests.planners.printed.plans import HARM, harmful_menu, real, request
from tests.web.people import NUTRITION, WORKOUT, Person
from tests.web.work import save, start
from web.docs import source_hash

TYPES = {
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8; header=present",
    "ics": "text/calendar; charset=utf-8; method=PUBLISH",
}


def keep(person: Person, cluster: Cluster, wanted: dict[str, Any], body: dict[str, Any]) -> str:
    """The path of a plan that was saved as a worker saves it."""
    held = start(cluster, person.post("/v1/plans", wanted).json["id"])
    return f"/v1/plans/{save(cluster, held, body)}"


@pytest.fixture
def menu(anna: Person, cluster: Cluster) -> str:
    return keep(anna, cluster, request("nutrition"), real("nutrition"))


@pytest.fixture
def training(anna: Person, cluster: Cluster) -> str:
    return keep(anna, cluster, request("workout"), real("workout"))


def test_the_pages_are_of_the_plan_as_it_is_told(anna: Person, menu: str, training: str) -> None:
    for path, kind, page in ((menu, "nutrition", menu_page), (training, "workout", training_page)):
        assert anna.get(f"{path}.html").text == page(anna.get(path).json, request(kind))


def test_the_shopping_list_is_the_stored_one(anna: Person, menu: str) -> None:
    assert anna.get(f"{menu}.csv").text == shopping_csv(real("nutrition"))


def test_the_calendars_events_are_named_by_member_and_kind_and_stamped_by_the_plan(
    anna: Person, menu: str, training: str
) -> None:
    for path in (menu, training):
        told = anna.get(path).json
        first, *_ = read_calendar(anna.get(f"{path}.ics").text).inner
        assert first.text("UID") == f"{anna.member_id}-{told['kind']}-{told['start_date']}@reveille"
        assert first.properties["DTSTAMP"][1] == re.sub(r"[-:]|\.\d+", "", told["created_at"])


@pytest.mark.parametrize("form", TYPES)
def test_each_form_has_its_type_its_name_and_an_etag(anna: Person, menu: str, form: str) -> None:
    answer = anna.get(f"{menu}.{form}")
    how = "inline" if form == "html" else "attachment"
    name = "shopping" if form == "csv" else "menu"
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, TYPES[form])
    assert answer.headers["Content-Disposition"] == f'{how}; filename="{name}-2026-12-28.{form}"'
    assert answer.headers["Cache-Control"] == "private, no-cache"
    again = anna.get(f"{menu}.{form}", If_None_Match=answer.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")


def test_a_superseded_plans_page_changes_its_etag(anna: Person, cluster: Cluster, menu: str) -> None:
    tag = anna.get(f"{menu}.html").headers["ETag"]
    keep(anna, cluster, NUTRITION, real("nutrition"))
    answer = anna.get(f"{menu}.html", If_None_Match=tag)
    assert (answer.status_code, "newer plan" in answer.text) == (200, True)


def test_a_workout_plan_has_no_shopping_list(anna: Person, training: str) -> None:
    answer = anna.get(f"{training}.csv")
    assert (answer.status_code, answer.json["type"]) == (404, "/problems/not-found")
    assert "no shopping list" in answer.json["detail"]


@pytest.mark.parametrize("form", TYPES)
def test_a_plan_of_somebody_else_has_no_forms(ben: Person, menu: str, form: str, app: Flask) -> None:
    assert ben.get(f"{menu}.{form}").status_code == 404
    assert app.test_client().get(f"{menu}.{form}").status_code == 401
    assert ben.get(f"/v1/plans/{new_id(7)}.{form}").status_code == 404


def test_an_unknown_form_is_not_found(anna: Person, menu: str) -> None:
    for form in ("pdf", "htm", "html.exe", "json"):
        assert anna.get(f"{menu}.{form}").status_code == 404


def test_the_pages_policy_lets_its_own_style_be_and_nothing_else(anna: Person, menu: str) -> None:
    answer = anna.get(f"{menu}.html")
    policy = answer.headers["Content-Security-Policy"]
    (told,) = read_page(answer.text).texts("style")
    assert told == style()
    assert policy.startswith(f"default-src 'none'; style-src '{source_hash(told)}'; ")
    assert "unsafe" not in policy
    assert "script" not in policy


def test_what_a_member_writes_is_never_markup(anna: Person, cluster: Cluster) -> None:
    text = HARM.replace("\u2028", "")
    path = keep(anna, cluster, {**NUTRITION, "dislikes": [text]}, harmful_menu(text))
    html = anna.get(f"{path}.html").text
    assert "<script" not in html
    assert text in read_page(html).texts("dd")


def test_a_query_is_refused_as_everywhere(guest: Person) -> None:
    assert guest.get(f"/v1/plans/{new_id(7)}.html?download=1").status_code == 422


def test_a_workout_plans_forms_are_named_after_it(anna: Person, cluster: Cluster) -> None:
    path = keep(anna, cluster, WORKOUT, real("workout"))
    name = anna.get(f"{path}.ics").headers["Content-Disposition"]
    assert name == 'attachment; filename="training-2026-12-01.ics"'
