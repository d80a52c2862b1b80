"""Logins by an identity provider: whose tokens are taken, whom they make, and a provider that fails."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from models.access.identity import Identity, subject_index
from models.cluster import Cluster
from models.errors import SettingsError
from models.members.tenant import Tenant, TenantState
from tests.web.identity_provider.server import AUDIENCE, Proxy, new_keys, provider_process, proxy, token_of
from tests.web.operators import add_tenant
from tests.web.people import BODY, NUTRITION, Person
from web.app import create_app
from web.provider_keys import PAUSE_S, ProviderKeys, is_safe
from web.services import NAME, close

TIMEOUT_S = 1.0

Make = Callable[..., Flask]


@pytest.fixture(scope="module")
def keys() -> list[dict[str, Any]]:
    return new_keys()


@pytest.fixture(scope="module")
def running(keys: list[dict[str, Any]]) -> Iterator[Proxy]:
    with proxy() as made, provider_process(made.issuer, keys) as port:
        made.upstream = port
        yield made


@pytest.fixture
def provider(running: Proxy) -> Iterator[Proxy]:
    """The provider behind its proxy, as good as new."""
    running.asked.clear()
    upstream = running.upstream
    yield running
    running.answer, running.silent, running.upstream = None, False, upstream


@pytest.fixture
def make(house: Flask, provider: Proxy) -> Iterator[Make]:
    """An application that knows the provider, with some settings changed, on the database of all tests."""
    told = {
        "oidc_issuer": provider.issuer, "oidc_audience": AUDIENCE, "oidc_timeout_s": TIMEOUT_S,
        "oidc_role_claim": "staff.roles", "oidc_roles": "queue-crew=operator, coaches=specialist",
    }  # fmt: skip
    made = []

    def make_app(**changes: Any) -> Flask:
        made.append(create_app(replace(house.extensions[NAME].settings, **{**told, **changes})))
        return made[-1]

    yield make_app
    for app in made:
        close(app)


@pytest.fixture
def cluster(house: Flask) -> Iterator[Cluster]:
    ours = Cluster(house.extensions[NAME].settings, name="test")
    yield ours
    ours.close()


@pytest.fixture
def app(make: Make) -> Flask:
    return make()


def show(app: Flask, token: str, path: str = "/v1/profile", **more: Any) -> TestResponse:
    headers = {"Authorization": f"Bearer {token}"}
    return app.test_client().open(path, headers=headers, **{"method": "GET", **more})


def assert_unauthorized(answer: TestResponse) -> None:
    assert (answer.status_code, answer.json["type"]) == (401, "/problems/unauthorized"), answer.text
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize("alg", ["RS256", "ES256", "EdDSA"])
def test_a_token_of_the_provider_is_taken(app: Flask, provider: Proxy, alg: str) -> None:
    token = token_of(provider.issuer, "anna~default", alg=alg)
    assert jwt.get_unverified_header(token)["alg"] == alg
    assert show(app, token).status_code == 200


def test_somebody_is_the_same_member_with_every_token(app: Flask, provider: Proxy) -> None:
    first, second = (token_of(provider.issuer, "anna~default") for _ in range(2))
    assert show(app, first, method="PUT", json=BODY).status_code == 200
    assert show(app, second).json["weight_kg"] == BODY["weight_kg"]
    job = show(app, first, "/v1/plans", method="POST", json=NUTRITION).headers["Location"]
    assert show(app, second, job).status_code == 200
    assert show(app, token_of(provider.issuer, "olga~default~queue-crew,cooks"), job).status_code == 404


def test_first_requests_at_the_same_moment_make_one_member(
    app: Flask, provider: Proxy, cluster: Cluster
) -> None:
    tokens = [token_of(provider.issuer, "new~default") for _ in range(6)]
    with ThreadPoolExecutor(6) as threads:
        assert {answer.status_code for answer in threads.map(lambda t: show(app, t), tokens)} == {200}
    with cluster.control() as session:
        index = subject_index(session, provider.issuer, "new~default")
        made = select(func.count()).select_from(Identity).where(Identity.subject_index == index)
        assert session.scalar(made) == 1
    assert provider.fetches() == 1


def test_the_services_own_logins_go_on(app: Flask, guest: Person) -> None:
    assert show(app, guest.tokens["access_token"]).status_code == 200


def test_the_claim_names_the_tenant(app: Flask, provider: Proxy, cluster: Cluster) -> None:
    token = token_of(provider.issuer, "ben~first-unit")
    assert show(app, token).status_code == 403
    add_tenant(cluster, "first-unit")
    assert show(app, token).status_code == 200
    with cluster.control() as session:
        tenant = select(Tenant.slug).join(Identity, Identity.tenant_id == Tenant.id)
        index = subject_index(session, provider.issuer, "ben~first-unit")
        assert session.scalars(tenant.where(Identity.subject_index == index)).all() == ["first-unit"]


@pytest.mark.parametrize("client", ["carl", "dora~nowhere"])
def test_no_tenant_and_an_unknown_one_are_refused(app: Flask, provider: Proxy, client: str) -> None:
    answer = show(app, token_of(provider.issuer, client))
    assert (answer.status_code, answer.json["type"]) == (403, "/problems/forbidden")


def test_a_suspended_tenant_is_refused(app: Flask, provider: Proxy, cluster: Cluster) -> None:
    add_tenant(cluster, "gone-unit", state=TenantState.SUSPENDED)
    assert show(app, token_of(provider.issuer, "gone~gone-unit")).status_code == 403


def test_a_map_of_tenants_takes_only_what_it_names(make: Make, provider: Proxy) -> None:
    app = make(oidc_tenants="second-unit=default")
    assert show(app, token_of(provider.issuer, "ben~second-unit")).status_code == 200
    assert show(app, token_of(provider.issuer, "anna~default")).status_code == 403


def test_nobody_changes_tenants_by_a_claim(make: Make, provider: Proxy, cluster: Cluster) -> None:
    token = token_of(provider.issuer, "ben~third-unit")
    assert show(make(oidc_tenants="third-unit=default"), token).status_code == 200
    add_tenant(cluster, "third-unit")
    assert show(make(), token).status_code == 403


def test_without_a_tenant_claim_everybody_is_of_the_default_tenant(make: Make, provider: Proxy) -> None:
    assert show(make(oidc_tenant_claim=""), token_of(provider.issuer, "carl")).status_code == 200


def test_the_claim_gives_roles_by_the_map_alone(make: Make, provider: Proxy) -> None:
    queues = "/v1/operations/queues"
    crew = token_of(provider.issuer, "olga~default~queue-crew,cooks")
    assert show(make(), crew, queues).status_code == 200
    assert show(make(oidc_roles="cooks=specialist"), crew, queues).status_code == 403
    assert show(make(), token_of(provider.issuer, "anna~default"), queues).status_code == 403


def test_a_token_for_another_audience_is_refused(app: Flask, provider: Proxy) -> None:
    assert_unauthorized(show(app, token_of(provider.issuer, "anna~default", audience="https://other.mil")))


def test_an_expired_token_is_refused_after_the_skew(make: Make, provider: Proxy) -> None:
    token = token_of(provider.issuer, "anna~default", life_s=1)
    ends = jwt.decode(token, options={"verify_signature": False})["exp"]
    strict, lenient = make(oidc_clock_skew_s=0), make(oidc_clock_skew_s=60)
    with proxy() as waiting:
        waiting.over.wait(max(0.0, ends + 0.05 - time.time()))
    assert_unauthorized(show(strict, token))
    assert show(lenient, token).status_code == 200


FAULTS: dict[str, dict[str, Any]] = {
    "no exp": {"exp": None}, "no sub": {"sub": None}, "no iat": {"iat": None}, "no aud": {"aud": None},
    "empty sub": {"sub": ""}, "long sub": {"sub": "x" * 256}, "of the future": {"iat": 9e9},
    "another issuer": {"iss": "https://elsewhere.mil"}, "expired": {"exp": 1}, "word as exp": {"exp": "soon"},
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_token_with_a_wrong_claim_is_refused(
    app: Flask, provider: Proxy, keys: list[dict[str, Any]], fault: str
) -> None:
    good = jwt.decode(token_of(provider.issuer, "anna~default"), options={"verify_signature": False})
    assert show(app, signed(keys, good)).status_code == 200
    assert_unauthorized(show(app, signed(keys, {**good, **FAULTS[fault]})))


def test_a_token_that_others_signed_is_refused(
    app: Flask, provider: Proxy, keys: list[dict[str, Any]]
) -> None:
    good = jwt.decode(token_of(provider.issuer, "anna~default"), options={"verify_signature": False})
    stranger, kid = generate_private_key(65537, 2048), keys[0]["kid"]
    public = jwt.algorithms.RSAAlgorithm.to_jwk(stranger.public_key(), as_dict=True)
    for forged in (
        jwt.encode(good, stranger, "RS256", headers={"kid": kid}),
        jwt.encode(good, stranger, "RS256", headers={"kid": kid, "jwk": public}),
        jwt.encode(good, stranger, "RS256", headers={"kid": "another"}),
        jwt.encode(good, stranger, "RS256"),
        jwt.encode(good, None, "none", headers={"kid": kid}),
        jwt.encode(good, "s" * 32, "HS256", headers={"kid": kid}),
        signed(keys, good, kid=keys[1]["kid"]),
        signed(keys, good, typ="logout+jwt"),
        signed(keys, good)[:-4] + "AAAA",
    ):
        assert_unauthorized(show(app, forged))


def test_the_keys_are_fetched_once(app: Flask, provider: Proxy) -> None:
    for _ in range(3):
        assert show(app, token_of(provider.issuer, "anna~default")).status_code == 200
    assert provider.fetches() == 1


def test_tokens_with_unknown_keys_do_not_make_it_ask_all_the_time(
    app: Flask, provider: Proxy, keys: list[dict[str, Any]]
) -> None:
    good = jwt.decode(token_of(provider.issuer, "anna~default"), options={"verify_signature": False})
    for at in range(20):
        assert_unauthorized(show(app, signed(keys, good, kid=f"made-up-{at}")))
    assert provider.fetches() == 1


def test_a_new_key_of_the_provider_is_found(make: Make, provider: Proxy) -> None:
    now = [1000.0]
    app = make()
    found = app.extensions[NAME].provider
    found._keys = ProviderKeys(provider.issuer, timeout_s=TIMEOUT_S, fresh_s=600, clock=lambda: now[0])
    assert show(app, token_of(provider.issuer, "anna~default")).status_code == 200
    with provider_process(provider.issuer, new_keys()) as port:
        provider.upstream = port
        now[0] += PAUSE_S + 1
        assert show(app, token_of(provider.issuer, "anna~default")).status_code == 200
    assert provider.fetches() == 2


def head(status: str, body: bytes, length: int | None = None, more: str = "") -> bytes:
    length = len(body) if length is None else length
    return f"HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{more}\r\n".encode() + body


def about(**changes: Any) -> bytes:
    told = {"issuer": "http://127.0.0.1:1", "jwks_uri": "http://127.0.0.1:1/jwks", **changes}
    return head("200 OK", json.dumps(told).encode())


BROKEN = {
    "no HTTP": b"hello\r\n\r\n",
    "nothing": b"",
    "an error": head("500 Oops", b"{}"),
    "a redirect": head("302 Found", b"", more="Location: http://127.0.0.1:1/\r\n"),
    "no JSON": head("200 OK", b"<html>"),
    "a list": head("200 OK", b"[]"),
    "deep JSON": head("200 OK", b"[" * 200_000),
    "half an answer": head("200 OK", b'{"issuer": ', length=500),
    "too much": head("200 OK", b" " * 400_000),
    "endless headers": b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 5_000,
    "another issuer": about(),
    "a bad length": b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}",
}


@pytest.mark.parametrize("answer", BROKEN)
def test_a_broken_answer_is_503_and_keeps_nobody_else_out(
    app: Flask, provider: Proxy, guest: Person, answer: str
) -> None:
    token = token_of(provider.issuer, "anna~default")
    provider.answer = BROKEN[answer]
    refused = show(app, token)
    assert (refused.status_code, refused.json["type"]) == (503, "/problems/unavailable")
    assert "127.0.0.1" not in refused.text
    assert int(refused.headers["Retry-After"]) > 0
    assert show(app, guest.tokens["access_token"]).status_code == 200


@pytest.mark.parametrize(
    "jwks_uri", [None, 7, "ftp://127.0.0.1/x", "http://keys.example.mil/", "http://[::1"]
)
def test_keys_are_fetched_from_a_safe_address_only(app: Flask, provider: Proxy, jwks_uri: object) -> None:
    token = token_of(provider.issuer, "anna~default")
    provider.answer = about(issuer=provider.issuer, jwks_uri=jwks_uri)
    assert show(app, token).status_code == 503


@pytest.mark.parametrize(
    "listed",
    [{}, {"keys": []}, {"keys": 7}, {"keys": [7, {"kty": "oct", "k": "AA", "kid": "x"}, {"kid": "y"}]}],
)
def test_a_set_without_a_key_that_proves_something_is_503(
    app: Flask, provider: Proxy, listed: dict[str, Any]
) -> None:
    token = token_of(provider.issuer, "anna~default")
    told = {"issuer": provider.issuer, "jwks_uri": f"{provider.issuer}/jwks", **listed}
    provider.answer = head("200 OK", json.dumps(told).encode())
    assert show(app, token).status_code == 503


@pytest.mark.parametrize("began", [b"", b"HTTP/1.1 200 OK\r\n", head("200 OK", b'{"issuer":', length=500)])
def test_a_silent_provider_costs_one_request_its_timeout(app: Flask, provider: Proxy, began: bytes) -> None:
    token = token_of(provider.issuer, "anna~default")
    provider.answer, provider.silent = began, True
    started = time.monotonic()
    assert [show(app, token).status_code for _ in range(4)] == [503] * 4
    assert time.monotonic() - started < 2 * TIMEOUT_S
    assert provider.fetches() == 1


def test_known_keys_serve_while_the_provider_is_away(make: Make, provider: Proxy) -> None:
    now = [1000.0]
    app = make()
    found = app.extensions[NAME].provider
    found._keys = ProviderKeys(provider.issuer, timeout_s=TIMEOUT_S, fresh_s=600, clock=lambda: now[0])
    tokens = [token_of(provider.issuer, "anna~default") for _ in range(3)]
    assert show(app, tokens[0]).status_code == 200
    provider.answer = BROKEN["an error"]
    now[0] += 3_600
    assert show(app, tokens[1]).status_code == 200
    now[0] += 90_000
    assert show(app, tokens[2]).status_code == 503


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"oidc_audience": ""}, "OIDC_AUDIENCE"),
        ({"oidc_issuer": "http://provider.example.mil"}, "OIDC_ISSUER"),
        ({"oidc_issuer": "provider"}, "OIDC_ISSUER"),
        ({"oidc_roles": "crew"}, "OIDC_ROLES"),
        ({"oidc_roles": "crew=emperor"}, "emperor"),
        ({"oidc_tenants": "=default"}, "OIDC_TENANTS"),
    ],
)
def test_settings_that_cannot_work_are_said_at_the_start(
    make: Make, changes: dict[str, str], said: str
) -> None:
    with pytest.raises(SettingsError, match=said):
        make(**changes)


def test_where_keys_may_come_from() -> None:
    assert is_safe("https://login.example.mil/tenant")
    assert is_safe("http://127.0.0.1:8080")
    for unsafe in (
        "http://login.example.mil",
        "https://a:b@login.example.mil",
        "https://",
        "file:///etc/passwd",
    ):
        assert not is_safe(unsafe)


def test_without_a_provider_its_tokens_are_refused(house: Flask, provider: Proxy) -> None:
    assert_unauthorized(show(house, token_of(provider.issuer, "anna~default")))


def signed(keys: list[dict[str, Any]], claims: dict[str, Any], **header: Any) -> str:
    """Sign claims with the provider's own RSA key; None leaves a claim out."""
    told = {name: value for name, value in claims.items() if value is not None}
    own = {"kid": keys[0]["kid"], "typ": "at+jwt", **header}
    return jwt.api_jws.encode(json.dumps(told).encode(), jwt.PyJWK(keys[0]).key, "RS256", headers=own)
