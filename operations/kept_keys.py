"""Keys of a platform that nobody configured: made once, and kept in the data folder for its owner alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from models.sealing.roots import new_root_key
from models.settings import Settings


def kept_signing_key(folder: Path) -> Path:
    """The file with the private key that signs access tokens, as PEM text."""
    return _kept(folder / "signing-key.pem", _signing_key)


def root_keys_beside(folder: Path, settings: Settings) -> dict[str, str]:
    """The root keys of a platform that has its database in this folder, as the environment names them.

    None are made where keys are configured, nor for a database elsewhere: with this folder they would be
    lost, and all that the database holds on members with them.
    """
    if settings.root_keys or settings.database_url:
        return {}
    path = _kept(folder / "root-keys", _root_key)
    return {"REVEILLE_ROOT_KEYS_FILE": str(path)}


def _kept(path: Path, make: Callable[[], bytes]) -> Path:
    if not path.exists():
        new = path.with_suffix(".new")
        new.unlink(missing_ok=True)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(make())
            file.flush()
            os.fsync(descriptor)
        new.rename(path)
    return path


def _signing_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _root_key() -> bytes:
    return f"{new_root_key()}\n".encode()
