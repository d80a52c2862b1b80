"""The one place where something is encrypted: AES-256-GCM of `cryptography`, under a nonce of chance.

`about` is what the sealed bytes belong to. It is not among them, and they open under the same words only, so
that nobody moves them elsewhere. Under one key no more than 2**32 messages may be sealed (NIST SP 800-38D,
8.3): that is what new versions of keys are for.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY = 32  # bytes
NONCE = 12
TAG = 16


def new_key() -> bytes:
    """A key of 256 random bits."""
    return os.urandom(KEY)


def seal(key: AESGCM, about: bytes, plain: bytes) -> bytes:
    """Encrypt `plain`, bound to `about`: the nonce, the cipher text, the tag."""
    nonce = os.urandom(NONCE)
    return nonce + key.encrypt(nonce, plain, about)


def unseal(key: AESGCM, about: bytes, sealed: bytes) -> bytes | None:
    """What was sealed, or None when it was sealed with another key, about something else, or is damaged."""
    if len(sealed) < NONCE + TAG:
        return None
    try:
        return key.decrypt(sealed[:NONCE], sealed[NONCE:], about)
    except InvalidTag:
        return None
