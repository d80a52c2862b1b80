"""Events through a real Redis: published together, read by whoever wants them, looked up again."""

import threading
from dataclasses import replace

import pytest
import redis

from models.cluster import Cluster
from models.events.event import EventType, Order, event
from models.events.events import GROUP, LIFE_S, MOST_ENTRIES, missed, newest, publish, read, stream_of
from models.events.publisher import MOST_WAITING, Publisher
from models.jobs.queues import QueueName
from models.redis import connect
from tests.models.rows import add_job

INTERACTIVE, BATCH = QueueName.INTERACTIVE, QueueName.BATCH


@pytest.fixture
def client(settings):
    with connect(settings) as ours:
        yield ours


@pytest.fixture
def queued(cluster):
    with cluster.control() as session:
        return event(add_job(session), EventType.QUEUED)


def steps(told, count, token=1):
    return [replace(told, order=Order(token, step)) for step in range(count)]


def read_all(client, after, wanted):
    heard, positions = [], after
    while True:
        some, moved = read(client, positions, wanted, 0.001)
        if moved == positions:
            return heard
        heard, positions = heard + some, moved


def test_what_is_published_is_read_in_its_order(client, queued):
    after = newest(client)
    told = steps(queued, 3 * GROUP + 1)
    publish(client, told)
    assert read_all(client, after, {queued.job_id.hex}) == [(queued.job_id.hex, each) for each in told]
    assert client.xlen(stream_of(INTERACTIVE)) == 4


def test_each_queue_has_its_stream_and_one_reading_reads_both(client, queued):
    after = newest(client)
    publish(client, [queued, replace(queued, queue=BATCH)])
    assert [client.xlen(stream_of(queue)) for queue in (INTERACTIVE, BATCH)] == [1, 1]
    assert len(read_all(client, after, {queued.job_id.hex})) == 2


def test_what_nobody_wants_is_passed_over(client, queued):
    after = newest(client)
    publish(client, [queued])
    assert read_all(client, after, set()) == []


def test_reading_begins_after_what_is_there(client, queued):
    publish(client, [queued])
    assert read_all(client, newest(client), {queued.job_id.hex}) == []


def test_a_stream_is_bounded(client, queued):
    for _ in range(MOST_ENTRIES + 500):
        publish(client, [queued])
    assert MOST_ENTRIES <= client.xlen(stream_of(INTERACTIVE)) <= MOST_ENTRIES + 200


def test_a_stream_that_nobody_adds_to_expires(client, settings, queued):
    publisher = Publisher(connect(settings))
    publisher.publish([queued])
    publisher.close()
    assert 0 < client.ttl(stream_of(INTERACTIVE)) <= LIFE_S


def test_what_was_missed_is_found_in_order_and_once(client, queued):
    told = steps(queued, 500)
    for each in [*told[:250], *told[:250], *reversed(told[250:])]:
        publish(client, [each])
    found = missed(client, INTERACTIVE, queued.job_id, after=told[100].order)
    assert found[-1] == told[-1]
    assert [each.order for each in found] == sorted({each.order for each in found})
    assert told[249] in found


def test_nothing_was_missed_of_another_job_or_a_wiped_stream(client, cluster, queued):
    with cluster.control() as session:
        other = add_job(session).id
    publish(client, steps(queued, 3))
    assert missed(client, INTERACTIVE, other, after=Order(0, 0)) == []
    client.flushdb()
    assert missed(client, INTERACTIVE, queued.job_id, after=Order(0, 0)) == []


def test_the_publisher_sends_what_it_is_given_and_what_waits_at_its_end(client, settings, queued):
    publisher = Publisher(connect(settings))
    after = newest(client)
    for told in steps(queued, 100):
        publisher.publish([told])
    publisher.close()
    assert len(read_all(client, after, {queued.job_id.hex})) == 100


def test_a_publisher_without_events_has_no_thread(settings):
    before = threading.active_count()
    publisher = Publisher(connect(settings))
    publisher.publish([])
    assert threading.active_count() == before
    publisher.close()


def test_publishing_without_redis_neither_fails_nor_fills_the_memory(settings, queued):
    publisher = Publisher(connect(replace(settings, redis_url="unix:///nowhere.sock")))
    for told in steps(queued, MOST_WAITING + 100):
        publisher.publish([told])
    assert len(publisher._waiting) <= MOST_WAITING
    publisher.close()


def test_a_full_redis_costs_the_events_and_nothing_else(client, settings, queued):
    publisher = Publisher(connect(settings))
    cluster = Cluster(settings, name="test", publish=publisher.publish)
    client.config_set("maxmemory", 1)
    try:
        with cluster.control() as session:
            job = add_job(session)
        publisher.close()
    finally:
        client.config_set("maxmemory", 0)
    with cluster.read(job.id) as session:
        assert session.get(type(job), job.id) is not None
    cluster.close()


def test_reading_without_redis_says_so(settings):
    with pytest.raises(redis.RedisError):
        newest(connect(replace(settings, redis_url="unix:///nowhere.sock")))
