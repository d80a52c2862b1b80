"""Who somebody is for an identity provider: its name and theirs for them, and the member they are here."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.sealing.place import Sealed
from models.sealing.ring import ring_of

INDEX = "identity.subject"


class Identity(Base):
    __tablename__ = "identity"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"))
    member_id: Mapped[UUID] = mapped_column(unique=True)  # who is on a shard: no foreign key
    issuer: Mapped[str]
    subject: Mapped[Sealed]
    subject_index: Mapped[bytes] = mapped_column(unique=True)  # of issuer and subject: what finds it
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


def subject_index(session: Session, issuer: str, subject: str) -> bytes:
    """What an identity is found by, since who it is is sealed."""
    return ring_of(session).blind_index(INDEX, f"{issuer}\n{subject}")
