"""Priorities, shares and quotas over HTTP: the same as on the command line."""

import pytest
from flask import Flask

from models.cluster import Cluster
from tests.web.operators import add_tenant, join_as_operator
from tests.web.people import NUTRITION, Person, pointers
from tests.web.work import give_up, start

JOBS, TENANTS = "/v1/operations/jobs", "/v1/operations/tenants"
SHARE = {"weight": 2.5, "most_waiting": 1}


@pytest.fixture
def olga(app: Flask, cluster: Cluster) -> Person:
    return join_as_operator(app, cluster)


@pytest.fixture
def waiting(anna: Person) -> str:
    return anna.post("/v1/plans", NUTRITION).json["id"]


def test_a_waiting_job_is_given_a_priority(olga: Person, waiting: str) -> None:
    answer = olga.put(f"{JOBS}/{waiting}/priority", {"priority": 7})
    assert (answer.status_code, answer.json["priority"]) == (200, 7)
    assert olga.get(f"{JOBS}/{waiting}").json["priority"] == 7


@pytest.mark.parametrize(
    ("priority", "status"), [(-101, 422), (-100, 200), (100, 200), (101, 422), (None, 422), (1.5, 422)]
)
def test_a_priority_has_its_range(olga: Person, waiting: str, priority: object, status: int) -> None:
    answer = olga.put(f"{JOBS}/{waiting}/priority", {"priority": priority})
    assert answer.status_code == status
    assert status == 200 or pointers(answer) == ["/priority"]


@pytest.mark.parametrize("end", [start, give_up])
def test_a_job_that_waits_no_longer_has_no_priority(
    olga: Person, waiting: str, cluster: Cluster, end: object
) -> None:
    end(cluster, waiting)
    answer = olga.put(f"{JOBS}/{waiting}/priority", {"priority": 7})
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/conflict")
    assert olga.get(f"{JOBS}/{waiting}").json["priority"] == 0


def test_a_job_of_another_tenant_is_beyond_the_reach_of_a_tenants_operator(
    app: Flask, cluster: Cluster, olga: Person, waiting: str
) -> None:
    add_tenant(cluster, "elsewhere")
    stranger = join_as_operator(app, cluster, "elsewhere")
    answer = stranger.put(f"{JOBS}/{waiting}/priority", {"priority": 7})
    assert (answer.status_code, answer.json["type"]) == (404, "/problems/not-found")
    assert olga.get(f"{JOBS}/{waiting}").json["priority"] == 0


def test_a_tenants_share_and_quota_are_set_and_hold(olga: Person, anna: Person) -> None:
    told = {"slug": "default", "state": "active"}
    answer = olga.put(f"{TENANTS}/default", SHARE)
    assert (answer.status_code, answer.json) == (200, {**told, **SHARE, "waiting": 0})
    answers = [anna.post("/v1/plans", {**NUTRITION, "seed": seed}).status_code for seed in range(2)]
    assert answers == [202, 429]
    assert olga.get(TENANTS).json == {"tenants": [{**told, **SHARE, "waiting": 1}]}
    default = {"weight": 1.0, "most_waiting": None}
    assert olga.put(f"{TENANTS}/default", default).json == {**told, **default, "waiting": 1}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"most_waiting": 1}, "/weight"),
        ({"weight": 1.0}, "/most_waiting"),
        ({**SHARE, "weight": 0.0009}, "/weight"),
        ({**SHARE, "weight": 1000.1}, "/weight"),
        ({**SHARE, "most_waiting": -1}, "/most_waiting"),
        ({**SHARE, "most_waiting": 2**31}, "/most_waiting"),
        ({**SHARE, "slug": "x"}, "/slug"),
    ],
)
def test_a_faulty_share_is_pointed_at(olga: Person, body: dict[str, object], pointer: str) -> None:
    assert pointers(olga.put(f"{TENANTS}/default", body)) == [pointer]


def test_an_unknown_tenant_is_404(olga: Person) -> None:
    answer = olga.put(f"{TENANTS}/nobody", SHARE)
    assert (answer.status_code, answer.json["type"]) == (404, "/problems/not-found")


def test_a_tenants_operator_sees_his_own_share_and_sets_none(app: Flask, cluster: Cluster) -> None:
    add_tenant(cluster, "elsewhere", weight=3, most_waiting=5)
    stranger = join_as_operator(app, cluster, "elsewhere")
    own = {"slug": "elsewhere", "state": "active", "weight": 3.0, "most_waiting": 5, "waiting": 0}
    assert stranger.get(TENANTS).json == {"tenants": [own]}
    for slug in ("elsewhere", "default"):
        answer = stranger.put(f"{TENANTS}/{slug}", SHARE)
        assert (answer.status_code, answer.json["type"]) == (403, "/problems/forbidden")
    assert stranger.get(TENANTS).json == {"tenants": [own]}
