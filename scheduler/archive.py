"""Archives what is past its time, and deletes from the archive what is past that of the archive."""

from __future__ import annotations

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
    archiver = Archiver(cluster=cluster, store=store)
    until = before or now - timedelta(days=settings.plan_days)
    with alone(cluster):
        counts = archiver.months(until)
        counts["plans"] += archiver.late(until)
        counts["jobs"] = counts["expired_files"] = 0
        for tenant in retention(cluster, settings):
            oldest = now - timedelta(days=tenant.job_days)
            counts["jobs"] += archiver.jobs(tenant.tenant_id, oldest, first_id(oldest))
            ended = now - timedelta(days=tenant.archive_days)
            counts["expired_files"] += expire(cluster, store, tenant.tenant_id, ended)
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
