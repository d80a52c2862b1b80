import threading
import time
from dataclasses import replace
from uuid import uuid4

import pytest
import redis
from dramatiq.errors import ConnectionClosed

from models.jobs.backlog import messages_waiting
from models.jobs.queues import QueueName
from workers.actors import message
from workers.broker import make_broker

QUEUE = QueueName.INTERACTIVE
LONG_MS = 20_000


@pytest.fixture
def broker(settings):
    return make_broker(settings)


def taken(consumer, count):
    found = []
    while len(found) < count:
        found += [m for m in [next(consumer)] if m is not None]
    return found


def test_waiting_consumer_gets_a_message_long_before_its_wait_ends(broker):
    consumer = broker.consume(QUEUE, timeout=LONG_MS)
    found = []
    thread = threading.Thread(target=lambda: found.extend(taken(consumer, 1)))
    thread.start()
    while not broker.client.info("clients")["blocked_clients"]:
        pass
    broker.enqueue(message(QUEUE, [job_id := uuid4()]))
    thread.join(timeout=LONG_MS / 2_000)
    assert [m.kwargs["job_id"] for m in found] == [str(job_id)]


def test_messages_are_taken_in_their_order_and_waiting_moves_none(broker):
    ids = [str(uuid4()) for _ in range(5)]
    for job_id in ids:
        broker.enqueue(message(QUEUE, [job_id]))
    consumer = broker.consume(QUEUE, prefetch=1, timeout=5)
    found = []
    for _ in ids:
        (one,) = taken(consumer, 1)
        assert next(consumer) is None  # no room for a second: it waits for that, not in Redis
        consumer.ack(one)
        found.append(one.kwargs["job_id"])
    assert found == ids
    assert messages_waiting(broker.client, QUEUE) == 0


def test_consumer_without_room_goes_on_when_a_message_is_done_with(broker):
    for _ in range(2):
        broker.enqueue(message(QUEUE, [uuid4()]))
    consumer = broker.consume(QUEUE, prefetch=1, timeout=LONG_MS)
    (first,) = taken(consumer, 1)
    thread = threading.Thread(target=lambda: taken(consumer, 1))
    began = time.monotonic()
    thread.start()
    consumer.ack(first)
    thread.join(timeout=LONG_MS / 1_000)
    assert time.monotonic() - began < LONG_MS / 2_000


def test_consumer_waits_while_redis_is_full_and_says_so_once(broker, caplog):
    consumer = broker.consume(QUEUE, timeout=5)
    assert next(consumer) is None
    broker.client.config_set("maxmemory", 1)
    try:
        assert [next(consumer) for _ in range(3)] == [None] * 3
    finally:
        broker.client.config_set("maxmemory", 0)
    broker.enqueue(message(QUEUE, [job_id := uuid4()]))
    assert taken(consumer, 1)[0].kwargs["job_id"] == str(job_id)
    (told,) = [record for record in caplog.records if record.name == "workers.consumer"]
    assert (told.levelname, told.action) == ("WARNING", "worker.wait")


def test_consumer_waits_while_redis_does_not_answer_in_time(settings, caplog):
    broker = make_broker(replace(settings, redis_timeout_s=0.1))
    consumer = broker.consume(QUEUE, timeout=5)
    assert next(consumer) is None
    broker.enqueue(message(QUEUE, [job_id := uuid4()]))
    broker.client.client_pause(2_000)
    (found,) = taken(consumer, 1)
    assert found.kwargs["job_id"] == str(job_id)
    assert [record.levelname for record in caplog.records if record.name == "workers.consumer"] == ["WARNING"]


def test_lost_connection_is_told_as_dramatiq_expects_it(broker, monkeypatch):
    consumer = broker.consume(QUEUE, timeout=LONG_MS)
    broker.client.connection_pool.disconnect()

    def cut_when_blocked():
        while not broker.client.info("clients")["blocked_clients"]:
            pass
        broker.client.client_kill_filter(_type="normal", skipme=True)

    thread = threading.Thread(target=cut_when_blocked)
    thread.start()
    with pytest.raises((ConnectionClosed, redis.ConnectionError)):
        while True:
            next(consumer)
    thread.join()
