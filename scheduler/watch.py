"""Watches the nights that run: whether each will be done in time, and how many workers it would take."""

from __future__ import annotations

import logging
from datetime import datetime

from models.cluster import Cluster
from models.nights.batch import OPEN, Batch
from models.nights.parts import whole_batches
from models.nights.seen import MOST_OPEN, SeenBatch, note_late
from models.settings import Settings

logger = logging.getLogger(__name__)


def run_once(cluster: Cluster, settings: Settings, now: datetime) -> dict[str, int]:
    """Keep in every open batch's row when it will be done; tell of those that will be late."""
    found = whole_batches(cluster, Batch.state.in_(OPEN), limit=MOST_OPEN)
    with cluster.control() as session:
        newly_late = [seen for seen in found if note_late(session, seen)]
    for seen in newly_late:
        _warn(seen)
    return {"open": len(found), "late": sum(seen.late for seen in found)}


def _warn(seen: SeenBatch) -> None:
    told = {
        "action": "batch.late", "batch_id": seen.id, "ready_by": seen.ready_by, "ready_at": seen.ready_at,
        "workers": seen.workers, "workers_needed": seen.workers_needed,
    }  # fmt: skip
    needed = f"; {seen.workers_needed} workers would be in time" if seen.workers_needed else ""
    logger.warning(
        "%s of %s will not be ready by %s%s", seen.kind, seen.tenant, seen.ready_by, needed, extra=told
    )
