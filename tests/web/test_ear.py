"""One ear for everybody who waits in a process."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
import redis

from models.cluster import Cluster
from models.events.event import Event, EventType, Order, event
from models.events.events import publish
from models.redis import connect
from models.settings import Settings
from tests.models.rows import add_job
from web.ear import Ear, Listener

PATIENCE_S = 20.0


@pytest.fixture
def ear(settings: Settings) -> Iterator[Ear]:
    ours = Ear(connect(settings), block_s=0.05)
    yield ours
    ours.close()


@pytest.fixture
def client(settings: Settings) -> Iterator[redis.Redis]:
    with connect(settings) as ours:
        yield ours


@pytest.fixture
def queued(cluster: Cluster) -> Event:
    with cluster.control() as session:
        return event(add_job(session), EventType.QUEUED)


def of_job(told: Event, job_id: UUID) -> Event:
    return replace(told, job_id=job_id)


def ready(listener: Listener) -> None:
    """Wait for the word to look at the row, which a listener gets when the reading begins."""
    assert listener.next(PATIENCE_S) is None


def test_the_first_listener_is_told_to_look_once_the_reading_has_begun(ear: Ear) -> None:
    with ear.on(uuid4()) as listener:
        ready(listener)
        assert ear.hears


def test_everybody_hears_of_his_own_job_only(ear: Ear, client: redis.Redis, queued: Event) -> None:
    mine, yours = uuid4(), uuid4()
    with ear.on(mine) as first, ear.on(mine) as second, ear.on(yours) as other:
        ready(first)
        publish(client, [of_job(queued, uuid4()), of_job(queued, mine), of_job(queued, yours)])
        assert heard(first).job_id == heard(second).job_id == mine
        assert heard(other).job_id == yours


def heard(listener: Listener) -> Event:
    while (told := listener.next(PATIENCE_S)) is None:
        pass
    return told


def test_a_listener_that_comes_later_hears_what_comes_later(
    ear: Ear, client: redis.Redis, queued: Event
) -> None:
    with ear.on(queued.job_id) as early:
        ready(early)
        publish(client, [queued])
        assert heard(early) == queued
        with ear.on(queued.job_id) as late:
            publish(client, [replace(queued, order=Order(1, 0))])
            assert heard(late).order == Order(1, 0)


def test_after_a_time_without_listeners_it_listens_again(
    ear: Ear, client: redis.Redis, queued: Event
) -> None:
    for _ in range(3):
        with ear.on(queued.job_id) as listener:
            publish(client, [queued])
            while (told := listener.next(0.05)) is None:  # the reading was just beginning
                publish(client, [queued])
            assert told == queued
    assert ear._listeners == {}


def test_nothing_within_the_time_is_a_reason_to_look(ear: Ear) -> None:
    with ear.on(uuid4()) as listener:
        ready(listener)
        assert listener.next(0.01) is None
        assert listener.next(-1) is None


def test_without_redis_it_says_that_it_does_not_hear(settings: Settings) -> None:
    deaf = Ear(connect(replace(settings, redis_url="unix:///nowhere.sock")))
    with deaf.on(uuid4()) as listener:
        assert listener.next(0.05) is None
        assert not deaf.hears
    deaf.close()


def test_an_ear_that_nobody_used_closes_at_once(settings: Settings) -> None:
    Ear(connect(settings)).close()
