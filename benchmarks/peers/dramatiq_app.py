"""Bare Dramatiq on the same Redis: what the queue costs without any durability of ours."""

import os

import dramatiq
import redis
from dramatiq.brokers.redis import RedisBroker

from benchmarks.peers.ledger import work

client = redis.Redis.from_url(os.environ["PEER_REDIS_URL"])
broker = RedisBroker(client=client, namespace="bare")
dramatiq.set_broker(broker)


@dramatiq.actor(queue_name="noop", max_retries=0)
def noop(number: int) -> None:
    work(number)
    client.incr("bare:done")
