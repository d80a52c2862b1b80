"""A member changes the own password: with the present one, and every other login ends."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from models.access.audit import AuditEntry
from models.cluster import Cluster
from models.sealing.data_key import PLATFORM
from tests.web.people import PASSWORD, Person, login, pointers
from tests.web.test_api_keys import ask, make_key

NEW = "a new and better one"


def change(person: Person, password: str = PASSWORD, new: str = NEW) -> object:
    return person.post("/v1/auth/password", {"password": password, "new_password": new})


def test_the_new_password_logs_in_and_the_old_one_no_more(app: Flask, anna: Person) -> None:
    tokens = change(anna).json
    assert Person(app, anna.email, tokens).get("/v1/profile").status_code == 200
    assert login(app, anna.email, NEW).status_code == 200
    assert login(app, anna.email).status_code == 401


def test_every_other_login_ends_and_the_new_one_stays(app: Flask, anna: Person) -> None:
    key = make_key(anna, ["plans:read"])
    tokens = change(anna).json
    statuses = [
        app.test_client().post("/v1/auth/refresh", json={"refresh_token": token}).status_code
        for token in (anna.tokens["refresh_token"], tokens["refresh_token"])
    ]
    assert statuses == [401, 200]
    assert ask(app, key, "GET", "/v1/plans").status_code == 401


def test_a_wrong_present_password_changes_nothing_and_is_counted(app: Flask, anna: Person) -> None:
    assert [change(anna, "wrong wrong").status_code for _ in range(4)] == [401, 401, 401, 429]
    assert login(app, anna.email).status_code == 429
    assert change(anna).status_code == 429


@pytest.mark.parametrize("new", ["short", "password1", "anna@example.mil"])
def test_a_weak_one_is_refused(anna: Person, new: str) -> None:
    assert pointers(change(anna, new=new)) == ["/new_password"]


def test_no_api_key_changes_it(app: Flask, anna: Person) -> None:
    key = make_key(anna, ["plans:read"])
    told = {"password": PASSWORD, "new_password": NEW}
    assert ask(app, key, "POST", "/v1/auth/password", json=told).status_code == 403


def test_both_are_written_down(anna: Person, cluster: Cluster) -> None:
    change(anna, "wrong wrong")
    change(anna)
    with cluster.control() as session:
        ours = AuditEntry.tenant_id != PLATFORM
        said = session.scalars(select(AuditEntry.action).where(ours, AuditEntry.action.contains("password")))
        assert list(said) == ["change_password_refused", "change_password"]
        assert session.scalar(select(func.count()).where(AuditEntry.tenant_id == PLATFORM)) == 0
