"""Every address is a declared route; every route has a login or says why not. No server is asked."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from flask import Flask

from models.access.account import Account, Role
from models.settings import Settings
from tests.conftest import ROOT_KEY
from web.app import ROUTES, create_app
from web.routes import NoAuth, Route
from web.services import NAME, close
from web.tokens import issue_access_token

SOME_ID = UUID(int=7)
LOGINS = [route for route in ROUTES if isinstance(route.auth, Role)]
OF_OPERATORS = [route for route in LOGINS if route.auth == Role.OPERATOR]

# Who may call what, written a second time by hand: how addresses begin, and the roles that reach them.
REACHED_BY = {
    "/v1/operations/": {Role.OPERATOR},
    "/v1/batches": {Role.OPERATOR},
    "/v1/administration/": {Role.ADMINISTRATOR},
    "/v1/unit/summary": {Role.UNIT_LEADER, Role.SPECIALIST},
    "/v1/unit/members": {Role.SPECIALIST},
    "/v1/": set(Role),
}


@pytest.fixture(scope="module")
def app() -> Iterator[Flask]:
    key = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    away = {"database_url": "postgresql://nobody@/none?host=/nowhere", "redis_url": "unix:///nowhere/none"}
    made = create_app(Settings(**away, signing_key=key.decode(), root_keys=ROOT_KEY))
    yield made
    close(made)


def status(app: Flask, route: Route, headers: dict[str, str]) -> int:
    with app.test_request_context():
        names = next(rule.arguments for rule in app.url_map.iter_rules(route.name))
        path = app.url_for(route.name, **dict.fromkeys(names, SOME_ID))
    return app.test_client().open(path, method=route.method, headers=headers, json={}).status_code


def bearer(app: Flask, role: Role) -> dict[str, str]:
    account = Account(id=SOME_ID, tenant_id=SOME_ID, member_id=SOME_ID, role=role)
    with app.app_context():
        return {"Authorization": f"Bearer {issue_access_token(account, app.extensions[NAME].keys)}"}


def test_a_route_without_a_login_says_why() -> None:
    for route in ROUTES:
        if not isinstance(route.auth, Role):
            assert isinstance(route.auth, NoAuth), route.name
            assert len(route.auth.why.split()) >= 3, route.name


def test_every_url_of_the_application_is_that_of_a_declared_route(app: Flask) -> None:
    served = [
        (method, rule.rule, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD"}
    ]
    assert sorted(served) == sorted((route.method, route.path, route.name) for route in ROUTES)


@pytest.mark.parametrize("route", LOGINS, ids=lambda route: route.name)
def test_a_route_with_a_login_refuses_whoever_has_none(app: Flask, route: Route) -> None:
    assert status(app, route, {}) == 401


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("route", LOGINS, ids=lambda route: route.name)
def test_a_route_lets_its_roles_in_and_no_other(app: Flask, route: Route, role: Role) -> None:
    reached_by = next(roles for begin, roles in REACHED_BY.items() if route.path.startswith(begin))
    answered = status(app, route, bearer(app, role))
    assert (answered != 403) == (role in reached_by)
    assert answered in {403, 404, 422, 503}  # the others: past the login


def test_the_addresses_of_operations_are_of_operators() -> None:
    guarded = {route.path for route in OF_OPERATORS}
    found = {route.path for route in ROUTES if route.path.startswith(("/v1/operations/", "/v1/batches"))}
    assert found
    assert guarded == found
