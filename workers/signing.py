"""Signatures of webhooks, as the Standard Webhooks specification writes them."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence


def signature(message_id: str, at_s: int, body: bytes, secrets: Sequence[bytes]) -> str:
    """The header `webhook-signature`: one signature for each live secret, separated by spaces.

    v1,base64(HMAC-SHA256(secret, "{message_id}.{at_s}.{body}"))

    Symbols: `at_s` whole seconds since 1970; `secrets` the raw bytes that `whsec_` stands before in base64.
    Source: Standard Webhooks specification, https://www.standardwebhooks.com
    """
    signed = f"{message_id}.{at_s}.".encode() + body
    return " ".join(f"v1,{_mac(secret, signed)}" for secret in secrets)


def _mac(secret: bytes, signed: bytes) -> str:
    return base64.b64encode(hmac.digest(secret, signed, "sha256")).decode()
