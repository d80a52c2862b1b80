"""The relay: sends the outbox to Redis, at least once. Woken by NOTIFY, swept on a timer; run any number."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass

import dramatiq
import psycopg
import redis
from sqlalchemy import delete, func, select

from models.backlog import messages_in_redis
from models.cluster import Cluster
from models.errors import ModelError, SettingsError
from models.job import Job, JobState
from models.lease import rescue, send_again
from models.outbox import CHANNEL, Outbox
from models.queues import QueueName
from models.redis import connect
from models.settings import Settings
from models.telemetry import configure_logging
from workers.actors import message
from workers.broker import make_broker

logger = logging.getLogger(__name__)

BATCH = 500  # messages sent in one transaction
LOST_AFTER_S = 5.0  # a queued job that nobody holds a message for is sent again after this


@dataclass(frozen=True, kw_only=True)
class Swept:
    """What one sweep did, in jobs."""

    sent: int = 0
    rescued: int = 0
    abandoned: int = 0
    resent: int = 0


class Relay:
    """Moves messages from the outbox to Redis, and puts right what a dead worker or a lost Redis left."""

    def __init__(self, settings: Settings, cluster: Cluster) -> None:
        self.settings = settings
        self.cluster = cluster
        self.broker = make_broker(settings)
        self.client = connect(settings)

    def run_once(self) -> Swept:
        """Rescue expired leases, send again what Redis lost, then send everything that is due."""
        with self.cluster.control() as session:
            counts = rescue(session, max_attempts=self.settings.max_attempts)
        resent = sum(self._send_lost(queue) for queue in QueueName)
        return Swept(sent=self.send_due(), resent=resent, **counts)

    def send_due(self) -> int:
        """Send due messages until none is left; return how many."""
        total = 0
        while sent := self._send_batch():
            total += sent
        return total

    def _send_batch(self) -> int:
        with self.cluster.control() as session:
            due = select(Outbox).where(Outbox.due_at <= func.now()).order_by(Outbox.due_at, Outbox.id)
            rows = session.scalars(due.limit(BATCH).with_for_update(skip_locked=True)).all()
            for row in rows:
                self.broker.enqueue(message(row.queue, row.job_id))
            # Sent first, deleted after: a crash between the two sends twice, which a claim makes harmless.
            session.execute(delete(Outbox).where(Outbox.id.in_([row.id for row in rows])))
            return len(rows)

    def _send_lost(self, queue: QueueName) -> int:
        """Jobs wait, yet Redis holds no message of their queue: it lost them, so they are sent again."""
        if messages_in_redis(self.client, queue):
            return 0
        owed = select(Outbox.job_id).where(Outbox.job_id == Job.id).exists()
        waiting = select(Job.id).where(
            Job.queue == queue, Job.state == JobState.QUEUED, ~owed,
            Job.due_at < func.now() - func.make_interval(0, 0, 0, 0, 0, 0, LOST_AFTER_S),
        )  # fmt: skip
        with self.cluster.control() as session:
            return send_again(session, session.scalars(waiting.order_by(Job.due_at).limit(BATCH)).all())


def relay(settings: Settings, end: threading.Event) -> None:
    """Relay until `end` is set; an outage of a server is logged and waited out."""
    cluster = Cluster(settings, name="relay")
    mover = Relay(settings, cluster)
    while not end.is_set():
        try:
            with cluster.listen(CHANNEL) as heard:
                _relay_while_connected(mover, heard, end)
        except (ModelError, psycopg.Error, redis.RedisError, dramatiq.errors.BrokerError) as error:
            logger.warning("the relay waits for its servers: %s", error, extra={"action": "relay"})
            end.wait(1.0)
    cluster.close()


def _relay_while_connected(mover: Relay, heard: psycopg.Connection, end: threading.Event) -> None:
    sweep_s = mover.settings.relay_sweep_s
    next_sweep = 0.0
    while not end.is_set():
        if time.monotonic() >= next_sweep:
            next_sweep = time.monotonic() + sweep_s
            swept = mover.run_once()
            if swept.rescued or swept.abandoned or swept.resent:
                logger.info("%s", swept, extra={"action": "sweep"})
        # One notification is enough: everything due is sent, however many were committed meanwhile.
        for _ in heard.notifies(timeout=max(0.0, next_sweep - time.monotonic()), stop_after=1):
            mover.send_due()


def main() -> int:
    """`python -m workers.relay`."""
    end = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: end.set())
    try:
        settings = Settings.from_environment(os.environ)
        configure_logging("relay", settings.log_level)
        relay(settings, end)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
