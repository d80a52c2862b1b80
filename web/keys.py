"""The key pair that signs access tokens, and its public half as a JWK set (RFC 7517)."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jwt.algorithms import ECAlgorithm, OKPAlgorithm

from models.errors import SettingsError

PrivateKey = Ed25519PrivateKey | EllipticCurvePrivateKey
PublicKey = Ed25519PublicKey | EllipticCurvePublicKey
THUMBPRINT_MEMBERS = ("crv", "kty", "x", "y")


@dataclass(frozen=True, kw_only=True)
class Keys:
    """The loaded pair (a PEM text would be parsed again for each token), its algorithm and its JWK."""

    private: PrivateKey
    public: PublicKey
    algorithm: str
    jwk: dict[str, str]

    @property
    def kid(self) -> str:
        """The key's id: its thumbprint (RFC 7638)."""
        return self.jwk["kid"]


def load_keys(pem: str) -> Keys:
    """Load the private key of the setting `signing_key`.

    Raises
    ------
    SettingsError
        When it is missing, unreadable or of another kind than Ed25519 or P-256.
    """
    if not pem:
        raise SettingsError("no signing key: set REVEILLE_SIGNING_KEY_FILE, or let `reveille up` make a key")
    try:
        private = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SettingsError(
            "REVEILLE_SIGNING_KEY is not a private key as PEM text without a password"
        ) from error
    if isinstance(private, Ed25519PrivateKey):
        jwk = OKPAlgorithm.to_jwk(private.public_key(), as_dict=True)
        return _keys(private, "EdDSA", jwk)
    if isinstance(private, EllipticCurvePrivateKey) and isinstance(private.curve, SECP256R1):
        jwk = ECAlgorithm.to_jwk(private.public_key(), as_dict=True)
        return _keys(private, "ES256", jwk)
    raise SettingsError("REVEILLE_SIGNING_KEY must be an Ed25519 or P-256 key")


def _keys(private: PrivateKey, algorithm: str, jwk: dict[str, str]) -> Keys:
    named = {**jwk, "use": "sig", "alg": algorithm, "kid": _thumbprint(jwk)}
    return Keys(private=private, public=private.public_key(), algorithm=algorithm, jwk=named)


def _thumbprint(jwk: dict[str, str]) -> str:
    members = {name: jwk[name] for name in THUMBPRINT_MEMBERS if name in jwk}
    digest = hashlib.sha256(json.dumps(members, separators=(",", ":")).encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
