"""A Celery worker with the durability that ours has: acknowledged late, results in PostgreSQL."""

import os
import time

from celery import Celery

from benchmarks.peers.ledger import work

app = Celery(
    "peer",
    broker=os.environ["PEER_REDIS"],
    backend="db+" + os.environ["PEER_DATABASE"],
)
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=4,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"visibility_timeout": 60},
    task_serializer="json",
    result_expires=None,
)


@app.task(name="noop")
def noop(number: int) -> float:
    """Give back when it began."""
    at = time.time()
    work(number)
    return at
