"""The archive's manifest: each Parquet file, what it holds, and how to see that it is as it was written."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger, func
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, words


class ArchiveKind(StrEnum):
    PLANS = "plans"
    JOBS = "jobs"


class ArchiveState(StrEnum):
    """writing -> live, in the transaction that takes its rows out of the database; back when it expires."""

    WRITING = "writing"  # nobody reads it; a run that finds it deletes it
    LIVE = "live"  # its rows are read here and nowhere else


class ArchiveFile(Base):
    __tablename__ = "archive_file"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]  # no foreign key: files outlive tenants until they are deleted
    kind: Mapped[ArchiveKind] = mapped_column(words(ArchiveKind))
    state: Mapped[ArchiveState] = mapped_column(words(ArchiveState), server_default="writing")
    source: Mapped[str]  # the table that its rows were taken from
    path: Mapped[str] = mapped_column(unique=True)  # below the archive's address
    rows: Mapped[int] = mapped_column(server_default="0")
    size: Mapped[int] = mapped_column(BigInteger, server_default="0")  # bytes
    sha256: Mapped[bytes | None]  # of the file
    first_id: Mapped[UUID | None]
    last_id: Mapped[UUID | None]
    first_bucket: Mapped[int | None] = mapped_column(SmallInteger)
    last_bucket: Mapped[int | None] = mapped_column(SmallInteger)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint(
            "state = 'writing' OR (rows > 0 AND sha256 IS NOT NULL AND last_id IS NOT NULL)", name="live"
        ),
        Index(None, "tenant_id", "kind", "last_id"),
    )
