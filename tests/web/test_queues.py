"""Pausing and resuming queues over HTTP."""

import pytest
from flask import Flask

from models.cluster import Cluster
from tests.web.operators import add_tenant, join_as_operator
from tests.web.people import NUTRITION, WORKOUT, Person, pointers
from tests.web.work import finish, start

PATH = "/v1/operations/queues"
WHY = {"reason": "a bad release"}
ROUTES = [("GET", ""), ("POST", "/interactive/pause"), ("POST", "/interactive/resume")]


@pytest.fixture
def olga(app: Flask, cluster: Cluster) -> Person:
    return join_as_operator(app, cluster)


def queues(answer) -> dict[str, dict[str, object]]:
    assert answer.status_code == 200, answer.text
    return {queue["name"]: queue for queue in answer.json["queues"]}


def test_the_queues_say_what_is_in_them(olga: Person, anna: Person, cluster: Cluster) -> None:
    anna.post("/v1/plans", NUTRITION)
    start(cluster, anna.post("/v1/plans", WORKOUT).json["id"])
    found = queues(olga.get(PATH))
    assert (found["interactive"]["queued"], found["interactive"]["running"]) == (1, 1)
    assert (found["batch"]["queued"], found["batch"]["paused_at"]) == (0, None)


def test_a_paused_queue_takes_requests_and_starts_none_until_it_is_resumed(
    olga: Person, anna: Person, cluster: Cluster
) -> None:
    paused = queues(olga.post(f"{PATH}/interactive/pause", WHY))
    assert (paused["interactive"]["paused_by"], paused["interactive"]["reason"]) == (
        f"account {olga.account_id}", "a bad release",
    )  # fmt: skip
    assert paused["batch"]["paused_at"] is None
    answer = anna.post("/v1/plans", NUTRITION)
    assert answer.status_code == 202
    assert start(cluster, answer.json["id"]) is None
    assert queues(olga.post(f"{PATH}/interactive/resume", None))["interactive"]["paused_at"] is None
    finish(cluster, answer.json["id"])


def test_resuming_what_is_not_paused_changes_nothing(olga: Person) -> None:
    assert queues(olga.post(f"{PATH}/batch/resume", None)) == queues(olga.get(PATH))


@pytest.mark.parametrize("act", ["pause", "resume"])
def test_an_unknown_queue_is_404(olga: Person, act: str) -> None:
    answer = olga.post(f"{PATH}/night/{act}", WHY)
    assert (answer.status_code, answer.json["type"]) == (404, "/problems/not-found")


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "x" * 501}, {"reason": None}])
def test_a_pause_needs_a_reason(olga: Person, body: dict[str, object]) -> None:
    assert pointers(olga.post(f"{PATH}/interactive/pause", body)) == ["/reason"]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_members_and_operators_of_other_tenants_are_refused(
    app: Flask, cluster: Cluster, anna: Person, method: str, path: str
) -> None:
    add_tenant(cluster, "elsewhere")
    for person in (anna, join_as_operator(app, cluster, "elsewhere")):
        answer = person.send(method, PATH + path, json=WHY if path.endswith("pause") else None)
        assert (answer.status_code, answer.json["type"]) == (403, "/problems/forbidden")
