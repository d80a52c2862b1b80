"""Archived plans, read as if they were rows: found by the manifest, opened with their member's key."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from types import ModuleType
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from models.archive.export import BUCKET
from models.archive.file import ArchiveFile, ArchiveKind, ArchiveState
from models.archive.key import ArchiveKey, opened_key, owner_tag, unseal
from models.archive.store import AWAY, ArchiveStore, open_store
from models.base import Json
from models.errors import Unavailable
from models.ids import bucket_of
from models.plans.catalogue import catalogue_of
from models.plans.plan import PlanState
from models.plans.stored import StoredPlan, read_plan
from models.sealing.place import Sealed
from models.sealing.ring import ring_of
from planners.spec import Kind

FOOTERS = 64
"""Footers that a process keeps: about 1 MB for a file of every bucket."""


@dataclass(frozen=True, kw_only=True)
class Owner:
    """Whose rows are looked for."""

    member_id: UUID
    tenant_id: UUID
    key: bytes


@dataclass(frozen=True, kw_only=True)
class ArchivedRow:
    """An unsealed row: `head` are its columns, `content` what a plan's row holds."""

    id: UUID
    head: Json
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Counted:
    """How many rows the archive holds on a member, those of the damaged files left aside."""

    rows: int
    damaged: tuple[str, ...]  # paths of files that are not as they were written


class Archive:
    """The archive for reading; without an address there is none, and nothing is found in it."""

    def __init__(self, url: str) -> None:
        self.store: ArchiveStore | None = open_store(url) if url else None

    def plan(self, session: Session, plan_id: UUID, owner: Owner | None) -> StoredPlan | None:
        """The owner's archived plan of that id; None when there is none of his.

        Raises
        ------
        ArchiveDamaged
            When the file is not as it was written.
        Unavailable
            When the archive does not answer.
        """
        if self.store is None or owner is None:
            return None
        within = (ArchiveFile.first_id <= plan_id, ArchiveFile.last_id >= plan_id)
        for file in self._files(session, ArchiveKind.PLANS, owner, *within):
            for row in self._rows(file, owner, plan_id):
                return _plan_of(session, row)
        return None

    def plans(
        self,
        session: Session,
        owner: Owner | None,
        *,
        before: UUID | None,
        after: UUID | None = None,
        kind: Kind | None,
        limit: int,
    ) -> list[StoredPlan]:
        """The owner's archived plans between two ids, newest first."""
        found: dict[UUID, StoredPlan] = {}  # one that was restored meanwhile is in two files
        if self.store is None or owner is None:
            return []
        within = [] if before is None else [ArchiveFile.first_id < before]
        within += [] if after is None else [ArchiveFile.last_id > after]
        for file in self._files(session, ArchiveKind.PLANS, owner, *within):
            newest = sorted(found, reverse=True)
            if len(found) >= limit and file.last_id is not None and file.last_id < newest[limit - 1]:
                break
            for row in self._rows(file, owner):
                inside = (before is None or row.id < before) and (after is None or row.id > after)
                if inside and kind in (None, row.head["kind"]):
                    found[row.id] = _plan_of(session, row)
        return sorted(found.values(), key=lambda plan: plan.id, reverse=True)[:limit]

    def rows(self, session: Session, kind: ArchiveKind, owner: Owner) -> Iterator[ArchivedRow]:
        """Everything that the archive holds of a kind on a member."""
        for file in self._files(session, kind, owner) if self.store else ():
            yield from self._rows(file, owner)

    def count(self, session: Session, owner: Owner) -> Counted:
        """How many rows of every kind the archive holds on a member, as far as its files can be read.

        Raises
        ------
        Unavailable
            When the archive does not answer.
        """
        rows, damaged = 0, []
        files = [file for kind in ArchiveKind for file in self._files(session, kind, owner)]
        for file in files if self.store else ():
            try:
                rows += sum(1 for _ in self._rows(file, owner))
            except _parquet().ArchiveDamaged:
                damaged.append(file.path)
        return Counted(rows=rows, damaged=tuple(damaged))

    def plan_of_any(self, session: Session, plan_id: UUID, owners: Sequence[Owner]) -> StoredPlan | None:
        """The archived plan of that id, whichever of the owners has the key to it."""
        if self.store is None:
            return None
        within = (ArchiveFile.first_id <= plan_id, ArchiveFile.last_id >= plan_id)
        for file in self._live(session, ArchiveKind.PLANS, bucket_of(plan_id), *within):
            for this, sealed in self._sealed(file, bucket_of(plan_id), row_id=plan_id.bytes):
                for owner in owners:
                    plain = unseal(owner.key, this, sealed)
                    if plain is not None:
                        return _plan_of(session, _row_of(this, plain))
        return None

    def _files(self, session: Session, kind: ArchiveKind, owner: Owner, *within: Any) -> list[ArchiveFile]:
        of_tenant = ArchiveFile.tenant_id == owner.tenant_id
        return self._live(session, kind, bucket_of(owner.member_id), of_tenant, *within)

    def _live(self, session: Session, kind: ArchiveKind, bucket: int, *within: Any) -> list[ArchiveFile]:
        live = (
            ArchiveFile.kind == kind,
            ArchiveFile.state == ArchiveState.LIVE,
            ArchiveFile.first_bucket <= bucket,
            ArchiveFile.last_bucket >= bucket,
        )
        wanted = select(ArchiveFile).where(*live, *within).order_by(ArchiveFile.last_id.desc())
        return list(session.scalars(wanted))

    def _rows(self, file: ArchiveFile, owner: Owner, row_id: UUID | None = None) -> Iterator[ArchivedRow]:
        named = {"row_id": row_id.bytes if row_id else None, "owner": owner_tag(owner.key)}
        for this, sealed in self._sealed(file, bucket_of(owner.member_id), **named):
            plain = unseal(owner.key, this, sealed)
            if plain is None:
                raise _parquet().ArchiveDamaged(f"{file.path}: row {UUID(bytes=this)} cannot be opened")
            yield _row_of(this, plain)

    def _sealed(self, file: ArchiveFile, bucket: int, **named: bytes | None) -> list[tuple[bytes, bytes]]:
        assert self.store is not None  # noqa: S101 (for the type checker)
        try:
            metadata, groups = _footer(self.store, file.path, file.sha256)
            if bucket not in groups:
                return []
            wanted = {"row_id": None, "owner": None, **named}
            return list(_parquet().read_rows(self.store, file.path, metadata, groups[bucket], **wanted))
        except FileNotFoundError as error:
            cause = f"the archive's file {file.path} is gone"
            raise Unavailable(AWAY, cause=cause) from error


