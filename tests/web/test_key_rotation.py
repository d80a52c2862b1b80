"""Two keys live: the next is published before it signs, the one before is taken until its tokens end."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, SECP384R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as rsa_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from flask import Flask

from models.errors import SettingsError
from tests.web.people import Person, join, login
from web.keys import Keys, load_keys


def private_pem(key: Any) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def public_pem(key: Any) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def kids(app: Flask) -> list[str]:
    return [key["kid"] for key in app.test_client().get("/.well-known/jwks.json").json["keys"]]


def status(app: Flask, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return app.test_client().get("/v1/profile", headers=headers).status_code


def test_a_rotation_refuses_no_token_on_its_way(make_app: Callable[..., Flask]) -> None:
    old, new = Ed25519PrivateKey.generate(), generate_private_key(SECP256R1())
    before = make_app(signing_key=private_pem(old))
    first = join(before, "anna@example.mil").tokens["access_token"]

    announced = make_app(signing_key=private_pem(old), other_keys=public_pem(new))
    rotated = make_app(signing_key=private_pem(new), other_keys=public_pem(old))
    second = login(rotated, "anna@example.mil").json["access_token"]
    assert [jwt.get_unverified_header(token)["alg"] for token in (first, second)] == ["EdDSA", "ES256"]
    assert kids(announced) == [*kids(before), jwt.get_unverified_header(second)["kid"]]
    assert sorted(kids(rotated)) == sorted(kids(announced))
    for app in (announced, rotated):  # processes of both stand side by side while they are restarted
        assert [status(app, first), status(app, second)] == [200, 200]

    ended = make_app(signing_key=private_pem(new))
    assert [status(ended, first), status(ended, second)] == [401, 200]


def test_rs256_is_verified_and_never_signed_with(make_app: Callable[..., Flask], anna: Person) -> None:
    rsa = rsa_key(65537, 2048)
    app = make_app(other_keys=public_pem(rsa))
    told = jwt.decode(anna.tokens["access_token"], options={"verify_signature": False})
    kid = load_keys(private_pem(Ed25519PrivateKey.generate()), public_pem(rsa)).jwks["keys"][1]["kid"]
    assert kid in kids(app)
    assert status(app, jwt.encode(told, rsa, "RS256", headers={"kid": kid})) == 200
    for wrong in (
        jwt.encode(told, rsa, "RS512", headers={"kid": kid}),
        jwt.encode(told, rsa, "RS256"),
        jwt.encode(told, rsa_key(65537, 2048), "RS256", headers={"kid": kid}),
        jwt.encode({**told, "exp": datetime.now(UTC) - timedelta(1)}, rsa, "RS256", headers={"kid": kid}),
    ):
        assert status(app, wrong) == 401
    with pytest.raises(SettingsError, match="Ed25519 or P-256"):
        make_app(signing_key=private_pem(rsa))


def test_a_key_is_taken_with_its_own_algorithm_only(make_app: Callable[..., Flask], anna: Person) -> None:
    ours, other = Ed25519PrivateKey.generate(), generate_private_key(SECP256R1())
    app = make_app(signing_key=private_pem(ours), other_keys=public_pem(other))
    told = jwt.decode(anna.tokens["access_token"], options={"verify_signature": False})
    own, beside = kids(app)
    assert status(app, jwt.encode(told, ours, "EdDSA", headers={"kid": own})) == 200
    assert status(app, jwt.encode(told, other, "ES256", headers={"kid": beside})) == 200
    assert status(app, jwt.encode(told, ours, "EdDSA", headers={"kid": beside})) == 401
    assert status(app, jwt.encode(told, other, "ES256", headers={"kid": own})) == 401
    assert status(app, jwt.encode(told, ours, "EdDSA", headers={"kid": "unknown"})) == 401


def test_a_private_half_is_not_published(make_app: Callable[..., Flask]) -> None:
    app = make_app(other_keys=public_pem(rsa_key(65537, 2048)))
    for key in app.test_client().get("/.well-known/jwks.json").json["keys"]:
        assert not {"d", "p", "q", "dp", "dq", "qi"} & key.keys()


@pytest.mark.parametrize(
    "others",
    [
        "no key",
        private_pem(Ed25519PrivateKey.generate()),
        public_pem(generate_private_key(SECP384R1())),
        public_pem(rsa_key(65537, 1024)),
        public_pem(Ed25519PrivateKey.generate()) + "and more",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
    ],
)
def test_other_keys_that_are_none_are_said_at_the_start(others: str) -> None:
    with pytest.raises(SettingsError, match="REVEILLE_OTHER_KEYS"):
        loaded(others)


def loaded(others: str) -> Keys:
    return load_keys(private_pem(Ed25519PrivateKey.generate()), others)
