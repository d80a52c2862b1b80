"""The nights of a time zone: every active tenant there gets a batch of each kind of plan."""

from __future__ import annotations

from datetime import datetime

from models.cluster import Cluster
from models.members.tenant import Tenant
from models.nights.start import CLOCK, start_nights
from models.settings import Settings


def run_once(cluster: Cluster, settings: Settings, now: datetime, zone: str) -> dict[str, int]:
    """Start the night that came last in `zone`, where that was not done; return counts.

    The workers of the batch queue do the rest.
    """
    started = start_nights(cluster, settings, now, Tenant.zone == zone, by=CLOCK)
    new = [begun for begun in started if begun.new]
    return {
        "batches": len(new),
        "members": sum(begun.members for begun in new),
        "chunks": sum(begun.chunks for begun in new),
    }