def _row_of(row_id: bytes, plain: bytes) -> ArchivedRow:
    head, _, content = plain.partition(b"\n")
    return ArchivedRow(id=UUID(bytes=row_id), head=json.loads(head), content=content)


def _parquet() -> ModuleType:
    # Only when something archived is read: pyarrow loads numpy and weighs 70 MB.
    return importlib.import_module("models.archive.parquet")


@lru_cache(maxsize=FOOTERS)
def _footer(store: ArchiveStore, path: str, sha256: bytes) -> tuple[Any, dict[int, int]]:
    found: tuple[Any, dict[int, int]] = _parquet().footer(store, path)
    return found


def _plan_of(session: Session, row: ArchivedRow) -> StoredPlan:
    head = row.head
    return StoredPlan(
        id=row.id,
        tenant_id=UUID(head["tenant_id"]),
        member_id=UUID(head["member_id"]),
        job_id=UUID(head["job_id"]) if head["job_id"] else None,
        kind=Kind(head["kind"]),
        state=PlanState.SUPERSEDED,
        start_date=date.fromisoformat(head["start_date"]),
        created_at=datetime.fromisoformat(head["created_at"]),
        days=head["days"],
        catalogue=catalogue_of(session, UUID(head["catalogue_id"])),
        content=row.content,
    )


def owner_of(session: Session, member_id: UUID) -> Owner | None:
    """The member as an owner of archived rows; None when none of his were ever archived."""
    key = session.get(ArchiveKey, member_id)
    return None if key is None else _owner(session, member_id, key.tenant_id, key.key)


def owners_in(session: Session, bucket: int) -> Iterator[Owner]:
    """Every owner of a bucket, for an operator who has only a plan's id; this reads all keys."""
    in_bucket = f"{BUCKET.format('member_id')} = :bucket"
    wanted = text(f"SELECT member_id, tenant_id, key FROM archive_key WHERE {in_bucket}")  # noqa: S608 (ours)
    for row in session.execute(wanted, {"bucket": bucket}):
        yield _owner(session, *row)


def _owner(session: Session, member_id: UUID, tenant_id: UUID, sealed: Sealed) -> Owner:
    key = opened_key(ring_of(session), tenant_id, member_id, sealed)
    return Owner(member_id=member_id, tenant_id=tenant_id, key=key)


def find_plan(session: Session, archive: Archive, plan_id: UUID, member_id: UUID) -> StoredPlan | None:
    """The member's plan of that id, wherever it lies; None when he has none."""
    # The database first: a month that is taken off between the two looks is found by the second.
    plan = read_plan(session, plan_id)
    if plan is None:
        plan = archive.plan(session, plan_id, owner_of(session, member_id))
    return plan if plan is not None and plan.member_id == member_id else None
