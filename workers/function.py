"""A worker without a process of its own: one message, its job, and the end. Nothing runs while nothing waits.

Two ways to be called:

- `python -m workers.function QUEUE` takes one message from the queue, does it and ends: a Kubernetes Job,
  which KEDA starts for as many messages as wait (deploy/kubernetes/scale-to-zero).
- `handle(event, context)` is a function of AWS Lambda behind a queue of SQS: the body of a record is what a
  message of ours says, `{"job_id": …, "version": 1}`. Failed records are told one by one, and come again.

Rows, leases and fencing are those of every other worker, so both may run beside them, be killed, and be
called twice for one message.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any

from models.cluster import Cluster
from models.errors import SettingsError
from models.events.publisher import Publisher
from models.jobs.queues import QueueName
from models.redis import connect
from models.sealing.check import check_keys_at_start
from models.settings import Settings
from models.telemetry import configure_logging
from workers.actors import jobs_of
from workers.broker import make_broker
from workers.keeper import LeaseKeeper
from workers.run_group import run_group
from workers.run_job import Bench

logger = logging.getLogger(__name__)

WAIT_MS = 1_000  # longest for a message; whoever started this saw one


@contextmanager
def bench_of(settings: Settings) -> Iterator[Bench]:
    """What one invocation, or many after each other, work with."""
    name = f"function@{socket.gethostname()}:{os.getpid()}"
    configure_logging(name, settings.log_level)
    publisher = Publisher(connect(settings))
    cluster = Cluster(settings, name=name, publish=publisher.publish, idle_s=settings.lease_s)
    check_keys_at_start(cluster)
    keeper = LeaseKeeper(cluster, lease_s=settings.lease_s, deadline_s=settings.job_deadline_s)
    keeper.start()
    try:
        yield Bench(cluster, keeper, settings, name)
    finally:
        keeper.stop()
        cluster.close()
        publisher.close()


_kept = ExitStack()


@cache
def _kept_bench() -> Bench:
    """The bench of a function that is called again and again: made at its first call."""
    return _kept.enter_context(bench_of(Settings.from_environment(os.environ)))


def end_kept() -> None:
    """Close what was kept between calls."""
    _kept.close()
    _kept_bench.cache_clear()


def handle(event: Mapping[str, Any], context: object = None) -> dict[str, Any]:
    """Do the jobs of an event of SQS; which records are to come again.

    Parameters
    ----------
    event
        `{"Records": [{"messageId": …, "body": …}]}`.
    context
        Lambda's; not used.
    """
    failed = []
    for record in event["Records"]:
        try:
            run_group(jobs_of(json.loads(record["body"])), _kept_bench())
        except Exception:
            # The database is away, or the message is not ours: after its last receipt SQS keeps it apart.
            logger.exception("a record is left for later", extra={"action": "function.left"})
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def take_one(queue: QueueName, settings: Settings) -> bool:
    """Take one message of `queue` and do its jobs; whether there was one.

    A message whose jobs could not be taken goes back at once; of a process that dies, after its heartbeat.
    """
    broker = make_broker(settings)
    consumer = broker.consume(queue, prefetch=1, timeout=WAIT_MS)
    try:
        message = next(consumer) or next(consumer)  # the first look waits for one, the second takes it
        if message is None:
            return False
        try:
            with bench_of(settings) as bench:
                run_group(jobs_of(message.kwargs), bench)
        except Exception:
            consumer.requeue([message])
            raise
        consumer.ack(message)
        return True
    finally:
        consumer.close()
        broker.close()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m workers.function", description=__doc__)
    parser.add_argument("queue", choices=[str(queue) for queue in QueueName])
    queue = QueueName(parser.parse_args(arguments).queue)
    # What is in hand is finished: one job, within its deadline.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    try:
        took = take_one(queue, Settings.from_environment(os.environ))
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    logger.info("took %s", "one message" if took else "nothing", extra={"action": "function.end"})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
