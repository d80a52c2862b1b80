"""Access tokens: short-lived, signed, read without a look-up. Every refusal is a 401."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import jwt
from flask import Flask
from flask_jwt_extended import JWTManager, create_access_token, verify_jwt_in_request
from flask_jwt_extended.exceptions import JWTExtendedException, NoAuthorizationError

from models.account import Account, Role
from models.settings import Settings
from web.errors import Forbidden, Unauthorized
from web.keys import Keys

CLOCK_SKEW_S = 5  # hosts' clocks may differ by that much
REQUIRED_CLAIMS = ("exp", "iat", "jti", "sub", "tenant", "member", "role")


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who asks, as the access token says."""

    account_id: UUID
    member_id: UUID
    tenant_id: UUID
    role: Role


def configure_tokens(app: Flask, settings: Settings, keys: Keys) -> None:
    """Pin the algorithm, key, issuer and audience of the tokens that `app` makes and takes."""
    app.config.update(
        JWT_TOKEN_LOCATION=["headers"],
        JWT_ALGORITHM=keys.algorithm,
        JWT_DECODE_ALGORITHMS=[keys.algorithm],
        JWT_PRIVATE_KEY=keys.private,
        JWT_PUBLIC_KEY=keys.public,
        JWT_ENCODE_ISSUER=settings.token_issuer,
        JWT_DECODE_ISSUER=settings.token_issuer,
        JWT_ENCODE_AUDIENCE=settings.token_issuer,
        JWT_DECODE_AUDIENCE=settings.token_issuer,
        JWT_DECODE_LEEWAY=CLOCK_SKEW_S,
        JWT_ENCODE_NBF=False,
        JWT_ACCESS_TOKEN_EXPIRES=timedelta(seconds=settings.access_token_s),
    )
    JWTManager(app)


def issue_access_token(account: Account, keys: Keys) -> str:
    """A new access token for `account`."""
    claims = {"tenant": str(account.tenant_id), "member": str(account.member_id), "role": str(account.role)}
    token: str = create_access_token(
        str(account.id), additional_claims=claims, additional_headers={"kid": keys.kid}
    )
    return token


def caller_of_request(needed: Role) -> Caller:
    """Who makes the present request.

    Raises
    ------
    Unauthorized
        When its token is missing or not good.
    Forbidden
        When the caller's role is below `needed`.
    """
    caller = _caller(_claims())
    if needed == Role.OPERATOR and caller.role != Role.OPERATOR:
        raise Forbidden("this needs the role operator")
    return caller


def _claims() -> dict[str, Any]:
    try:
        verified = verify_jwt_in_request()
    except NoAuthorizationError as error:
        raise Unauthorized("send an access token: Authorization: Bearer <access_token>", None) from error
    except jwt.ExpiredSignatureError as error:
        raise Unauthorized("the access token has expired; get a new one from /v1/auth/refresh") from error
    except (jwt.PyJWTError, JWTExtendedException, ValueError, TypeError) as error:
        raise Unauthorized("the access token is not one of this service's") from error
    claims: dict[str, Any] = verified[1] if verified else {}
    return claims


def _caller(claims: dict[str, Any]) -> Caller:
    # The library takes a token without `exp`, which would be good for ever.
    if any(claims.get(name) is None for name in REQUIRED_CLAIMS):
        raise Unauthorized("the access token lacks a claim that this service requires")
    try:
        return Caller(
            account_id=UUID(claims["sub"]),
            member_id=UUID(claims["member"]),
            tenant_id=UUID(claims["tenant"]),
            role=Role(claims["role"]),
        )
    except (ValueError, TypeError, AttributeError) as error:
        raise Unauthorized("the access token is not one of this service's") from error
