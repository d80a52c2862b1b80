"""The relay: moves the outbox to Redis, at least once. Woken by NOTIFY, swept on a timer; run any number.

Beside it, in a thread of its own, webhooks are sent what they are owed.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import dramatiq
import psycopg
import redis

from models.alive import beat
from models.cluster import Cluster
from models.errors import ModelError, SettingsError
from models.events.publisher import Publisher
from models.exposition import OwnProcess, serve
from models.jobs.outbox import CHANNEL
from models.jobs.queues import QueueName
from models.jobs.rescue import rescue
from models.redis import connect
from models.sealing.check import check_keys_at_start
from models.settings import Settings
from models.shards.shard import Shard
from models.shards.spread import keep_copied
from models.telemetry import configure_logging
from workers.broker import make_broker
from workers.dispatch import Dispatcher, resend
from workers.metrics import RelayMetrics
from workers.webhooks import deliver

logger = logging.getLogger(__name__)

TICK_S = 0.01  # between two looks at a queue whose window was full
GAP_S = 0.004  # between any two looks: what is committed meanwhile is sent together
MAP_S = 2.0  # between two looks whether there is a new shard
OUTAGE_S = 0.5  # between two tries at a server that does not answer


@dataclass(frozen=True, kw_only=True)
class Swept:
    """What one sweep did, in jobs; `more` says whether some may still be waiting to be sent."""

    sent: int
    more: bool
    rescued: int
    abandoned: int
    resent: int


class Relay:
    """A dispatcher for each queue, and the sweep that puts right what a dead worker or a lost Redis left."""

    def __init__(self, settings: Settings, cluster: Cluster, metrics: RelayMetrics | None = None) -> None:
        """`metrics` are those of the process, where it has several of these."""
        self.settings = settings
        self.cluster = cluster
        self.metrics = metrics or RelayMetrics()
        broker = make_broker(settings)
        self.dispatchers = [Dispatcher(queue, cluster, broker) for queue in QueueName]
        self._left: set[QueueName] = set()  # queues where more may be waiting than was sent

    def run_once(self) -> Swept:
        """Rescue expired leases, owe again what was lost on the way, send what is due."""
        beat(self.settings)
        with self.cluster.control() as session:
            counts = rescue(session, max_attempts=self.settings.max_attempts)
        resent = resend(self.cluster, self.settings.resend_s)
        for dispatcher in self.dispatchers:
            dispatcher.send_alone(resent)
        sent, more = self.dispatch()
        swept = Swept(sent=sent, more=more, resent=len(resent), **counts)
        self.metrics.swept(swept.resent, swept.rescued, swept.abandoned)
        return swept

    def dispatch(self, *, news: bool = True) -> tuple[int, bool]:
        """Let every queue send what fits; return how many were sent and whether more may be waiting.

        Without `news`, only the queues that had more to send than fitted.
        """
        total = 0
        for dispatcher in self.dispatchers:
            if news or dispatcher.queue in self._left:
                sent, more = dispatcher.run_once()
                total += sent
                self.metrics.sent.inc(sent)
                (self._left.add if more else self._left.discard)(dispatcher.queue)
        return total, bool(self._left)


def relay(settings: Settings, end: threading.Event) -> None:
    """Relay every shard's outbox until `end` is set; an outage of a server is logged and waited out.

    Each shard has threads of its own, so that none waits for another; a new one is seen after some seconds.
    """
    publisher = Publisher(connect(settings))
    cluster = Cluster(settings, name="relay", publish=publisher.publish)
    check_keys_at_start(cluster)
    metrics = RelayMetrics()
    own = OwnProcess(metrics.registry, "relay")
    serve(settings, metrics.registry)
    lines: dict[str, Line] = {}
    while not end.is_set():
        own.measure()
        try:
            for shard in cluster.shards():
                if shard.name not in lines:
                    lines[shard.name] = Line(settings, cluster, shard, metrics, end)
                    lines[shard.name].start()
        except ModelError as error:
            logger.warning("the relay waits for its servers: %s", error, extra={"action": "relay"})
        end.wait(MAP_S if lines else OUTAGE_S)
        for line in lines.values():
            line.raise_fault()
    for line in lines.values():
        line.join()
        line.raise_fault()
    cluster.close()
    publisher.close()


class Line:
    """The threads of one shard: its outbox, its webhooks, and the copies of what it must know."""

    def __init__(
        self,
        settings: Settings,
        cluster: Cluster,
        shard: Shard,
        metrics: RelayMetrics,
        end: threading.Event,
    ) -> None:
        alone = cluster.on(shard)
        works: dict[str, Callable[[], None]] = {
            "outbox": lambda: _relay_shard(settings, alone, metrics, end),
            "webhooks": lambda: deliver(settings, alone, end),
        }
        if shard.name != cluster.name:
            works["copies"] = lambda: keep_copied(cluster, shard, end)
        self._end = end
        self._fault: Exception | None = None
        self._threads = [
            threading.Thread(target=self._run, args=(work,), name=f"{name} {shard.name}", daemon=True)
            for name, work in works.items()
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    def raise_fault(self) -> None:
        """Raise what ended one of the threads before its time."""
        if self._fault is not None:
            raise self._fault

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # nothing that a server did: whoever keeps this process starts it anew
            self._fault = error
            self._end.set()


def _relay_shard(settings: Settings, cluster: Cluster, metrics: RelayMetrics, end: threading.Event) -> None:
    mover = Relay(settings, cluster, metrics)
    while not end.is_set():
        try:
            with cluster.listen(CHANNEL) as heard:
                _relay_while_connected(mover, heard, end)
        except (ModelError, psycopg.Error, redis.RedisError, dramatiq.errors.BrokerError) as error:
            logger.warning("the relay waits for its servers: %s", error, extra={"action": "relay"})
            end.wait(OUTAGE_S)


def _relay_while_connected(mover: Relay, heard: psycopg.Connection, end: threading.Event) -> None:
    next_sweep, news = 0.0, True
    while not end.is_set():
        if time.monotonic() >= next_sweep:
            next_sweep = time.monotonic() + mover.settings.relay_sweep_s
            swept = mover.run_once()
            if swept.rescued or swept.abandoned or swept.resent:
                logger.info("%s", swept, extra={"action": "sweep"})
            more = swept.more
        else:
            _, more = mover.dispatch(news=news)
        wait_s = TICK_S if more else max(0.0, next_sweep - time.monotonic())
        looked = time.monotonic()
        # One notification is enough: everything due is looked at, however many were committed meanwhile.
        news = bool(list(heard.notifies(timeout=wait_s, stop_after=1)))
        if news:
            end.wait(max(0.0, looked + GAP_S - time.monotonic()))


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
