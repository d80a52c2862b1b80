"""An idle platform leaves its servers in peace."""

from __future__ import annotations

import itertools
import statistics
import threading

import pytest
import redis
from sqlalchemy import text

from models.cluster import Cluster
from models.redis import connect
from models.settings import Settings
from tests.faults.processes import kept

SETTLE_S = 5.0
WATCH_S = 5.0
WATCHES = 3
MOST_TRANSACTIONS = 40.0  # a second, of a relay, a worker of each queue and a scheduler
MOST_COMMANDS = 150.0  # a second, of the same
DONE = "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()"


@pytest.mark.long
def test_an_idle_platform_polls_little(settings: Settings, cluster: Cluster) -> None:
    environ = settings.environment()
    with (
        kept("workers.relay", environ=environ),
        kept("workers", "interactive", environ=environ),
        kept("workers", "batch", environ=environ),
        kept("scheduler", environ=environ),
        connect(settings) as client,
    ):
        while not all_at_work(cluster, client):
            threading.Event().wait(0.1)
        threading.Event().wait(SETTLE_S)
        seen = [(transactions(cluster), commands(client))]
        for _ in range(WATCHES):
            threading.Event().wait(WATCH_S)
            seen.append((transactions(cluster), commands(client)))
    # On a busy machine some still start in the first of them.
    steps = [(late[0] - early[0], late[1] - early[1]) for early, late in itertools.pairwise(seen)]
    in_postgresql, in_redis = (statistics.median(of) / WATCH_S for of in zip(*steps, strict=True))
    assert 1 < in_postgresql <= MOST_TRANSACTIONS
    assert 1 < in_redis <= MOST_COMMANDS


def all_at_work(cluster: Cluster, client: redis.Redis) -> bool:
    """Whether relay and scheduler have asked PostgreSQL, and both workers wait at Redis."""
    with cluster.control() as session:
        names = set(session.scalars(text("SELECT application_name FROM pg_stat_activity")))
    return names >= {"relay", "scheduler"} and int(client.info("clients")["blocked_clients"]) >= 2


def transactions(cluster: Cluster) -> int:
    with cluster.control() as session:
        return int(session.execute(text(DONE)).scalar_one())


def commands(client: redis.Redis) -> int:
    return int(client.info("stats")["total_commands_processed"])
