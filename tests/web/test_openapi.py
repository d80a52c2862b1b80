"""The OpenAPI document is valid, is the routes, and is kept by the answers."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from werkzeug.test import TestResponse

from models.access.account import Role
from models.cluster import Cluster
from planners.change import CHANGES, read_change
from planners.errors import Change, FieldError, Infeasible, InvalidRequest
from planners.problems import problem_of
from planners.spec import Kind
from tests.web.people import BODY, NUTRITION, WORKOUT, Person, login, register
from tests.web.work import finish, give_up, working
from web.app import ROUTES
from web.docs import page
from web.examples import PLAN_REQUESTS, SWAPS
from web.openapi.answers import problems_of
from web.openapi.parameters import openapi_path
from web.problems import TABLE, problem_types
from web.roles import MAY_CALL
from web.routes import JSON, NoAuth
from workers.run_job import Bench, run_job


@pytest.fixture
def document(house: Flask) -> dict[str, Any]:
    return house.test_client().get("/v1/openapi.json").json


@pytest.fixture
def faults(document: dict[str, Any]) -> Callable[[str, object], list[str]]:
    """Where data breaks a schema of the document."""

    def find(name: str, data: object) -> list[str]:
        schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        checker = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
        return [f"{error.json_path}: {error.message}" for error in checker.iter_errors(data)]

    return find


def declared(document: dict[str, Any]) -> set[tuple[str, str]]:
    return {(method.upper(), path) for path, found in document["paths"].items() for method in found}


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    validate(document)


def test_the_document_is_what_is_served(house: Flask, document: dict[str, Any]) -> None:
    served = {
        (method, openapi_path(rule.rule))
        for rule in house.url_map.iter_rules()
        for method in rule.methods - {"HEAD"}
    }
    assert declared(document) == served == {(route.method, openapi_path(route.path)) for route in ROUTES}


def test_the_routes_of_the_contract_are_there(document: dict[str, Any]) -> None:
    assert declared(document) >= {
        ("POST", "/v1/auth/register"), ("POST", "/v1/auth/login"), ("POST", "/v1/auth/refresh"),
        ("POST", "/v1/auth/logout"), ("GET", "/.well-known/jwks.json"), ("GET", "/v1/profile"),
        ("PUT", "/v1/profile"), ("POST", "/v1/plans"), ("GET", "/v1/jobs/{job_id}"),
        ("GET", "/v1/jobs/{job_id}/events"),
        ("DELETE", "/v1/jobs/{job_id}"), ("GET", "/v1/plans"), ("GET", "/v1/plans/{plan_id}"),
        ("GET", "/livez"), ("GET", "/readyz"), ("GET", "/metrics"), ("GET", "/docs"),
        ("GET", "/v1/openapi.json"),
    }  # fmt: skip


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_a_route_needs_a_login_or_says_why_not(route: Any, document: dict[str, Any], house: Flask) -> None:
    operation = document["paths"][openapi_path(route.path)][route.method.lower()]
    if isinstance(route.auth, NoAuth):
        assert len(route.auth.why) > 10
        assert operation["security"] == []
        return
    assert isinstance(route.auth, Role)
    (needed,) = operation["security"]
    assert set(needed["bearer"]) == MAY_CALL[route.auth]
    path = re.sub(r"<[^>]+>", "01890a5d-ac00-7000-8000-000000000000", route.path)
    assert house.test_client().open(path, method=route.method).status_code == 401


def test_every_problem_of_a_route_is_a_known_type() -> None:
    for route in ROUTES:
        assert set(problems_of(route)) <= problem_types().keys()


def test_the_planners_problems_are_the_tables() -> None:
    table = dict(TABLE)
    for error in (
        InvalidRequest([FieldError(pointer="", detail="x")]),
        Infeasible(["x"], [Change(change="x", to=1, text="x")]),
    ):
        kind, told = table[type(error)], problem_of(error)
        assert (told["type"], told["title"], told["status"]) == (kind.uri, kind.title, kind.status)


def test_limits_that_are_documented_are_those_enforced(document: dict[str, Any], guest: Person) -> None:
    weeks = document["components"]["schemas"]["WorkoutRequest"]["properties"]["weeks"]
    for number, status in ((weeks["minimum"], 202), (weeks["maximum"], 202), (weeks["maximum"] + 1, 422)):
        assert guest.post("/v1/plans", {**WORKOUT, "weeks": number}).status_code == status


@pytest.mark.parametrize("kind", PLAN_REQUESTS)
def test_the_examples_are_taken(kind: str, guest: Person, faults: Callable[..., list[str]]) -> None:
    assert faults(f"{kind.capitalize()}Request", PLAN_REQUESTS[kind]) == []
    assert guest.post("/v1/plans", PLAN_REQUESTS[kind]).status_code == 202


def test_a_swap_is_documented_for_every_kind_of_plan(
    document: dict[str, Any], faults: Callable[..., list[str]]
) -> None:
    body = document["paths"]["/v1/plans/{plan_id}/swap"]["post"]["requestBody"]["content"][JSON]
    assert body["schema"] == {"$ref": "#/components/schemas/PlanChange"}
    mapping = document["components"]["schemas"]["PlanChange"]["discriminator"]["mapping"]
    assert mapping.keys() == SWAPS.keys() == body["examples"].keys()
    for word, ref in mapping.items():
        name = ref.rpartition("/")[2]
        assert faults(name, SWAPS[word]) == []
        assert faults(name, {**SWAPS[word], "swap": "other"}) != []
    for kind in Kind:
        assert {read_change(kind, SWAPS[word]).swap for word in CHANGES[kind]} == set(CHANGES[kind])


def test_the_questions_of_every_kind_of_plan_are_documented(document: dict[str, Any]) -> None:
    parameters = document["paths"]["/v1/plans/{plan_id}/alternatives"]["get"]["parameters"]
    told = {each["name"]: each["description"] for each in parameters if each["in"] == "query"}
    assert told.keys() == {"day", "slot", "food_code", "date", "exercise_id"}
    assert told["slot"].startswith("Of a nutrition plan, required: ")
    assert told["date"].startswith("Of a workout plan, required: ")
    assert told["exercise_id"].startswith("Of a workout plan, may be left out: ")


@pytest.mark.parametrize(
    "change", [{"weeks": 60}, {"colour": 1}, {"equipment": ["spoon"]}, {"kind": "nutrition"}]
)
def test_the_schema_refuses_what_the_service_refuses(
    change: dict[str, Any], guest: Person, faults: Callable[..., list[str]]
) -> None:
    faulty = {**WORKOUT, **change}
    assert faults("WorkoutRequest", faulty)
    assert guest.post("/v1/plans", faulty).status_code == 422


def test_answers_are_as_documented(
    app: Flask, anna: Person, cluster: Cluster, faults: Callable[..., list[str]]
) -> None:
    job_id = anna.post("/v1/plans", NUTRITION).json["id"]
    failed = anna.post("/v1/plans", WORKOUT).json["id"]
    finish(cluster, job_id)
    give_up(cluster, failed)
    answers: list[tuple[str, TestResponse]] = [
        ("AccountView", register(app, "carl@example.mil")),
        ("Tokens", login(app, "carl@example.mil")),
        ("Profile", anna.put("/v1/profile", BODY)),
        ("JobView", anna.post("/v1/plans", NUTRITION)),
        ("JobView", anna.get(f"/v1/jobs/{job_id}")),
        ("JobView", anna.get(f"/v1/jobs/{failed}")),
        ("PlanPage", anna.get("/v1/plans")),
        ("Health", app.test_client().get("/livez")),
        ("Health", app.test_client().get("/readyz")),
        ("Problem", anna.post("/v1/plans", {"kind": "nutrition", "days": 99})),
        ("Problem", app.test_client().get("/v1/plans")),
        ("Problem", app.test_client().get("/nowhere")),
    ]
    for name, answer in answers:
        assert faults(name, answer.json) == [], name


def test_alternatives_are_as_documented(
    anna: Person, cluster: Cluster, bench: Bench, faults: Callable[..., list[str]]
) -> None:
    plans = {}
    for request in (NUTRITION | {"days": 1}, WORKOUT | {"weeks": 4, "start_date": None}):
        job = anna.post("/v1/plans", request).json
        run_job(UUID(job["id"]), bench)
        plan = anna.get(f"/v1/plans/{anna.get('/v1/jobs/' + job['id']).json['plan_id']}").json
        plans[plan["kind"]] = plan
    meal, day = plans["nutrition"]["days"][0]["meals"][0], plans["workout"]["weeks"][0]["days"][0]
    line = next(line for line in day["exercises"] if not line["note"])
    for kind, name, query in (
        ("nutrition", "Menu", f"day=1&slot={meal['slot']}&food_code={meal['items'][0]['food_code']}"),
        ("workout", "Training", f"date={day['date']}&exercise_id={line['exercise_id']}"),
        ("workout", "Training", f"date={day['date']}"),
    ):
        with working(cluster, bench):
            answer = anna.get(f"/v1/plans/{plans[kind]['id']}/alternatives?{query}", Prefer="wait=20")
        assert answer.json["alternatives"]
        assert faults(f"{name}Alternatives", answer.json) == []


def test_a_known_document_is_304(house: Flask, document: dict[str, Any]) -> None:
    client = house.test_client()
    tag = client.get("/v1/openapi.json").headers["ETag"]
    assert client.get("/v1/openapi.json", headers={"If-None-Match": tag}).status_code == 304


def test_the_page_needs_no_other_server(house: Flask) -> None:
    answer = house.test_client().get("/docs")
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert not re.search(r"""(https?:)?//[a-z]|src=|@import|<link""", answer.text.replace("// ", ""))
    assert "/* style */" not in answer.text
    assert "/* script */" not in answer.text


def test_the_pages_policy_lets_only_its_own_script_run(house: Flask) -> None:
    policy = house.test_client().get("/docs").headers["Content-Security-Policy"]
    assert policy == page().policy
    assert "unsafe" not in policy
    assert policy.count("sha256-") == 2


@pytest.mark.parametrize("name", sorted(problem_types()))
def test_a_problems_type_leads_to_its_explanation(house: Flask, document: dict[str, Any], name: str) -> None:
    answer = house.test_client().get(f"/problems/{name}")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/docs#problem-{name}")
    assert f"/problems/{name}" in {kind["type"] for kind in document["x-problem-types"]}


def test_an_unknown_problem_is_not_found(house: Flask) -> None:
    assert house.test_client().get("/problems/none").status_code == 404
