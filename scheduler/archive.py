"""Archives what is past its time, and deletes from the archive what is past that of the archive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from models.archive.expiry import expire
from models.archive.store import open_store
from models.archive.take import Archiver, alone
from models.cluster import Cluster
from models.ids import first_id
from models.members.tenant import Tenant
from models.settings import Settings
from models.shards.everywhere import everywhere


@dataclass(frozen=True, kw_only=True)
class Kept:
    """How many days a tenant's finished jobs and archived rows are kept."""

    tenant_id: UUID
    job_days: int
    archive_days: int


def run_once(
    cluster: Cluster, settings: Settings, now: datetime, before: datetime | None = None
) -> dict[str, int]:
    """Archive the plans made before `before`, by default `plan_days` ago, and old jobs; return counts.

    A month of plans is archived when all of it is that old. Without an archive nothing is done.
    """
    if not settings.archive_url:
        return {"months": 0, "plans": 0, "jobs": 0, "expired_files": 0}
    store = open_store(settings.archive_url)
    until = before or now - timedelta(days=settings.plan_days)
    kept = retention(cluster, settings)

    def archive(shard: Cluster) -> dict[str, int]:
        with alone(shard):
            return _archive(Archiver(cluster=shard, store=store), kept, until, now)

    counts = everywhere(cluster.each(), archive, action="archive")
    counts["expired_files"] = 0
    for tenant in kept:
        ended = now - timedelta(days=tenant.archive_days)
        counts["expired_files"] += expire(cluster, store, tenant.tenant_id, ended)
    return counts


def _archive(archiver: Archiver, kept: Sequence[Kept], until: datetime, now: datetime) -> dict[str, int]:
    counts = archiver.months(until)
    counts["plans"] += archiver.late(until)
    counts["jobs"] = 0
    for tenant in kept:
        oldest = now - timedelta(days=tenant.job_days)
        counts["jobs"] += archiver.jobs(tenant.tenant_id, oldest, first_id(oldest))
    return counts


def retention(cluster: Cluster, settings: Settings) -> list[Kept]:
    """What each tenant keeps, by its own numbers or by the settings."""
    with cluster.control() as session:
        return [
            Kept(
                tenant_id=row.id,
                job_days=row.job_days or settings.job_retention_days,
                archive_days=row.archive_days or settings.archive_retention_days,
            )
            for row in session.scalars(select(Tenant).order_by(Tenant.id))
        ]
