"""Deletes files of the archive whose rows have all been kept long enough."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TypeVar
from uuid import UUID

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from models.archive.file import ArchiveFile, ArchiveState
from models.archive.store import ArchiveStore
from models.cluster import Cluster
from models.ids import first_id
from models.members.legal_hold import LegalHold

logger = logging.getLogger(__name__)

Result = TypeVar("Result")


def expire(cluster: Cluster, store: ArchiveStore, tenant_id: UUID, before: datetime) -> int:
    """Delete the tenant's files whose newest row was made before `before`; return how many.

    While any member of the tenant is under a legal hold, none is deleted: the files do not say whose rows
    they hold.
    """
    shards = cluster.each()
    if any(_on(shard, partial(_held, tenant_id=tenant_id)) for shard in shards):
        return 0
    # A file that was written before buckets moved is in the manifest of both shards, and one to delete.
    past = [_on(shard, partial(_past, tenant_id=tenant_id, before=before)) for shard in shards]
    files = {file.path: file for found in past for file in found}
    for file in files.values():
        # Out of the readers' sight first, and out of ours last: a run that ends in between is made good.
        of_file = ArchiveFile.id == file.id
        for shard in shards:
            with shard.control() as session:
                session.execute(update(ArchiveFile).where(of_file).values(state=ArchiveState.WRITING))
        store.delete(file.path)
        store.delete(f"{file.path}.json")
        for shard in shards:
            with shard.control() as session:
                session.execute(delete(ArchiveFile).where(of_file))
        told = {"action": "archive.expire", "path": file.path, "rows": file.rows, "kind": file.kind}
        logger.info("deleted %s with %s rows", file.path, file.rows, extra=told)
    return len(files)


def _on(shard: Cluster, look: Callable[[Session], Result]) -> Result:
    with shard.control() as session:
        return look(session)


def _held(session: Session, tenant_id: UUID) -> bool:
    return bool(session.scalar(select(exists().where(LegalHold.tenant_id == tenant_id))))


def _past(session: Session, tenant_id: UUID, before: datetime) -> list[ArchiveFile]:
    past = (ArchiveFile.tenant_id == tenant_id, ArchiveFile.last_id < first_id(before))
    return list(session.scalars(select(ArchiveFile).where(*past)))
