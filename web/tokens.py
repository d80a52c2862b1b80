"""Access tokens of our own: short-lived, signed, read without a look-up. Every refusal is a 401."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import jwt
from flask import Flask
from flask_jwt_extended import JWTManager, create_access_token, decode_token
from flask_jwt_extended.exceptions import JWTExtendedException

from models.access.account import Account, Role
from models.settings import Settings
from web.errors import Unauthorized
from web.keys import Keys

CLOCK_SKEW_S = 5  # hosts' clocks may differ by that much
REQUIRED_CLAIMS = ("exp", "iat", "jti", "sub", "tenant", "member", "role")


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who asks: as an access token says, ours or an identity provider's, or the row of an API key.

    `scopes` are those of an API key; None, for whoever has logged in, is no bound.
    """

    account_id: UUID
    member_id: UUID
    tenant_id: UUID
    role: Role
    scopes: frozenset[str] | None = None


def configure_tokens(app: Flask, settings: Settings, keys: Keys) -> None:
    """Pin the keys, issuer and audience of the tokens that `app` makes and takes."""
    app.config.update(
        JWT_TOKEN_LOCATION=["headers"],
        JWT_ALGORITHM=keys.signing.algorithm,
        JWT_DECODE_ALGORITHMS=sorted({key.algorithm for key in keys.by_id.values()}),
        JWT_PRIVATE_KEY=keys.private,
        JWT_PUBLIC_KEY=keys.signing.public,
        JWT_ENCODE_ISSUER=settings.token_issuer,
        JWT_DECODE_ISSUER=settings.token_issuer,
        JWT_ENCODE_AUDIENCE=settings.token_issuer,
        JWT_DECODE_AUDIENCE=settings.token_issuer,
        JWT_DECODE_LEEWAY=CLOCK_SKEW_S,
        JWT_ENCODE_NBF=False,
        JWT_ACCESS_TOKEN_EXPIRES=timedelta(seconds=settings.access_token_s),
    )
    JWTManager(app).decode_key_loader(lambda header, _claims: _key_of(header, keys))


def issue_access_token(account: Account, keys: Keys) -> str:
    """A new access token for `account`."""
    claims = {"tenant": str(account.tenant_id), "member": str(account.member_id), "role": str(account.role)}
    token: str = create_access_token(
        str(account.id), additional_claims=claims, additional_headers={"kid": keys.signing.kid}
    )
    return token


def read_access_token(token: str) -> tuple[Caller, float]:
    """Whom our own `token` is of, and until when it is good, in seconds since 1970.

    Raises
    ------
    Unauthorized
        When it is not good.
    """
    try:
        claims = decode_token(token)
    except jwt.ExpiredSignatureError as error:
        raise Unauthorized("the access token has expired; get a new one from /v1/auth/refresh") from error
    except (jwt.PyJWTError, JWTExtendedException, ValueError, TypeError, KeyError) as error:
        raise Unauthorized("the access token is not one of this service's") from error
    return _caller(claims), claims["exp"] + CLOCK_SKEW_S


def _key_of(header: Mapping[str, Any], keys: Keys) -> object:
    # A key is taken with its own algorithm only, whatever the token calls for.
    kid = header.get("kid", keys.signing.kid)
    key = keys.by_id.get(kid) if isinstance(kid, str) else None
    if key is None or header.get("alg") != key.algorithm:
        raise jwt.InvalidKeyError("no such key")
    return key.public


def _caller(claims: Mapping[str, Any]) -> Caller:
    # The library takes a token without `exp`, which would be good for ever, and one of any type.
    if any(claims.get(name) is None for name in REQUIRED_CLAIMS):
        raise Unauthorized("the access token lacks a claim that this service requires")
    try:
        if claims["type"] != "access":
            raise ValueError(claims["type"])
        return Caller(
            account_id=UUID(claims["sub"]),
            member_id=UUID(claims["member"]),
            tenant_id=UUID(claims["tenant"]),
            role=Role(claims["role"]),
        )
    except (ValueError, TypeError, AttributeError) as error:
        raise Unauthorized("the access token is not one of this service's") from error
