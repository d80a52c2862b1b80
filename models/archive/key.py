"""A member's key: what the archive holds of the member is sealed with it, and is noise once it is gone.

The key goes with the member's row. A copy of the database that is older than that still has it, so an erasure
is complete when the backups of before have run out.
"""

from __future__ import annotations

import hmac
import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.members.member import member_key

NONCE = 12  # bytes
TAG = 16

SealedRow = tuple[int, bytes, bytes, bytes]
"""Bucket, id, owner's tag, sealed row."""


class ArchiveKey(Base):
    __tablename__ = "archive_key"

    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    key: Mapped[bytes]  # of AES-256-GCM; made when the first of the member's rows is archived

    __table_args__ = (member_key(),)


def owner_tag(key: bytes) -> bytes:
    """What marks a member's rows in the archive, to whoever has the key."""
    return hmac.digest(key, b"owner", "sha256")[:TAG]


def seal(key: bytes, row_id: bytes, plain: bytes) -> bytes:
    """Encrypt a row, bound to its id."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, row_id)


def unseal(key: bytes, row_id: bytes, sealed: bytes) -> bytes | None:
    """The row, or None when it was sealed with another key, for another id, or is damaged."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], row_id)
    except InvalidTag:
        return None
