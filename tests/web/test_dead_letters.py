"""Operators and failed jobs: seen without the member's data, retried, dropped, and none beyond reach."""

from uuid import uuid4

import pytest
from flask import Flask
from jsonschema import Draft202012Validator

from models.cluster import Cluster
from tests.web.operators import add_tenant, join_as_operator
from tests.web.people import NUTRITION, WORKOUT, Person, join, pointers
from tests.web.work import finish, give_up, start

PATH = "/v1/operations/jobs"
ACTS = [("GET", ""), ("DELETE", ""), ("POST", "/retry"), ("POST", "/cancel")]


@pytest.fixture
def olga(app: Flask, cluster: Cluster) -> Person:
    """An operator of the platform."""
    return join_as_operator(app, cluster)


@pytest.fixture
def dead(anna: Person, cluster: Cluster) -> str:
    """Anna's job that failed."""
    job_id = anna.post("/v1/plans", NUTRITION).json["id"]
    give_up(cluster, job_id)
    return job_id


def test_dead_letters_are_listed_with_their_errors(olga: Person, anna: Person, dead: str) -> None:
    anna.post("/v1/plans", WORKOUT)
    (job,) = olga.get(f"{PATH}?state=failed").json["jobs"]
    assert (job["id"], job["kind"], job["state"], job["attempts"]) == (dead, "nutrition", "failed", 1)
    assert job["error"]["type"] == "/problems/infeasible"
    assert [past["attempt"] for past in job["history"]] == [1]
    assert olga.get(PATH).json["jobs"] == [job]


def test_operators_see_nothing_of_the_member_but_the_id(olga: Person, anna: Person, dead: str) -> None:
    for text in (olga.get(f"{PATH}/{dead}").text, olga.get(PATH).text):
        assert str(anna.member_id) in text
        for told in ("weight", "168", "budget", "anna"):
            assert told not in text


def test_the_list_comes_in_pages_newest_first(olga: Person, anna: Person, cluster: Cluster) -> None:
    made = []
    for seed in range(5):
        made.append(anna.post("/v1/plans", {**NUTRITION, "seed": seed}).json["id"])
        give_up(cluster, made[-1])
    listed, path = [], f"{PATH}?limit=2&kind=nutrition"
    while path:
        page = olga.get(path)
        listed += [job["id"] for job in page.json["jobs"]]
        path = page.headers["Link"].partition(">")[0][1:] if page.json["next_cursor"] else ""
    assert listed == sorted(made, reverse=True)
    assert olga.get(f"{PATH}?kind=workout").json == {"jobs": [], "next_cursor": None}


@pytest.mark.parametrize(
    ("query", "pointer"),
    [("state=queued", "/state"), ("limit=0", "/limit"), ("limit=101", "/limit"), ("cursor=!", "/cursor"),
     ("kind=sleep", "/kind"), ("tenant=x", "/tenant")],
)  # fmt: skip
def test_a_faulty_query_is_pointed_at(olga: Person, query: str, pointer: str) -> None:
    assert pointers(olga.get(f"{PATH}?{query}")) == [pointer]


def test_a_retried_job_waits_again_and_succeeds(
    olga: Person, anna: Person, dead: str, cluster: Cluster
) -> None:
    answer = olga.post(f"{PATH}/{dead}/retry", None)
    assert (answer.status_code, answer.json["state"], answer.json["attempts"]) == (200, "queued", 0)
    assert answer.json["history"][-1]["retried_by"] == f"account {olga.account_id}"
    finish(cluster, dead)
    assert anna.get(f"/v1/jobs/{dead}").json["state"] == "succeeded"
    assert olga.get(PATH).json["jobs"] == []


def test_a_dropped_job_is_gone_for_everybody(olga: Person, anna: Person, dead: str) -> None:
    assert olga.delete(f"{PATH}/{dead}").status_code == 204
    for answer in (
        olga.get(f"{PATH}/{dead}"),
        olga.delete(f"{PATH}/{dead}"),
        anna.get(f"/v1/jobs/{dead}"),
    ):
        assert answer.status_code == 404


