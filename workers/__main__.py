"""`python -m workers QUEUE`: one worker process for one queue; SIGTERM finishes what is in hand and ends."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
import threading
from functools import partial

from dramatiq import Worker

from models.alive import beat
from models.cluster import Cluster
from models.errors import SettingsError
from models.events.publisher import Publisher
from models.exposition import OwnProcess, serve
from models.jobs.queues import QueueName
from models.redis import connect
from models.sealing.check import check_keys_at_start
from models.settings import Settings
from models.telemetry import configure_logging
from models.tracing import configure_tracing, end_tracing
from planners.renewal.renew import renew
from workers.actors import declare_actors
from workers.broker import make_broker
from workers.keeper import LeaseKeeper
from workers.pace import TELL_S
from workers.presence import Presence
from workers.run_chunk import Renewing
from workers.run_group import run_group
from workers.run_job import Bench, Planner, make_json
from workers.warm import warm_up

WAIT_MS = 250  # for a message or for the end; each wait tells Redis that this worker lives

END_S = 60.0  # beyond a job's deadline, for what is in hand to be written or given up


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m workers", description=__doc__)
    parser.add_argument("queue", choices=[str(queue) for queue in QueueName])
    queue = QueueName(parser.parse_args(arguments).queue)
    end = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: end.set())
    try:
        settings = Settings.from_environment(os.environ)
        warm_up()
        work(queue, settings, end)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def work(
    queue: QueueName,
    settings: Settings,
    end: threading.Event,
    plan: Planner = make_json,
    renewing: Renewing = renew,
) -> None:
    """Work on `queue` with these planners until `end` is set, then finish what is in hand."""
    name = f"worker-{queue}@{socket.gethostname()}:{os.getpid()}"
    configure_logging(name, settings.log_level)
    configure_tracing(settings, f"worker-{queue}")
    client = connect(settings)
    publisher = Publisher(client)
    # A worker that is stopped in the midst of a transaction keeps its rows no longer than its jobs.
    cluster = Cluster(settings, name=name, publish=publisher.publish, idle_s=settings.lease_s)
    check_keys_at_start(cluster)
    keeper = LeaseKeeper(cluster, lease_s=settings.lease_s, deadline_s=settings.job_deadline_s)
    bench = Bench(cluster, keeper, settings, name, plan, renewing)
    broker = make_broker(settings)
    declare_actors(broker, partial(run_group, bench=bench))
    worker = Worker(broker, queues={queue}, worker_timeout=WAIT_MS, worker_threads=settings.worker_threads)
    worker.queue_prefetch = settings.worker_threads  # a waiting job is for whoever is free, not for us
    presence = Presence(cluster, name, queue, keeper.busy)
    keeper.start()
    presence.start()
    worker.start()
    serve(settings, bench.metrics.registry)
    own = OwnProcess(bench.metrics.registry, f"worker-{queue}")
    while not end.wait(TELL_S):
        beat(settings)
        own.measure()
        bench.pace.tell(client, queue)
    presence.drain()
    broker.ending.set()
    worker.stop(timeout=round((settings.job_deadline_s + END_S) * 1_000))
    keeper.stop()
    presence.stop()
    cluster.close()
    publisher.close()
    end_tracing()


if __name__ == "__main__":
    raise SystemExit(main())
