"""Deletes files of the archive whose rows have all been kept long enough."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from models.archive.file import ArchiveFile, ArchiveState
from models.archive.store import ArchiveStore
from models.cluster import Cluster
from models.ids import first_id
from models.members.legal_hold import LegalHold

logger = logging.getLogger(__name__)


def expire(cluster: Cluster, store: ArchiveStore, tenant_id: UUID, before: datetime) -> int:
    """Delete the tenant's files whose newest row was made before `before`; return how many.

    While any member of the tenant is under a legal hold, none is deleted: the files do not say whose rows
    they hold.
    """
    with cluster.control() as session:
        files = [] if _held(session, tenant_id) else _past(session, tenant_id, before)
    for file in files:
        # Out of the readers' sight first, and out of ours last: a run that ends in between is made good.
        of_file = ArchiveFile.id == file.id
        with cluster.control() as session:
            session.execute(update(ArchiveFile).where(of_file).values(state=ArchiveState.WRITING))
        store.delete(file.path)
        store.delete(f"{file.path}.json")
        with cluster.control() as session:
            session.execute(delete(ArchiveFile).where(of_file))
        told = {"action": "archive.expire", "path": file.path, "rows": file.rows, "kind": file.kind}
        logger.info("deleted %s with %s rows", file.path, file.rows, extra=told)
    return len(files)


def _held(session: Session, tenant_id: UUID) -> bool:
    return bool(session.scalar(select(exists().where(LegalHold.tenant_id == tenant_id))))


def _past(session: Session, tenant_id: UUID, before: datetime) -> list[ArchiveFile]:
    past = (ArchiveFile.tenant_id == tenant_id, ArchiveFile.last_id < first_id(before))
    return list(session.scalars(select(ArchiveFile).where(*past)))
