"""Administrators: roles, states and units of their own tenant, and its audit log."""

import pytest
from flask import Flask
from sqlalchemy import select

from models.access.account import Role
from models.access.audit import AuditEntry, verify
from models.cluster import Cluster
from models.members.tenant import Tenant
from tests.web.operators import add_tenant, join_as_operator, join_with_role
from tests.web.people import Person, join, login, pointers

ACCOUNTS = "/v1/administration/accounts"
MEMBERS = "/v1/administration/members"
AUDIT = "/v1/administration/audit"


@pytest.fixture
def chief(app: Flask, cluster: Cluster) -> Person:
    return join_with_role(app, cluster, Role.ADMINISTRATOR)


def put_unit(chief: Person, person: Person, unit: str | None) -> int:
    return chief.put(f"{MEMBERS}/{person.member_id}/unit", {"unit": unit}).status_code


def test_a_role_is_had_from_the_next_token_on(app: Flask, chief: Person, anna: Person) -> None:
    changed = chief.put(f"{ACCOUNTS}/{anna.account_id}", {"role": "operator", "state": "active"})
    assert (changed.status_code, changed.json["role"]) == (200, "operator")
    fresh = Person(app, anna.email, login(app, anna.email).json)
    assert fresh.get("/v1/operations/queues").status_code == 200


def test_a_disabled_account_logs_in_and_refreshes_no_more(app: Flask, chief: Person, anna: Person) -> None:
    chief.put(f"{ACCOUNTS}/{anna.account_id}", {"role": "member", "state": "disabled"})
    assert login(app, anna.email).status_code == 401
    told = {"refresh_token": anna.tokens["refresh_token"]}
    assert app.test_client().post("/v1/auth/refresh", json=told).status_code == 401


def test_accounts_are_listed_in_pages_without_health_data(chief: Person, anna: Person, ben: Person) -> None:
    anna.put("/v1/profile", {"weight_kg": 66.125})
    assert put_unit(chief, anna, "3rd Platoon") == 200
    first = chief.get(f"{ACCOUNTS}?limit=2").json
    second = chief.get(f"{ACCOUNTS}?limit=2&cursor={first['next_cursor']}").json
    emails = [account["email"] for account in first["accounts"] + second["accounts"]]
    assert sorted(emails) == sorted([chief.email, anna.email, ben.email])
    assert second["next_cursor"] is None
    assert "66.125" not in str(first) + str(second)


def test_another_tenants_accounts_are_not_there(app: Flask, cluster: Cluster, chief: Person) -> None:
    add_tenant(cluster, "elsewhere")
    zoe = join(app, "zoe@example.mil", tenant="elsewhere")
    assert (
        chief.put(f"{ACCOUNTS}/{zoe.account_id}", {"role": "operator", "state": "active"}).status_code == 404
    )
    assert put_unit(chief, zoe, "3rd Platoon") == 404
    assert zoe.email not in chief.get(ACCOUNTS).text


def test_nobody_changes_their_own_role(chief: Person) -> None:
    answer = chief.put(f"{ACCOUNTS}/{chief.account_id}", {"role": "operator", "state": "active"})
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/conflict")


def test_bad_standings_are_refused(chief: Person, anna: Person) -> None:
    path = f"{ACCOUNTS}/{anna.account_id}"
    assert pointers(chief.put(path, {"role": "emperor", "state": "active"})) == ["/role"]
    assert pointers(chief.put(path, {"role": "member", "state": "active", "email": "x@y.mil"})) == ["/email"]
    assert pointers(chief.put(f"{MEMBERS}/{anna.member_id}/unit", {"unit": "\u0000"})) == ["/unit"]


def actions(chief: Person) -> list[str]:
    return [entry["action"] for entry in chief.get(f"{AUDIT}?limit=500").json["entries"]]


def test_the_log_says_who_did_what(chief: Person, anna: Person, app: Flask) -> None:
    put_unit(chief, anna, "3rd Platoon")
    for _ in range(4):
        login(app, anna.email, "wrong wrong")
    entries = chief.get(AUDIT).json["entries"]
    assert [entry["action"] for entry in entries[:5]] == ["login_locked", *["login_refused"] * 3, "put_unit"]
    told = entries[4]
    assert told["actor"] == f"account {chief.account_id}"
    assert told["subject"] == f"member {anna.member_id}"
    assert told["detail"] == {"unit_before": "", "unit": "3rd Platoon"}
    assert "wrong wrong" not in str(entries)


def test_an_operators_acts_and_an_api_keys_life_are_in_the_log(
    app: Flask, cluster: Cluster, chief: Person, anna: Person
) -> None:
    crew = join_as_operator(app, cluster)
    crew.post("/v1/operations/queues/batch/pause", {"reason": "a bad release"})
    crew.get("/v1/operations/queues")
    made = anna.post("/v1/api-keys", {"name": "sync", "scopes": ["plans:read"]})
    anna.delete(f"/v1/api-keys/{made.json['api_key']['id']}")
    found = [action for action in actions(chief) if not action.startswith("login")]
    assert found == ["revoke_key", "make_key", "pause_queue"]
    assert made.json["key"] not in chief.get(AUDIT).text


def test_the_log_is_paged_and_is_of_the_own_tenant(app: Flask, cluster: Cluster, chief: Person) -> None:
    add_tenant(cluster, "elsewhere")
    join(app, "zoe@example.mil", tenant="elsewhere")
    login(app, chief.email)
    first = chief.get(f"{AUDIT}?limit=1").json
    second = chief.get(f"{AUDIT}?limit=50&before={first['next_before']}").json
    numbers = [entry["number"] for entry in first["entries"] + second["entries"]]
    assert numbers == list(range(len(numbers), 0, -1))
    assert second["next_before"] is None
    with cluster.control() as session:
        own = session.scalar(select(Tenant.id).where(Tenant.slug == "default"))
        assert verify(session, own).entries == len(numbers)
        assert len(set(session.scalars(select(AuditEntry.tenant_id)))) == 2


def test_what_cannot_be_written_down_is_not_done(app: Flask, cluster: Cluster) -> None:
    crew = join_as_operator(app, cluster)
    with cluster.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE audit RENAME TO audit_away")
    assert crew.post("/v1/operations/queues/batch/pause", {"reason": "x"}).status_code == 500
    with cluster.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE audit_away RENAME TO audit")
    paused = {queue["name"]: queue["paused_at"] for queue in crew.get("/v1/operations/queues").json["queues"]}
    assert paused["batch"] is None
