"""Makes the partitions of the months to come, long before the first plan needs one."""

from __future__ import annotations

from datetime import datetime

from models.cluster import Cluster
from models.plans.months import make_ahead
from models.settings import Settings


def run_once(cluster: Cluster, settings: Settings, now: datetime) -> dict[str, int]:
    """Make what is missing; return how many partitions that were."""
    with cluster.control() as session:
        return {"made": make_ahead(session.connection(), now)}
