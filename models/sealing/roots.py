"""The root keys, which come from outside the database and wrap the data keys that are in it."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from models.errors import SettingsError
from models.sealing.box import KEY, new_key

NEEDED = (
    "REVEILLE_ROOT_KEYS is needed: 32 random bytes in base64, as `openssl rand -base64 32` gives them; they "
    "encrypt what the database holds on members, and must be the same for every process"
)


@dataclass(frozen=True, kw_only=True)
class RootKeys:
    """The keys by their ids. `current` wraps whatever is wrapped from now on; the others only unwrap."""

    current: str
    by_id: Mapping[str, AESGCM] = field(repr=False)


def root_keys(text: str) -> RootKeys:
    """The root keys of the setting: base64 with white space between them, the current one first.

    Raises
    ------
    SettingsError
        When there is none, or one that is not 32 bytes in base64; it does not tell what is there.
    """
    keys = [_key(number, word) for number, word in enumerate(text.split(), start=1)]
    if not keys:
        raise SettingsError(NEEDED)
    by_id = {root_id(key): AESGCM(key) for key in keys}
    if len(by_id) < len(keys):
        raise SettingsError("REVEILLE_ROOT_KEYS holds the same key twice; keep one of them")
    return RootKeys(current=root_id(keys[0]), by_id=by_id)


def new_root_key() -> str:
    """A root key as the setting has it."""
    return base64.b64encode(new_key()).decode()


def root_id(key: bytes) -> str:
    """What a root key is called in the rows that it wraps; it tells nothing of the key."""
    return hashlib.sha256(b"reveille root key\0" + key).hexdigest()[:16]


def _key(number: int, word: str) -> bytes:
    try:
        key = base64.b64decode(word, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY:
        raise SettingsError(
            f"REVEILLE_ROOT_KEYS: key {number} is not {KEY} bytes in base64; make one with "
            f"`openssl rand -base64 {KEY}`"
        )
    return key
