"""What rows and servers say at the moment of a scrape: the same from whichever web process is asked.

So these are no counters of a process: they are read, told and forgotten. Across several web targets take the
`max`, never the sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import redis
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from models.cluster import Cluster
from models.errors import Unavailable
from models.jobs.backlog import Backlog, backlog, in_all
from models.nights.batch import OPEN, Batch
from models.nights.parts import whole_batches
from models.nights.schedule_seen import see_schedules
from models.nights.seen import MOST_OPEN
from models.resources import DatabaseUse, RedisUse, database_use, redis_use
from web.night_metrics import batch_families, schedule_families

Families = Iterable[GaugeMetricFamily]


class RowMetrics(Collector):
    """One scrape; a server that does not answer is told as down, and nothing stale beside it."""

    def __init__(self, cluster: Cluster, client: redis.Redis) -> None:
        self._cluster = cluster
        self._redis = client

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from self._of_database()
        yield from self._of_redis()

    def _of_database(self) -> Families:
        up = "1 when the backlog could be read at this scrape."
        try:
            with self._cluster.control() as session:
                told = [*database_families(database_use(session)), *schedule_families(see_schedules(session))]
        except Unavailable:
            return [gauge("reveille_database_up", up, 0)]
        return [gauge("reveille_database_up", up, 1), *told, *self._of_shards()]

    def _of_shards(self) -> Families:
        """What the shards that answer say together; of nights nothing when one does not."""
        up = GaugeMetricFamily(
            "reveille_shard_up", "1 when the shard's backlog could be read at this scrape.", labels=["shard"]
        )
        counted = []
        for part in self._cluster.each():
            try:
                with part.control() as session:
                    counted.append(backlog(session))
                up.add_metric([part.name], 1)
            except Unavailable:
                up.add_metric([part.name], 0)
        try:
            nights = batch_families(whole_batches(self._cluster, Batch.state.in_(OPEN), limit=MOST_OPEN))
        except Unavailable:
            nights = ()
        return [up, *(queue_families(in_all(counted)) if counted else ()), *nights]

    def _of_redis(self) -> Families:
        up = "1 when Redis answered at this scrape."
        try:
            told = redis_families(redis_use(self._redis))
        except redis.RedisError:
            return [gauge("reveille_redis_up", up, 0)]
        return [gauge("reveille_redis_up", up, 1), *told]


def gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    """A gauge without labels."""
    return GaugeMetricFamily(name, text, value=value)


def queue_families(queues: Sequence[Backlog]) -> Families:
    jobs = GaugeMetricFamily(
        "reveille_queue_jobs", "Jobs in a queue: queued and due, or running.", labels=["queue", "state"]
    )
    oldest = GaugeMetricFamily(
        "reveille_queue_oldest_age_seconds", "How long the oldest due job has waited.", labels=["queue"]
    )
    for queue in queues:
        jobs.add_metric([queue.queue, "queued"], queue.queued)
        jobs.add_metric([queue.queue, "running"], queue.running)
        oldest.add_metric([queue.queue], queue.oldest_age_s)
    return jobs, oldest


def database_families(use: DatabaseUse) -> Families:
    return (
        gauge("reveille_database_connections", "Connections to the server, of everybody.", use.connections),
        gauge("reveille_database_connections_most", "Connections that it allows.", use.connections_most),
        gauge("reveille_database_bytes", "Size of the database.", use.bytes),
    )


def redis_families(use: RedisUse) -> Families:
    return (
        gauge("reveille_redis_bytes", "Memory that Redis uses.", use.bytes),
        gauge("reveille_redis_bytes_most", "Memory that it may use; 0: no limit of its own.", use.bytes_most),
    )
