import threading
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import redis
from sqlalchemy import func, select, update

from models.backlog import messages_in_redis
from models.job import Job, JobState
from models.lease import claim
from models.outbox import Outbox
from models.queues import MESSAGE_VERSION, QueueName
from models.redis import connect
from tests.models.rows import add_job
from workers.relay import LOST_AFTER_S, Relay, relay


@pytest.fixture
def mover(settings, cluster):
    return Relay(settings, cluster)


def owed(cluster):
    with cluster.control() as session:
        return session.scalar(select(func.count()).select_from(Outbox))


def received(mover, queue, count):
    """Take `count` messages from Redis as a worker does, and acknowledge them."""
    consumer = mover.broker.consume(queue, prefetch=count, timeout=50)
    messages = [m for m in (next(consumer) for _ in range(count)) if m is not None]
    for message in messages:
        consumer.ack(message)
    return messages


@pytest.mark.parametrize("queue", list(QueueName))
def test_message_carries_the_jobs_id_and_the_version_on_the_jobs_queue(mover, cluster, queue):
    with cluster.control() as session:
        job = add_job(session, queue=queue)
    assert mover.send_due() == 1
    (message,) = received(mover, queue, 1)
    assert message.kwargs == {"job_id": str(job.id), "version": MESSAGE_VERSION}
    assert message.actor_name == f"plan_{queue}"
    assert owed(cluster) == 0


def test_message_that_is_not_due_stays(mover, cluster):
    with cluster.control() as session:
        add_job(session)
        session.execute(update(Outbox).values(due_at=func.now() + timedelta(hours=1)))
    assert mover.send_due() == 0
    assert owed(cluster) == 1


def test_more_than_one_batch_is_sent_in_one_go(mover, cluster, monkeypatch):
    monkeypatch.setattr("workers.relay.BATCH", 3)
    with cluster.control() as session:
        for _ in range(8):
            add_job(session)
    assert mover.send_due() == 8
    assert messages_in_redis(mover.client, QueueName.INTERACTIVE) == 8


def test_two_relays_at_once_send_every_message_once(settings, cluster):
    with cluster.control() as session:
        ids = {add_job(session).id for _ in range(60)}
    movers = [Relay(settings, cluster) for _ in range(2)]
    threads = [threading.Thread(target=m.send_due) for m in movers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sent = [UUID(m.kwargs["job_id"]) for m in received(movers[0], QueueName.INTERACTIVE, 70)]
    assert len(sent) == 60
    assert set(sent) == ids


def test_outbox_keeps_the_message_when_redis_is_away(settings, cluster):
    with cluster.control() as session:
        add_job(session)
    cut_off = Relay(replace(settings, redis_url="unix:///nowhere.sock"), cluster)
    with pytest.raises(redis.ConnectionError):
        cut_off.send_due()
    assert owed(cluster) == 1


def test_jobs_that_redis_lost_are_sent_again(mover, cluster):
    with cluster.control() as session:
        job = add_job(session)
    mover.send_due()
    mover.client.flushdb()
    age(cluster, job.id, LOST_AFTER_S + 1)
    assert mover.run_once().resent == 1
    (message,) = received(mover, QueueName.INTERACTIVE, 1)
    assert message.kwargs["job_id"] == str(job.id)


def test_job_sent_a_moment_ago_is_not_taken_for_lost(mover, cluster):
    with cluster.control() as session:
        job = add_job(session)
    mover.send_due()
    mover.client.flushdb()
    age(cluster, job.id, LOST_AFTER_S - 2)
    assert mover.run_once().resent == 0


def test_waiting_job_whose_message_is_there_is_not_sent_again(mover, cluster):
    with cluster.control() as session:
        job = add_job(session)
    mover.send_due()
    age(cluster, job.id, 3600)
    assert mover.run_once().resent == 0
    assert messages_in_redis(mover.client, QueueName.INTERACTIVE) == 1


def test_sweep_rescues_an_expired_lease_and_sends_its_job(mover, cluster):
    with cluster.control() as session:
        job = add_job(session)
    mover.send_due()
    received(mover, QueueName.INTERACTIVE, 1)
    with cluster.write(job.id) as session:
        assert claim(session, job.id, worker="dead", lease_s=60)
        past = func.now() - timedelta(seconds=1)
        session.execute(update(Job).where(Job.id == job.id).values(lease_until=past))
    swept = mover.run_once()
    assert (swept.rescued, swept.sent) == (1, 1)
    with cluster.read(job.id) as session:
        assert session.get_one(Job, job.id).state == JobState.QUEUED


def test_running_relay_is_woken_by_a_commit(settings, cluster):
    slow = replace(settings, relay_sweep_s=60.0)
    end = threading.Event()
    thread = threading.Thread(target=relay, args=(slow, end))
    thread.start()
    client = connect(settings)
    with cluster.listen("test_outbox_watch") as heard:
        with cluster.control() as session:
            job = add_job(session)
        while not messages_in_redis(client, QueueName.INTERACTIVE):
            list(heard.notifies(timeout=0.02))  # waits without a busy loop
    end.set()
    with cluster.control() as session:
        add_job(session)  # a last notification, so that the relay looks at `end` now
    thread.join(timeout=10)
    assert not thread.is_alive()
    assert job.id


def age(cluster, job_id, seconds):
    """Make the job look as if it had been queued `seconds` ago."""
    with cluster.write(job_id) as session:
        session.execute(
            update(Job).where(Job.id == job_id).values(due_at=func.now() - timedelta(seconds=seconds))
        )
