"""Removes what has been kept long enough."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, inspect, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from models.access.api_key import ApiKey
from models.access.login_failure import WINDOW, LoginFailure
from models.access.refresh import RefreshToken
from models.base import Base
from models.cluster import Cluster
from models.events.webhook import WebhookDelivery
from models.ids import first_id
from models.jobs.idempotency import KEPT, IdempotencyKey
from models.jobs.job import Job
from models.members.legal_hold import is_held
from models.nights.batch import Batch
from models.nights.failure import BatchFailure
from models.nights.run import Run
from models.settings import Settings
from models.shards.everywhere import everywhere
from scheduler.archive import Kept, retention

Conditions = tuple[ColumnElement[bool], ...]
Attribute = InstrumentedAttribute[Any]

CHUNK = 5_000  # rows of one transaction: short locks, whatever has piled up


def run_once(cluster: Cluster, settings: Settings, now: datetime) -> dict[str, int]:
    """Delete what is older than its tenant keeps jobs, and spent keys and tokens; return counts.

    Plans stay: a plan outlives its job. Of a member under a legal hold only keys and tokens are deleted.
    """
    kept = retention(cluster, settings)
    return everywhere(cluster.every(), partial(_prune, settings=settings, kept=kept, now=now), action="prune")


def _prune(cluster: Cluster, settings: Settings, kept: Sequence[Kept], now: datetime) -> dict[str, int]:
    oldest = now - timedelta(days=settings.job_retention_days)
    kept_since = IdempotencyKey.created_at
    failed_at = LoginFailure.failed_at
    ends_at = RefreshToken.expires_at
    of_tenants: Counter[str] = Counter(jobs=0, webhook_deliveries=0, batches=0)
    for days, tenants in _by_days(kept).items():
        of_tenants.update(_of_tenants(cluster, settings, tenants, now - timedelta(days=days)))
    return {
        **of_tenants,
        "api_keys": _delete(cluster, ApiKey, (ApiKey.expires_at < oldest,), first=ApiKey.expires_at),
        "idempotency_keys": _delete(cluster, IdempotencyKey, (kept_since < now - KEPT,), first=kept_since),
        "login_failures": _delete(cluster, LoginFailure, (failed_at < now - WINDOW,), first=failed_at),
        "refresh_tokens": _delete(cluster, RefreshToken, (ends_at < now,), first=ends_at),
        "runs": _delete(cluster, Run, (Run.finished_at < oldest,), first=Run.due_at),
    }


def _by_days(kept: Iterable[Kept]) -> dict[int, list[UUID]]:
    """The tenants by how long they keep jobs: most share one number, and one walk."""
    found: dict[int, list[UUID]] = defaultdict(list)
    for tenant in kept:
        found[tenant.job_days].append(tenant.tenant_id)
    return found


def _of_tenants(
    cluster: Cluster, settings: Settings, tenants: Sequence[UUID], oldest: datetime
) -> dict[str, int]:
    """Delete these tenants' old jobs, with an archive only chunks of nights, deliveries and nights."""
    # A job's id tells when it was made, so the old ones are one end of its primary key.
    jobs = [Job.id < first_id(oldest), Job.finished_at < oldest, Job.tenant_id.in_(tenants)]
    jobs.append(Job.member_id.is_(None) if settings.archive_url else ~is_held(Job.member_id))
    told_at = WebhookDelivery.ended_at
    told = (told_at < oldest, WebhookDelivery.tenant_id.in_(tenants), ~is_held(WebhookDelivery.member_id))
    reasons = exists().where(BatchFailure.batch_id == Batch.id, is_held(BatchFailure.member_id))
    nights = (Batch.finished_at < oldest, Batch.tenant_id.in_(tenants), ~reasons)
    return {
        "jobs": _delete(cluster, Job, tuple(jobs), first=Job.id),
        "webhook_deliveries": _delete(cluster, WebhookDelivery, told, first=told_at),
        "batches": _delete(cluster, Batch, nights, first=Batch.id),
    }


def _delete(cluster: Cluster, table: type[Base], old: Conditions, first: Attribute) -> int:
    """Delete what is `old`, from the least `first` on, which an index has in this order."""
    key = inspect(table).primary_key
    chunk = select(*key).where(*old).order_by(first).limit(CHUNK)
    total = 0
    while True:
        with cluster.control() as session:
            gone = session.execute(delete(table).where(tuple_(*key).in_(chunk)).returning(literal(1))).all()
        total += len(gone)
        if len(gone) < CHUNK:
            return total
