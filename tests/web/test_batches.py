"""Nights over HTTP: operators start and watch those of their tenants, and nobody else does."""

import pytest

from models.ids import new_id
from tests.web.operators import add_tenant, join_as_operator
from tests.web.people import NUTRITION, pointers

NIGHT = {"date": "2026-12-02", "kind": "nutrition"}


@pytest.fixture
def operator(app, cluster):
    return join_as_operator(app, cluster)


@pytest.fixture
def stranger(app, cluster):
    add_tenant(cluster, "other")
    return join_as_operator(app, cluster, tenant="other")


def test_operator_starts_a_night_and_watches_it(operator, anna):
    answer = operator.post("/v1/batches", NIGHT)
    assert answer.status_code == 202
    (batch,) = answer.json["batches"]
    assert answer.headers["Location"] == f"/v1/batches/{batch['id']}"
    told = {name: batch[name] for name in ("date", "kind", "tenant", "state", "members", "done", "forced")}
    assert told == {
        "date": "2026-12-02", "kind": "nutrition", "tenant": "default", "state": "running", "members": 2,
        "done": 0, "forced": False,
    }  # fmt: skip
    assert operator.get(answer.headers["Location"]).json == batch
    assert operator.get("/v1/batches").json["batches"] == [batch]


def test_night_that_runs_is_found_and_not_started_twice(operator):
    first = operator.post("/v1/batches", NIGHT).json["batches"][0]["id"]
    assert operator.post("/v1/batches", NIGHT).json["batches"][0]["id"] == first


def test_without_a_kind_both_are_started(operator):
    started = operator.post("/v1/batches", {"date": "2026-12-02"}).json["batches"]
    assert [batch["kind"] for batch in started] == ["nutrition", "workout"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [({"kind": "sleep"}, "/kind"), ({"date": "tomorrow"}, "/date"), ({"night": 1}, "/night")],
)
def test_bad_bodies_are_refused_with_pointers(operator, body, pointer):
    assert pointers(operator.post("/v1/batches", body)) == [pointer]


def test_operator_of_a_tenant_reaches_its_own_nights_only(operator, stranger):
    platform = operator.post("/v1/batches", {**NIGHT, "tenant": "default"}).json["batches"][0]
    own = stranger.post("/v1/batches", NIGHT).json["batches"]
    assert [batch["tenant"] for batch in own] == ["other"]
    assert stranger.post("/v1/batches", {**NIGHT, "tenant": "default"}).status_code == 404
    path = f"/v1/batches/{platform['id']}"
    assert stranger.get(path).status_code == 404
    assert stranger.get(f"{path}/failures").status_code == 404
    for act in ("pause", "resume", "cancel"):
        assert stranger.post(f"{path}/{act}", {}).status_code == 404
    assert [batch["id"] for batch in stranger.get("/v1/batches").json["batches"]] == [own[0]["id"]]


def test_night_is_paused_resumed_and_cancelled(operator):
    path = f"/v1/batches/{operator.post('/v1/batches', NIGHT).json['batches'][0]['id']}"
    assert operator.post(f"{path}/resume", {}).status_code == 409
    states = [operator.post(f"{path}/{act}", {}).json["state"] for act in ("pause", "resume", "cancel")]
    assert states == ["paused", "running", "cancelled"]
    assert operator.post(f"{path}/pause", {}).status_code == 409


def test_earlier_night_beside_a_later_one_is_a_conflict_that_says_what_to_do(operator):
    later = operator.post("/v1/batches", {**NIGHT, "date": "2026-12-03"}).json["batches"][0]
    answer = operator.post("/v1/batches", NIGHT)
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/conflict")
    assert f"cancel batch {later['id']} first" in answer.json["detail"]


def test_unknown_night_is_not_found(operator):
    assert operator.get(f"/v1/batches/{new_id(0)}").status_code == 404


def test_members_start_no_nights(anna):
    assert anna.post("/v1/batches", NIGHT).status_code == 403
    assert anna.post("/v1/plans", NUTRITION).status_code == 202
