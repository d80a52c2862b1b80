"""The bearer token of the present request (RFC 6750)."""

from __future__ import annotations

from flask import request

from web.errors import Unauthorized

LONGEST = 8_192  # characters; our own have some 500, an identity provider's a few thousand


def bearer_token() -> str:
    """The token of the Authorization header.

    Raises
    ------
    Unauthorized
        When there is none.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token or " " in token:
        raise Unauthorized("send an access token: Authorization: Bearer <access_token>", None)
    if len(token) > LONGEST or not token.isascii():
        raise Unauthorized("the access token is not one of this service's")
    return token
