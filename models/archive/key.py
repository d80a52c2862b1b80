"""A member's key: what the archive holds of the member is sealed with it, and is noise once it is gone.

The key goes with the member's row, where it is sealed itself. A copy of the database that is older than that
still has it, so an erasure is complete when the backups of before have run out.
"""

from __future__ import annotations

import hmac
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.members.member import member_key
from models.sealing import box
from models.sealing.place import Sealed, place_of
from models.sealing.ring import Ring

SealedRow = tuple[int, bytes, bytes, bytes]
"""Bucket, id, owner's tag, sealed row."""


class ArchiveKey(Base):
    __tablename__ = "archive_key"

    member_id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    key: Mapped[Sealed]  # of AES-256-GCM; made when the first of the member's rows is archived

    __table_args__ = (member_key(),)


def sealed_key(ring: Ring, tenant_id: UUID, member_id: UUID) -> Sealed:
    """A new key, as it stands in the member's row."""
    return ring.seal(place_of(ArchiveKey.key, tenant_id, member_id), box.new_key())


def opened_key(ring: Ring, tenant_id: UUID, member_id: UUID, key: Sealed) -> bytes:
    """The key in a member's row."""
    return ring.open(place_of(ArchiveKey.key, tenant_id, member_id), key)


def owner_tag(key: bytes) -> bytes:
    """What marks a member's rows in the archive, to whoever has the key."""
    return hmac.digest(key, b"owner", "sha256")[: box.TAG]


def seal(key: bytes, row_id: bytes, plain: bytes) -> bytes:
    """Encrypt a row, bound to its id."""
    return box.seal(AESGCM(key), row_id, plain)


def unseal(key: bytes, row_id: bytes, sealed: bytes) -> bytes | None:
    """The row, or None when it was sealed with another key, for another id, or is damaged."""
    return box.unseal(AESGCM(key), row_id, sealed)
