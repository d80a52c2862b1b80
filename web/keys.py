"""The keys of access tokens: the pair that signs, and all that are taken, as a JWK set (RFC 7517).

Two keys live while one follows the other: the new one is published before it signs, and the old one is taken
until its last token has expired.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from models.errors import SettingsError

PrivateKey = Ed25519PrivateKey | EllipticCurvePrivateKey
PublicKey = Ed25519PublicKey | EllipticCurvePublicKey | RSAPublicKey
THUMBPRINT_MEMBERS = ("crv", "e", "kty", "n", "x", "y")
SHORTEST_RSA_BITS = 2048
PEM_BLOCK = re.compile(r"-----BEGIN ([A-Z ]+)-----.+?-----END \1-----", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class VerifyKey:
    """A public key with the one algorithm that it is taken with."""

    public: PublicKey
    algorithm: str
    jwk: Mapping[str, str]

    @property
    def kid(self) -> str:
        """The key's id: its thumbprint (RFC 7638)."""
        return self.jwk["kid"]


@dataclass(frozen=True, kw_only=True)
class Keys:
    """The loaded private key (a PEM text would be parsed again for each token), and who is believed.

    `signing` is the public half of `private`; `by_id` holds it and the keys before and after it.
    """

    private: PrivateKey
    signing: VerifyKey
    by_id: Mapping[str, VerifyKey]

    @property
    def jwks(self) -> dict[str, Any]:
        """The JWK set, the signing key first."""
        return {"keys": [dict(key.jwk) for key in self.by_id.values()]}


def load_keys(pem: str, others: str = "") -> Keys:
    """Load the private key of the setting `signing_key`, and the public ones of `other_keys`.

    Raises
    ------
    SettingsError
        When one is missing, unreadable or of a kind that is not taken.
    """
    if not pem:
        raise SettingsError("no signing key: set REVEILLE_SIGNING_KEY_FILE, or let `reveille up` make a key")
    try:
        private = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SettingsError(
            "REVEILLE_SIGNING_KEY is not a private key as PEM text without a password"
        ) from error
    if not isinstance(private, Ed25519PrivateKey | EllipticCurvePrivateKey):
        raise SettingsError("REVEILLE_SIGNING_KEY must be an Ed25519 or P-256 key")
    signing = verify_key(private.public_key())
    if signing is None:
        raise SettingsError("REVEILLE_SIGNING_KEY must be an Ed25519 or P-256 key")
    taken = {key.kid: key for key in (signing, *_others(others))}
    return Keys(private=private, signing=signing, by_id=taken)


def verify_key(public: object, kid: str = "") -> VerifyKey | None:
    """`public` with its algorithm and JWK, named by its thumbprint or `kid`; None for another kind."""
    if isinstance(public, Ed25519PublicKey):
        return _verify_key(public, "EdDSA", OKPAlgorithm.to_jwk(public, as_dict=True), kid)
    if isinstance(public, EllipticCurvePublicKey) and isinstance(public.curve, SECP256R1):
        return _verify_key(public, "ES256", ECAlgorithm.to_jwk(public, as_dict=True), kid)
    if isinstance(public, RSAPublicKey) and public.key_size >= SHORTEST_RSA_BITS:
        return _verify_key(public, "RS256", RSAAlgorithm.to_jwk(public, as_dict=True), kid)
    return None


def _verify_key(public: PublicKey, algorithm: str, jwk: dict[str, Any], kid: str) -> VerifyKey:
    told = {name: jwk[name] for name in THUMBPRINT_MEMBERS if name in jwk}
    named = {**told, "use": "sig", "alg": algorithm, "kid": kid or _thumbprint(told)}
    return VerifyKey(public=public, algorithm=algorithm, jwk=named)


def _others(text: str) -> list[VerifyKey]:
    if text and not PEM_BLOCK.sub("", text).strip() == "":
        raise SettingsError("REVEILLE_OTHER_KEYS must be public keys as PEM text, one after the other")
    return [_other(found[0]) for found in PEM_BLOCK.finditer(text)]


def _other(pem: str) -> VerifyKey:
    try:
        key = verify_key(load_pem_public_key(pem.encode()))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SettingsError(
            "REVEILLE_OTHER_KEYS holds something that is not a public key as PEM text; "
            "`openssl pkey -pubout` gives the public half of a private key"
        ) from error
    if key is None:
        raise SettingsError(
            f"REVEILLE_OTHER_KEYS must be Ed25519, P-256 or RSA keys of {SHORTEST_RSA_BITS} bits or more"
        )
    return key


def _thumbprint(members: Mapping[str, str]) -> str:
    told = dict(sorted(members.items()))
    digest = hashlib.sha256(json.dumps(told, separators=(",", ":")).encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
