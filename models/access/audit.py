"""The audit log: who did what, in a chain for each tenant that only grows.

Each entry carries the digest of the one before, so that an entry which was changed, taken out or put between
breaks the chain from there on; the database itself refuses UPDATE, DELETE and TRUNCATE. An entry holds no
health data, no password and no token.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import BigInteger, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Json

FIRST = b"\0" * 32
CHUNK = 5_000


class AuditEntry(Base):
    __tablename__ = "audit"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)  # no foreign key: the log outlives its tenant
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)  # from 1, no gaps
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[Json]
    previous: Mapped[bytes]  # the digest of the entry before; zeros for the first
    digest: Mapped[bytes]


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A tenant's chain: its length, the digest of its last entry, and its first entry that is not right."""

    tenant_id: UUID
    entries: int
    head: bytes
    broken_at: int | None


def write_down(
    session: Session, tenant_id: UUID, *, actor: str, action: str, subject: str, detail: Json | None = None
) -> None:
    """Add an entry to the tenant's chain; it is there if this transaction is committed.

    Do it last in a transaction: whoever else writes in this chain waits for its end.
    """
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"audit {tenant_id}", 0))))
    last = session.execute(
        select(AuditEntry.number, AuditEntry.digest)
        .where(AuditEntry.tenant_id == tenant_id)
        .order_by(AuditEntry.number.desc())
        .limit(1)
    ).one_or_none()
    entry = AuditEntry(
        tenant_id=tenant_id, number=last.number + 1 if last else 1, at=datetime.now(UTC), actor=actor,
        action=action, subject=subject, detail=detail or {}, previous=last.digest if last else FIRST,
    )  # fmt: skip
    entry.digest = digest_of(entry)
    session.add(entry)
    session.flush()


def digest_of(entry: AuditEntry) -> bytes:
    """SHA-256 of everything in the entry, the digest of the one before included, as canonical JSON."""
    told = [
        str(entry.tenant_id), entry.number, entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor, entry.action, entry.subject, entry.detail, entry.previous.hex(),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).digest()


def verify(session: Session, tenant_id: UUID) -> Checked:
    """Read the tenant's whole chain and compute every digest again."""
    count, head = 0, FIRST
    for entry in _entries(session, tenant_id):
        right = (entry.number, entry.previous, entry.digest) == (count + 1, head, digest_of(entry))
        if not right:
            return Checked(tenant_id=tenant_id, entries=count, head=head, broken_at=entry.number)
        count, head = entry.number, entry.digest
    return Checked(tenant_id=tenant_id, entries=count, head=head, broken_at=None)


def chains(session: Session) -> Iterable[UUID]:
    """The tenants that have a chain."""
    return session.scalars(select(AuditEntry.tenant_id).distinct().order_by(AuditEntry.tenant_id)).all()


def digest_at(session: Session, tenant_id: UUID, number: int) -> bytes | None:
    """The digest of an entry, which a head that was noted earlier must still be; None when it is gone."""
    named = (AuditEntry.tenant_id == tenant_id, AuditEntry.number == number)
    return session.scalar(select(AuditEntry.digest).where(*named))


def _entries(session: Session, tenant_id: UUID) -> Iterator[AuditEntry]:
    after = 0
    while True:
        following = (
            select(AuditEntry)
            .where(AuditEntry.tenant_id == tenant_id, AuditEntry.number > after)
            .order_by(AuditEntry.number)
            .limit(CHUNK)
        )
        page = session.scalars(following).all()
        yield from page
        if len(page) < CHUNK:
            return
        after = page[-1].number
        session.expunge_all()
