"""An idle platform leaves its servers in peace."""

from __future__ import annotations

import threading

import pytest
import redis
from sqlalchemy import text

from models.cluster import Cluster
from models.redis import connect
from models.settings import Settings
from tests.faults.processes import kept

SETTLE_S = 5.0
WATCH_S = 12.0
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
        threading.Event().wait(SETTLE_S)
        before = transactions(cluster), commands(client)
        threading.Event().wait(WATCH_S)
        after = transactions(cluster), commands(client)
    a_second = [(late - early) / WATCH_S for early, late in zip(before, after, strict=True)]
    assert 1 < a_second[0] <= MOST_TRANSACTIONS
    assert 1 < a_second[1] <= MOST_COMMANDS


def transactions(cluster: Cluster) -> int:
    with cluster.control() as session:
        return int(session.execute(text(DONE)).scalar_one())


def commands(client: redis.Redis) -> int:
    return int(client.info("stats")["total_commands_processed"])
