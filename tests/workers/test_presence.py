"""A worker tells that it lives, what it has done, and that it goes."""

from __future__ import annotations

import threading

from models.cluster import Cluster
from models.jobs.queues import QueueName
from models.pools.worker import living
from workers.busy import Busy
from workers.presence import Presence


def until(cluster: Cluster, condition) -> None:
    while True:
        with cluster.control() as session:
            if condition(living(session)):
                return


def test_a_worker_is_there_from_its_start_to_its_end(cluster: Cluster) -> None:
    busy = Busy()
    presence = Presence(cluster, "worker@here:1", QueueName.BATCH, busy)
    presence.start()
    until(
        cluster,
        lambda found: [(w.name, w.queue, w.draining) for w in found] == [("worker@here:1", "batch", False)],
    )
    busy.began(2)
    busy.ended(2)
    presence.drain()
    until(
        cluster,
        lambda found: found and found[0].draining and found[0].ended == 2 and found[0].memory_bytes > 1e6,
    )
    presence.stop()
    until(cluster, lambda found: list(found) == [])


def test_busy_time_is_that_with_one_job_in_hand_at_least() -> None:
    busy = Busy()
    assert busy.sums() == (0, 0.0)
    busy.began(1)
    busy.began(1)
    threading.Event().wait(0.02)
    busy.ended(1)
    ended, one_s = busy.sums()
    assert (ended, one_s >= 0.02) == (1, True)
    busy.ended(1)
    ended, both_s = busy.sums()
    threading.Event().wait(0.02)
    assert busy.sums() == (2, both_s)
    assert both_s < 10.0
