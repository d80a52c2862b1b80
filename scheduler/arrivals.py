"""Writes down what came and was done in the five minutes before: the history that forecasts are made from."""

from __future__ import annotations

from datetime import datetime

from models.cluster import Cluster
from models.pools.arrivals import SLICE, forget, record, slice_of
from models.settings import Settings

BACK = 12  # slices that are written when no scheduler ran for a while; what is older is missing


def run_once(cluster: Cluster, settings: Settings, now: datetime) -> dict[str, int]:
    """Write the slices that have ended and are not written yet, on every shard; return counts of rows."""
    last = slice_of(now) - SLICE
    written = forgotten = 0
    for shard in cluster.shards():
        with shard.work() as session:
            written += sum(record(session, last - n * SLICE) for n in reversed(range(BACK)))
            forgotten += forget(session)
    return {"written": written, "forgotten": forgotten}
