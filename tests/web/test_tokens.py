"""Access tokens: which are taken, and that every other is a 401 problem."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from flask import Flask
from werkzeug.test import TestResponse

from models.errors import SettingsError
from tests.web.people import Person, join
from web.keys import load_keys

PKCS8 = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def claims(person: Person, **changes: Any) -> dict[str, Any]:
    """The claims of the person's own good token, with changes; None leaves a claim out."""
    own = jwt.decode(person.tokens["access_token"], options={"verify_signature": False})
    return {name: value for name, value in {**own, **changes}.items() if value is not None}


def show(person: Person, token: str) -> TestResponse:
    return person.app.test_client().get("/v1/profile", headers={"Authorization": f"Bearer {token}"})


def assert_refused(answer: TestResponse) -> None:
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"
    assert answer.json["type"] == "/problems/unauthorized"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


@pytest.fixture
def sign(signing_key: str) -> Callable[[dict[str, Any]], str]:
    """Sign claims with the service's own key."""
    key = load_pem_private_key(signing_key.encode(), None)
    return lambda told: jwt.encode(told, key, "EdDSA")


def ago(**time: float) -> datetime:
    return datetime.now(UTC) - timedelta(**time)


def test_the_services_own_token_is_taken(guest: Person, sign: Callable[..., str]) -> None:
    assert show(guest, guest.tokens["access_token"]).status_code == 200
    assert show(guest, sign(claims(guest))).status_code == 200


def test_no_token_asks_for_one(house: Flask) -> None:
    answer = house.test_client().get("/v1/profile")
    assert_refused(answer)
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="reveille"'


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "Bearer ", "Bearer a b", "Bearer x.y.z", "é"])
def test_another_authorization_header_is_refused(house: Flask, header: str) -> None:
    assert_refused(house.test_client().get("/v1/profile", headers={"Authorization": header}))


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": None},
        {"exp": ago(minutes=1)},
        {"iat": ago(hours=-1)},
        {"iat": None},
        {"nbf": ago(hours=-1)},
        {"aud": None},
        {"aud": "another"},
        {"iss": None},
        {"iss": "another"},
        {"sub": None},
        {"sub": "no id"},
        {"jti": None},
        {"type": "refresh"},
        {"tenant": None},
        {"tenant": 7},
        {"member": None},
        {"member": "no id"},
        {"role": None},
        {"role": "emperor"},
    ],
    ids=str,
)
def test_a_token_with_a_wrong_claim_is_refused(
    guest: Person, sign: Callable[..., str], changes: dict[str, Any]
) -> None:
    assert_refused(show(guest, sign(claims(guest, **changes))))


def test_an_expired_token_says_where_to_get_another(guest: Person, sign: Callable[..., str]) -> None:
    answer = show(guest, sign(claims(guest, exp=ago(minutes=1))))
    assert "/v1/auth/refresh" in answer.json["detail"]


def test_clocks_may_differ_by_a_few_seconds(guest: Person, sign: Callable[..., str]) -> None:
    assert show(guest, sign(claims(guest, exp=ago(seconds=2)))).status_code == 200
    assert_refused(show(guest, sign(claims(guest, exp=ago(seconds=8)))))


def test_a_refresh_token_is_no_access_token(guest: Person) -> None:
    assert_refused(show(guest, guest.tokens["refresh_token"]))


def test_another_key_is_refused(guest: Person) -> None:
    assert_refused(show(guest, jwt.encode(claims(guest), Ed25519PrivateKey.generate(), "EdDSA")))


def test_the_algorithm_none_is_refused(guest: Person) -> None:
    assert_refused(show(guest, jwt.encode(claims(guest), None, "none")))


def test_the_public_key_is_no_shared_secret(guest: Person, signing_key: str) -> None:
    public = load_pem_private_key(signing_key.encode(), None).public_key()
    for secret in (
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        public.public_bytes(Encoding.Raw, PublicFormat.Raw),
    ):
        assert_refused(show(guest, hs256(claims(guest), secret)))


def test_a_key_that_the_token_brings_along_is_refused(guest: Person) -> None:
    stranger = Ed25519PrivateKey.generate()
    jwk = jwt.algorithms.OKPAlgorithm.to_jwk(stranger.public_key(), as_dict=True)
    assert_refused(show(guest, jwt.encode(claims(guest), stranger, "EdDSA", headers={"jwk": jwk})))


def test_a_changed_token_is_refused(guest: Person) -> None:
    head, _, signature = guest.tokens["access_token"].split(".")
    told = {**claims(guest), "role": "operator"}
    assert_refused(show(guest, ".".join([head, encoded(told), signature])))


def test_the_jwk_set_proves_our_tokens(house: Flask, guest: Person) -> None:
    (key,) = house.test_client().get("/.well-known/jwks.json").json["keys"]
    token = guest.tokens["access_token"]
    assert jwt.get_unverified_header(token)["kid"] == key["kid"]
    assert "d" not in key
    told = jwt.decode(token, jwt.PyJWK(key), algorithms=["EdDSA"], audience="reveille", issuer="reveille")
    assert told["sub"] == guest.tokens["account"]["id"]


def test_a_p256_key_serves_as_well(make_app: Callable[..., Flask]) -> None:
    key = generate_private_key(SECP256R1()).private_bytes(*PKCS8).decode()
    app = make_app(signing_key=key)
    anna = join(app, "anna@example.mil")
    assert jwt.get_unverified_header(anna.tokens["access_token"])["alg"] == "ES256"
    assert anna.get("/v1/profile").status_code == 200


@pytest.mark.parametrize("pem", ["", "no key", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----"])
def test_a_missing_or_broken_key_is_said_at_the_start(pem: str) -> None:
    with pytest.raises(SettingsError, match="REVEILLE_SIGNING_KEY"):
        load_keys(pem)


def hs256(told: dict[str, Any], secret: bytes) -> str:
    """Sign with HMAC by hand: the library refuses to take a public key as a secret."""
    import hashlib
    import hmac

    text = encoded({"alg": "HS256", "typ": "JWT"}) + "." + encoded(told)
    mac = hmac.new(secret, text.encode(), hashlib.sha256).digest()
    return text + "." + base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def encoded(data: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(data).encode()).rstrip(b"=").decode()
