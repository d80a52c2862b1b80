"""Removes what has been kept long enough."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, inspect, literal, select, tuple_

from models.base import Base
from models.cluster import Cluster
from models.job import Job
from models.refresh import RefreshToken
from models.run import Run
from models.settings import Settings

CHUNK = 5_000  # rows of one transaction: short locks, whatever has piled up


def run_once(cluster: Cluster, settings: Settings, now: datetime) -> dict[str, int]:
    """Delete finished jobs and runs past `job_retention_days` and expired refresh tokens; return counts.

    Plans stay: a plan outlives its job.
    """
    oldest = now - timedelta(days=settings.job_retention_days)
    return {
        "jobs": _delete(cluster, Job, Job.finished_at < oldest),
        "refresh_tokens": _delete(cluster, RefreshToken, RefreshToken.expires_at < now),
        "runs": _delete(cluster, Run, Run.finished_at < oldest),
    }


def _delete(cluster: Cluster, table: type[Base], old: ColumnElement[bool]) -> int:
    key = tuple_(*inspect(table).primary_key)
    total = 0
    while True:
        with cluster.control() as session:
            chunk = select(*inspect(table).primary_key).where(old).limit(CHUNK)
            gone = session.execute(delete(table).where(key.in_(chunk)).returning(literal(1))).all()
        total += len(gone)
        if len(gone) < CHUNK:
            return total
