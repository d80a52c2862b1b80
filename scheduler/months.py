"""Makes the partitions of the months to come, long before the first plan needs one."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from models.cluster import Cluster
from models.plans.months import make_ahead
from models.settings import Settings
from models.shards.everywhere import everywhere


def run_once(cluster: Cluster, settings: Settings, now: datetime) -> dict[str, int]:
    """Make what is missing; return how many partitions that were."""
    return everywhere(cluster.every(), partial(_make, now=now), action="months")


def _make(database: Cluster, now: datetime) -> dict[str, int]:
    with database.control() as session:
        return {"made": make_ahead(session.connection(), now)}
