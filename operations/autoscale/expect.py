"""The forecast of a queue's rate, made anew from the rows once in a slice."""

from __future__ import annotations

import logging
import math
from datetime import datetime

from models.cluster import Cluster
from models.errors import ModelError
from models.jobs.queues import QueueName
from models.pools.arrivals import SLICE, history, slice_of
from operations.autoscale.policy import Policy
from operations.autoscale.signals import Pool
from operations.forecast import SLICE_S, Forecast
from operations.forecast.seasonal import WEEK, seasonal_naive

logger = logging.getLogger(__name__)

BACK = (2 * WEEK + 12) * SLICE


class Expected:
    """What the forecast tells of each pool."""

    def __init__(self, cluster: Cluster, policy: Policy, forecast: Forecast = seasonal_naive) -> None:
        self._cluster = cluster
        self._policy = policy
        self._forecast = forecast
        self._known: dict[Pool, tuple[datetime, float | None]] = {}

    def rate(self, pool: Pool, now: datetime) -> float | None:
        """The upper quantile of the arrivals a second within the policy's horizon; None: none is told."""
        own = self._policy.pools[pool]
        if pool is Pool.WEB or own.horizon_s <= 0:
            return None
        at, told = self._known.get(pool, (None, None))
        if at != slice_of(now):
            told = self._anew(QueueName(str(pool)), now, math.ceil(own.horizon_s / SLICE_S), own.quantile)
            self._known[pool] = (slice_of(now), told)
        return told

    def _anew(self, queue: QueueName, now: datetime, ahead: int, quantile: float) -> float | None:
        try:
            past = _summed(self._cluster, queue, slice_of(now) - BACK)
        except ModelError as error:
            logger.warning("no forecast: %s", error, extra={"action": "autoscale.forecast"})
            return None
        told = self._forecast(past, ahead, quantile)
        return None if told is None else told / SLICE_S


def _summed(cluster: Cluster, queue: QueueName, since: datetime) -> list[float]:
    """The arrivals of all shards; those of a shard that was added later count from then on."""
    found: list[list[float]] = []
    for shard in cluster.shards():
        with shard.work() as session:
            found.append(history(session, queue, since))
    longest = max(map(len, found), default=0)
    return [sum(one[len(one) - n] for one in found if n <= len(one)) for n in range(longest, 0, -1)]
