"""Removes what has been kept long enough."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, inspect, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from models.access.api_key import ApiKey
from models.access.refresh import RefreshToken
from models.base import Base
from models.cluster import Cluster
from models.events.webhook import WebhookDelivery
from models.ids import first_id
from models.jobs.idempotency import KEPT, IdempotencyKey
from models.jobs.job import Job
from models.members.legal_hold import LegalHold
from models.nights.batch import Batch
from models.nights.run import Run
from models.settings import Settings
from scheduler.archive import Kept, retention

Conditions = tuple[ColumnElement[bool], ...]
Attribute = InstrumentedAttribute[Any]

CHUNK = 5_000  # rows of one transaction: short locks, whatever has piled up


def run_once(cluster: Cluster, settings: Settings, now: datetime) -> dict[str, int]:
    """Delete what is older than `job_retention_days`, and spent keys and tokens; return counts.

    Plans stay: a plan outlives its job. Nothing of a member under a legal hold is deleted.
    """
    oldest = now - timedelta(days=settings.job_retention_days)
    kept_since = IdempotencyKey.created_at
    ends_at = RefreshToken.expires_at
    told_at = WebhookDelivery.ended_at
    return {
        "jobs": sum(_old_jobs(cluster, settings, kept, now) for kept in retention(cluster, settings)),
        "api_keys": _delete(cluster, ApiKey, (ApiKey.expires_at < oldest,), first=ApiKey.expires_at),
        "idempotency_keys": _delete(cluster, IdempotencyKey, (kept_since < now - KEPT,), first=kept_since),
        "refresh_tokens": _delete(cluster, RefreshToken, (ends_at < now,), first=ends_at),
        "webhook_deliveries": _delete(cluster, WebhookDelivery, (told_at < oldest,), first=told_at),
        "batches": _delete(cluster, Batch, (Batch.finished_at < oldest,), first=Batch.id),
        "runs": _delete(cluster, Run, (Run.finished_at < oldest,), first=Run.due_at),
    }


def _old_jobs(cluster: Cluster, settings: Settings, kept: Kept, now: datetime) -> int:
    """Delete a tenant's old jobs; with an archive only chunks of nights, for the others go there."""
    oldest = now - timedelta(days=kept.job_days)
    # A job's id tells when it was made, so the old ones are one end of its primary key.
    old = [Job.id < first_id(oldest), Job.finished_at < oldest, Job.tenant_id == kept.tenant_id]
    held = Job.member_id.in_(select(LegalHold.member_id))
    old.append(Job.member_id.is_(None) if settings.archive_url else ~func.coalesce(held, False))
    return _delete(cluster, Job, tuple(old), first=Job.id)


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
