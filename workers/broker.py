"""The Dramatiq broker, with every choice of ours in one place."""

from __future__ import annotations

import redis
from dramatiq.middleware import Middleware

from models.jobs.backlog import NAMESPACE
from models.jobs.queues import QueueName
from models.redis import connect
from models.settings import Settings
from workers.consumer import WaitingBroker

# Retries, delays, ages and time limits are rows and leases of ours, so none of Dramatiq's stand here:
# its delayed messages can be stranded by an outage of Redis, and its time limits do not reach a solver.
MIDDLEWARE: tuple[type[Middleware], ...] = ()

HEARTBEAT_TIMEOUT_MS = 8_000  # a silent worker's fetched messages go back to the queue after that
MAINTENANCE_CHANCE = 100_000  # in a million fetches: about once a second for an idle worker


def make_broker(settings: Settings) -> WaitingBroker:
    """A broker on the configured Redis with the platform's queues declared."""
    client: redis.Redis = connect(settings)
    broker = WaitingBroker(
        client=client,
        middleware=[kind() for kind in MIDDLEWARE],
        namespace=NAMESPACE,
        heartbeat_timeout=HEARTBEAT_TIMEOUT_MS,
        maintenance_chance=MAINTENANCE_CHANCE,
    )
    for queue in QueueName:
        broker.declare_queue(queue)
    return broker
