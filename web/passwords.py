"""Passwords as argon2id hashes.

Parameters m = 19456 KiB, t = 2, p = 1: the OWASP Password Storage Cheat Sheet's first choice for argon2id.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1)


def hash_password(password: str) -> str:
    """The hash to keep; each call gives another, because of its salt."""
    return HASHER.hash(_composed(password))


def is_right(password: str, kept: str | None) -> bool:
    """Whether `password` is the one that `kept` was made from.

    With None, the hash of an account that does not exist, it takes as long and is never right, so that the
    time of an answer does not tell which e-mail addresses have an account.
    """
    try:
        return HASHER.verify(kept or _nobodys(), _composed(password)) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def _composed(password: str) -> str:
    """One form for what keyboards write in several, "e" with an accent for one (NIST SP 800-63B, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


@cache
def _nobodys() -> str:
    return hash_password("nobody")
