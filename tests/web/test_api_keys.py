"""API keys: made once, kept as digests, good for their scopes until they expire or are revoked."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from models.access.account import Account, AccountState, Role
from models.access.api_key import ApiKey
from models.access.api_keys import MOST
from models.cluster import Cluster
from models.members.tenant import Tenant, TenantState
from tests.web.operators import join_as_operator
from tests.web.people import NUTRITION, Person, join, pointers
from web.api_keys import scopes_of
from web.app import ROUTES

READS = ["plans:read", "jobs:read"]


def make_key(person: Person, scopes: list[str], **more: object) -> str:
    answer = person.post("/v1/api-keys", {"name": "sync", "scopes": scopes, **more})
    assert answer.status_code == 201, answer.text
    return answer.json["key"]


def ask(app: Flask, key: str, method: str, path: str, **more: object) -> TestResponse:
    headers = {"Authorization": f"Bearer {key}"}
    return app.test_client().open(path, method=method, headers=headers, **more)


def test_a_key_reaches_what_its_scopes_name_and_nothing_else(app: Flask, anna: Person) -> None:
    key = make_key(anna, [*READS, "plans:write"])
    made = ask(app, key, "POST", "/v1/plans", json=NUTRITION)
    assert made.status_code == 202
    assert ask(app, key, "GET", made.headers["Location"]).status_code == 200
    for method, path in (
        ("DELETE", made.headers["Location"]),
        ("GET", "/v1/profile"),
        ("GET", "/v1/webhooks"),
    ):
        refused = ask(app, key, method, path)
        assert (refused.status_code, refused.json["type"]) == (403, "/problems/forbidden")
        assert "scope" in refused.json["detail"]


def test_a_key_makes_no_key(app: Flask, anna: Person) -> None:
    key = make_key(anna, list(scopes_of(ROUTES)))
    for method, path in (("GET", "/v1/api-keys"), ("POST", "/v1/api-keys")):
        assert ask(app, key, method, path, json={}).status_code == 403


def test_a_key_has_the_role_that_its_account_has_now(app: Flask, cluster: Cluster) -> None:
    crew = join_as_operator(app, cluster)
    key = make_key(crew, ["operations:read"])
    assert ask(app, key, "GET", "/v1/operations/queues").status_code == 200
    with cluster.control() as session:
        session.execute(update(Account).values(role=Role.MEMBER))
    assert ask(app, key, "GET", "/v1/operations/queues").status_code == 403


def test_a_member_gains_no_role_by_a_scope(app: Flask, anna: Person) -> None:
    assert ask(app, make_key(anna, ["operations:read"]), "GET", "/v1/operations/queues").status_code == 403


def test_only_the_digest_is_kept(anna: Person, cluster: Cluster) -> None:
    key = make_key(anna, READS)
    with cluster.control() as session:
        kept = session.scalars(select(ApiKey.digest)).all()
    assert kept == [hashlib.sha256(key.encode()).digest()]
    assert key not in anna.get("/v1/api-keys").text


def test_a_revoked_key_is_void_at_once(app: Flask, anna: Person) -> None:
    key = make_key(anna, READS)
    (listed,) = anna.get("/v1/api-keys").json["api_keys"]
    assert ask(app, key, "GET", "/v1/plans").status_code == 200
    assert anna.delete(f"/v1/api-keys/{listed['id']}").status_code == 204
    answer = ask(app, key, "GET", "/v1/plans")
    assert (answer.status_code, answer.json["type"]) == (401, "/problems/unauthorized")
    assert anna.delete(f"/v1/api-keys/{listed['id']}").status_code == 204
    assert anna.get("/v1/api-keys").json["api_keys"][0]["revoked_at"]


def test_a_key_is_good_until_its_day(app: Flask, anna: Person, cluster: Cluster) -> None:
    key = make_key(anna, READS, days=1)
    with cluster.control() as session:
        left = session.scalar(select(ApiKey.expires_at)) - datetime.now(UTC)
        assert timedelta(hours=23) < left < timedelta(hours=25)
        session.execute(update(ApiKey).values(expires_at=func.now()))
    assert ask(app, key, "GET", "/v1/plans").status_code == 401


@pytest.mark.parametrize("what", ["account", "tenant"])
def test_a_key_of_somebody_who_may_not_log_in_is_refused(
    app: Flask, anna: Person, cluster: Cluster, what: str
) -> None:
    key = make_key(anna, READS)
    with cluster.control() as session:
        if what == "account":
            session.execute(update(Account).values(state=AccountState.DISABLED))
        else:
            session.execute(update(Tenant).values(state=TenantState.SUSPENDED))
    assert ask(app, key, "GET", "/v1/plans").status_code == 401


@pytest.mark.parametrize("key", ["rvl_", "rvl_" + "A" * 43])
def test_a_key_that_was_never_made_is_refused(house: Flask, key: str) -> None:
    assert ask(house, key, "GET", "/v1/plans").status_code == 401


def test_somebody_elses_key_is_not_there(app: Flask, anna: Person, ben: Person) -> None:
    key = make_key(anna, READS)
    (listed,) = anna.get("/v1/api-keys").json["api_keys"]
    assert ben.get("/v1/api-keys").json["api_keys"] == []
    assert ben.delete(f"/v1/api-keys/{listed['id']}").status_code == 404
    assert ask(app, key, "GET", "/v1/plans").status_code == 200


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"scopes": ["plans:read", "plans:sing"]}, "/scopes/1"),
        ({"scopes": ["accounts:write"]}, "/scopes/0"),
        ({"scopes": []}, "/scopes"),
        ({"scopes": ["plans:read"] * 2}, "/scopes/1"),
        ({"days": 367}, "/days"),
        ({"days": 0}, "/days"),
        ({"name": ""}, "/name"),
    ],
)
def test_a_key_must_be_asked_for_rightly(guest: Person, change: dict[str, object], pointer: str) -> None:
    told = {"name": "sync", "scopes": READS, **change}
    assert pointers(guest.post("/v1/api-keys", told)) == [pointer]


def test_an_account_has_so_many_keys_and_no_more(make_app: Callable[..., Flask]) -> None:
    anna = join(make_app(), "anna@example.mil")
    for _ in range(MOST):
        make_key(anna, READS)
    answer = anna.post("/v1/api-keys", {"name": "one more", "scopes": READS})
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/conflict")
    anna.delete(f"/v1/api-keys/{anna.get('/v1/api-keys').json['api_keys'][0]['id']}")
    make_key(anna, READS)
