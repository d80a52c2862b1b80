"""Another member's and another tenant's things are not there, whatever is done to them."""

import pytest
from flask import Flask

from models.cluster import Cluster
from models.ids import new_id
from models.members.tenant import Tenant
from tests.web.people import NUTRITION, Person, join
from tests.web.work import finish


@pytest.fixture(params=["the same tenant", "another tenant"])
def stranger(request: pytest.FixtureRequest, app: Flask, cluster: Cluster) -> Person:
    if request.param == "the same tenant":
        return join(app, "stranger@example.mil")
    with cluster.control() as session:
        session.add(Tenant(id=new_id(0), slug="elsewhere", name="Elsewhere"))
    return join(app, "stranger@example.mil", tenant="elsewhere")


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_job_of_somebody_else_is_not_found(anna: Person, stranger: Person, method: str) -> None:
    path = anna.post("/v1/plans", NUTRITION).headers["Location"]
    assert stranger.send(method, path).status_code == 404
    assert anna.get(path).json["state"] == "queued"


def test_the_events_of_somebody_elses_job_are_not_found(anna: Person, stranger: Person) -> None:
    path = anna.post("/v1/plans", NUTRITION).headers["Location"]
    assert stranger.get(f"{path}/events").status_code == 404


def test_a_plan_of_somebody_else_is_not_found(anna: Person, stranger: Person, cluster: Cluster) -> None:
    plan_id = finish(cluster, anna.post("/v1/plans", NUTRITION).json["id"])
    path = f"/v1/plans/{plan_id}"
    tag = anna.get(path).headers["ETag"]
    assert stranger.get(path).status_code == 404
    assert stranger.get(path, If_None_Match=tag).status_code == 404


def test_what_is_not_found_answers_as_what_never_was(anna: Person, stranger: Person) -> None:
    path = anna.post("/v1/plans", NUTRITION).headers["Location"]
    theirs, nobodys = stranger.get(path).json, stranger.get(f"/v1/jobs/{new_id(7)}").json
    assert {**theirs, "request_id": ""} == {**nobodys, "request_id": ""}


def test_a_cursor_of_somebody_else_shows_only_own_plans(
    anna: Person, stranger: Person, cluster: Cluster
) -> None:
    for _ in range(2):
        finish(cluster, anna.post("/v1/plans", NUTRITION).json["id"])
    cursor = anna.get("/v1/plans?limit=1").json["next_cursor"]
    assert stranger.get(f"/v1/plans?cursor={cursor}").json["plans"] == []