def test_an_operator_cancels_what_waits_or_runs(olga: Person, anna: Person, cluster: Cluster) -> None:
    waiting, running = (anna.post("/v1/plans", asked).json["id"] for asked in (NUTRITION, WORKOUT))
    start(cluster, running)
    for job_id in (waiting, running):
        assert olga.post(f"{PATH}/{job_id}/cancel", None).json["state"] == "cancelled"
        assert anna.get(f"/v1/jobs/{job_id}").json["state"] == "cancelled"


def test_what_the_state_does_not_allow_is_a_conflict_that_names_the_state(
    olga: Person, anna: Person, dead: str
) -> None:
    queued = anna.post("/v1/plans", WORKOUT).json["id"]
    for method, path, state in (
        ("POST", f"{PATH}/{queued}/retry", "queued"),
        ("DELETE", f"{PATH}/{queued}", "queued"),
        ("POST", f"{PATH}/{dead}/cancel", "failed"),
    ):
        answer = olga.send(method, path)
        assert (answer.status_code, answer.json["type"]) == (409, "/problems/conflict")
        assert state in answer.json["detail"]
    assert anna.get(f"/v1/jobs/{queued}").json["state"] == "queued"


@pytest.mark.parametrize(("method", "act"), [*ACTS, ("GET", None)])
def test_a_member_is_refused(anna: Person, dead: str, method: str, act: str | None) -> None:
    path = PATH if act is None else f"{PATH}/{dead}{act}"
    answer = anna.send(method, path)
    assert (answer.status_code, answer.json["type"]) == (403, "/problems/forbidden")
    assert anna.get(f"/v1/jobs/{dead}").json["state"] == "failed"


@pytest.mark.parametrize(("method", "act"), ACTS)
def test_another_tenants_job_is_not_there_for_an_operator(
    app: Flask, cluster: Cluster, anna: Person, dead: str, method: str, act: str
) -> None:
    add_tenant(cluster, "elsewhere")
    stranger = join_as_operator(app, cluster, "elsewhere")
    assert stranger.send(method, f"{PATH}/{dead}{act}").status_code == 404
    assert stranger.get(PATH).json["jobs"] == []
    assert anna.get(f"/v1/jobs/{dead}").json["state"] == "failed"


def test_an_operator_of_a_tenant_works_on_its_jobs_and_the_platforms_on_all(
    app: Flask, cluster: Cluster, olga: Person, dead: str
) -> None:
    add_tenant(cluster, "elsewhere")
    theirs = join(app, "carl@example.mil", tenant="elsewhere").post("/v1/plans", NUTRITION).json["id"]
    give_up(cluster, theirs)
    own = join_as_operator(app, cluster, "elsewhere")
    assert [job["id"] for job in own.get(PATH).json["jobs"]] == [theirs]
    assert {job["id"] for job in olga.get(PATH).json["jobs"]} == {theirs, dead}
    assert own.post(f"{PATH}/{theirs}/retry", None).status_code == 200


@pytest.mark.parametrize(("method", "act"), ACTS)
def test_an_unknown_id_is_404(olga: Person, method: str, act: str) -> None:
    for job_id in (uuid4(), "7", "no-id"):
        assert olga.send(method, f"{PATH}/{job_id}{act}").status_code == 404


def test_answers_are_as_documented(app: Flask, olga: Person, dead: str) -> None:
    components = app.test_client().get("/v1/openapi.json").json["components"]
    for name, answer in (
        ("JobPage", olga.get(PATH)),
        ("SeenJob", olga.get(f"{PATH}/{dead}")),
        ("SeenJob", olga.post(f"{PATH}/{dead}/retry", None)),
        ("QueueList", olga.get("/v1/operations/queues")),
    ):
        schema = {"$ref": f"#/components/schemas/{name}", "components": components}
        Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(answer.json)
