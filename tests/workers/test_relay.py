import threading
import time
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import redis
from sqlalchemy import func, select, update

from models.ids import new_id
from models.jobs.backlog import messages_waiting
from models.jobs.claim import claim
from models.jobs.job import Job, JobState
from models.jobs.outbox import Outbox
from models.jobs.queue import pause, resume
from models.jobs.queues import MESSAGE_VERSION, QueueName
from models.members.tenant import Tenant
from models.redis import connect
from tests.models.rows import add_job, add_member
from tests.workers.test_run_job import bench_of
from workers.broker import make_broker
from workers.dispatch import NEXT_ROWS, TENANTS, Dispatcher, resend
from workers.pace import pace_key
from workers.relay import Relay, relay
from workers.run_job import Outcome, run_job

INTERACTIVE = QueueName.INTERACTIVE


@pytest.fixture
def broker(settings):
    return make_broker(settings)


def owed(cluster):
    with cluster.control() as session:
        return session.scalar(select(func.count()).where(Outbox.sent_at.is_(None)))


def drain(dispatcher, broker, count):
    """Dispatch and take, as the relay and a worker do together, until `count` messages have come through."""
    consumer = broker.consume(dispatcher.queue, prefetch=1, timeout=5)
    messages = []
    while len(messages) < count:
        dispatcher.run_once()
        while (message := next(consumer)) is not None:
            consumer.ack(message)
            messages.append(message)
    assert dispatcher.run_once() == (0, False)
    return [UUID(m.kwargs["job_id"]) for m in messages]


def expect_a_rush(dispatcher):
    """As after a second in which the workers took a thousand jobs."""
    dispatcher._window.room(0, time.monotonic() - 1.0)
    dispatcher._window.sent(1_000)


@pytest.mark.parametrize("queue", list(QueueName))
def test_message_carries_the_jobs_id_and_the_version_on_the_jobs_queue(broker, cluster, queue):
    with cluster.control() as session:
        job = add_job(session, queue=queue)
    assert Dispatcher(queue, cluster, broker).run_once() == (1, True)
    message = next(broker.consume(queue, timeout=5))
    assert message.kwargs == {"job_id": str(job.id), "version": 1}
    assert message.actor_name == f"plan_{queue}"
    assert owed(cluster) == 0


def test_short_jobs_share_a_message_of_the_newest_version(broker, cluster):
    broker.client.set(pace_key(INTERACTIVE), 0.005)
    with cluster.control() as session:
        ids = [str(add_job(session).id) for _ in range(3)]
    dispatcher = Dispatcher(INTERACTIVE, cluster, broker)
    expect_a_rush(dispatcher)
    assert dispatcher.run_once() == (3, False)
    consumer = broker.consume(INTERACTIVE, prefetch=2, timeout=5)
    pair, single = next(consumer), next(consumer)
    assert pair.kwargs == {"job_ids": ids[:2], "version": MESSAGE_VERSION}
    assert single.kwargs == {"job_id": ids[2], "version": 1}


def test_long_jobs_and_those_that_nobody_knows_are_sent_alone(broker, cluster):
    for pace in (0.3, None):
        expect_a_rush(dispatcher := Dispatcher(INTERACTIVE, cluster, broker))
        broker.client.flushdb()
        if pace is not None:
            broker.client.set(pace_key(INTERACTIVE), pace)
        with cluster.control() as session:
            for _ in range(3):
                add_job(session)
        assert dispatcher.run_once() == (3, False)
        assert messages_waiting(broker.client, INTERACTIVE) == 3


def test_jobs_of_the_batch_queue_are_sent_alone(broker, cluster):
    broker.client.set(pace_key(QueueName.BATCH), 0.001)
    with cluster.control() as session:
        for _ in range(2):
            add_job(session, queue=QueueName.BATCH)
    dispatcher = Dispatcher(QueueName.BATCH, cluster, broker)
    expect_a_rush(dispatcher)
    assert dispatcher.run_once() == (2, False)
    assert messages_waiting(broker.client, QueueName.BATCH) == 2


def test_message_that_is_not_due_stays(broker, cluster):
    with cluster.control() as session:
        add_job(session)
        session.execute(update(Outbox).values(due_at=func.now() + timedelta(hours=1)))
    assert Dispatcher(INTERACTIVE, cluster, broker).run_once() == (0, False)
    assert owed(cluster) == 1


def test_few_messages_wait_in_redis_while_nobody_takes_them(broker, cluster):
    with cluster.control() as session:
        for _ in range(50):
            add_job(session)
    dispatcher = Dispatcher(INTERACTIVE, cluster, broker)
    assert [dispatcher.run_once() for _ in range(5)] == [(1, True)] + [(0, True)] * 4
    assert messages_waiting(broker.client, INTERACTIVE) == 1


def test_higher_priority_goes_first_then_the_longest_waiting(broker, cluster):
    with cluster.control() as session:
        jobs = [add_job(session) for _ in range(4)]
        for n, (job, priority) in enumerate(zip(jobs, (0, 0, 5, 0), strict=True)):
            due = func.now() - timedelta(seconds=60 - n)
            values = {"priority": priority, "due_at": due}
            session.execute(update(Outbox).where(Outbox.job_id == job.id).values(values))
    sent = drain(Dispatcher(INTERACTIVE, cluster, broker), broker, 4)
    assert sent == [jobs[2].id, jobs[0].id, jobs[1].id, jobs[3].id]


def test_tenant_with_one_job_does_not_wait_behind_anothers_backlog(broker, cluster):
    with cluster.control() as session:
        member = add_member(session)
        for n in range(200):
            add_job(session, member, seed=n)
        session.add(Tenant(id=(other := new_id(0)), slug="other", name="Other"))
        session.flush()
        lone = add_job(session)
        session.execute(update(Outbox).where(Outbox.job_id == lone.id).values(tenant_id=other))
    sent = drain(Dispatcher(INTERACTIVE, cluster, broker), broker, 201)
    assert sent.index(lone.id) <= 2
    assert len(set(sent)) == 201


def test_weight_of_a_tenant_is_its_share(broker, cluster):
    with cluster.control() as session:
        session.add(Tenant(id=(heavy := new_id(0)), slug="heavy", name="Heavy", weight=3))
        session.flush()
        members = [add_member(session), add_member(session, heavy)]
        ids = {add_job(session, member, seed=n).id: member for n in range(40) for member in members}
    sent = drain(Dispatcher(INTERACTIVE, cluster, broker), broker, len(ids))
    first = [ids[job_id].tenant_id for job_id in sent[:40]]
    assert first.count(heavy) in (29, 30, 31)


def test_paused_queue_sends_nothing_and_all_of_it_after(broker, cluster):
    with cluster.control() as session:
        ids = {add_job(session).id for _ in range(5)}
        batch = add_job(session, queue=QueueName.BATCH)
        pause(session, INTERACTIVE, by="op", reason="a reason")
    dispatcher = Dispatcher(INTERACTIVE, cluster, broker)
    assert dispatcher.run_once() == (0, False)
    assert drain(Dispatcher(QueueName.BATCH, cluster, broker), broker, 1) == [batch.id]
    with cluster.control() as session:
        resume(session, INTERACTIVE)
    assert set(drain(dispatcher, broker, 5)) == ids


@pytest.mark.parametrize(("waited_s", "sent"), [(1.0, 1), (2.1, 0)])
def test_night_yields_while_somebody_has_waited_too_long(broker, cluster, waited_s, sent):
    with cluster.control() as session:
        waiting = add_job(session).id
        add_job(session, queue=QueueName.BATCH)
        due = func.now() - timedelta(seconds=waited_s)
        session.execute(update(Outbox).where(Outbox.job_id == waiting).values(due_at=due))
    assert Dispatcher(QueueName.BATCH, cluster, broker).run_once() == (sent, True)


def test_message_that_lay_in_redis_through_a_pause_comes_again_and_its_job_is_done_once(
    settings, broker, cluster
):
    with cluster.control() as session:
        job_id = add_job(session).id
    dispatcher = Dispatcher(INTERACTIVE, cluster, broker)
    dispatcher.run_once()
    with cluster.control() as session:
        pause(session, INTERACTIVE, by="op", reason="a reason")
    consumer = broker.consume(INTERACTIVE, prefetch=1, timeout=5)
    bench = bench_of(cluster, settings)
    early = next(consumer)
    consumer.ack(early)
    assert run_job(UUID(early.kwargs["job_id"]), bench) == Outcome.NOT_OURS
    with cluster.control() as session:
        resume(session, INTERACTIVE)
    assert drain(dispatcher, broker, 1) == [job_id]
    assert [run_job(job_id, bench) for _ in range(2)] == [Outcome.SUCCEEDED, Outcome.NOT_OURS]


def test_two_relays_at_once_send_every_message_once(settings, cluster, broker):
    with cluster.control() as session:
        ids = {add_job(session).id for _ in range(60)}
    sent, end = [], threading.Event()

    def work():
        dispatcher = Dispatcher(INTERACTIVE, cluster, make_broker(settings))
        while not end.is_set():
            dispatcher.run_once()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    consumer = broker.consume(INTERACTIVE, prefetch=1, timeout=5)
    while len(sent) < 60:
        message = next(consumer)
        if message is not None:
            consumer.ack(message)
            sent.append(UUID(message.kwargs["job_id"]))
    end.set()
    for thread in threads:
        thread.join()
    assert set(sent) == ids
    assert messages_waiting(broker.client, INTERACTIVE) == 0


def test_job_that_somebody_is_moving_is_not_waited_for(broker, cluster):
    with cluster.control() as session:
        moving, free = (add_job(session).id for _ in range(2))
    dispatcher = Dispatcher(INTERACTIVE, cluster, broker)
    expect_a_rush(dispatcher)
    with cluster.control() as session:
        session.execute(select(Outbox).where(Outbox.job_id == moving).with_for_update())
        assert dispatcher.run_once()[0] == 1
    assert drain(dispatcher, broker, 2) == [free, moving]


def test_jobs_that_are_looked_at_and_not_chosen_are_free(cluster):
    with cluster.control() as session:
        ids = {add_job(session).id for _ in range(20)}
    free = select(Outbox.job_id).with_for_update(skip_locked=True)
    with cluster.control() as session:
        tenants = [row.id for row in session.execute(TENANTS, {"queue": INTERACTIVE})]
        assert session.execute(NEXT_ROWS, {"tenants": tenants, "queue": INTERACTIVE, "room": 20}).all()
        with cluster.control() as other:
            assert set(other.scalars(free)) == ids


def test_message_stays_owed_when_redis_is_away(settings, cluster):
    with cluster.control() as session:
        add_job(session)
    cut_off = make_broker(replace(settings, redis_url="unix:///nowhere.sock"))
    with pytest.raises(redis.ConnectionError):
        Dispatcher(INTERACTIVE, cluster, cut_off).run_once()
    assert owed(cluster) == 1


def test_message_that_redis_refuses_is_owed_again(settings, cluster, broker):
    with cluster.control() as session:
        add_job(session)
    broker.client.config_set("maxmemory", 1)  # full, and nothing may be evicted
    try:
        with pytest.raises(redis.ResponseError):
            Dispatcher(INTERACTIVE, cluster, broker).run_once()
    finally:
        broker.client.config_set("maxmemory", 0)
    assert owed(cluster) == 1


def test_what_redis_lost_is_owed_again_once_it_is_late(cluster, broker):
    with cluster.control() as session:
        job_id = add_job(session).id
    Dispatcher(INTERACTIVE, cluster, broker).run_once()
    broker.client.flushdb()
    assert resend(cluster, after_s=60) == []
    assert resend(cluster, after_s=0) == [job_id]
    assert owed(cluster) == 1


def test_sweep_rescues_an_expired_lease_and_sends_its_job(settings, cluster):
    mover = Relay(settings, cluster)
    with cluster.control() as session:
        job = add_job(session)
    with cluster.write(job.id) as session:
        assert claim(session, [job.id], worker="dead", lease_s=60)
        past = func.now() - timedelta(seconds=1)
        session.execute(update(Job).where(Job.id == job.id).values(lease_until=past))
    swept = mover.run_once()
    assert (swept.rescued, swept.sent) == (1, 1)
    with cluster.read(job.id) as session:
        assert session.get_one(Job, job.id).state == JobState.QUEUED


def test_running_relay_is_woken_by_a_commit(settings, cluster):
    end = threading.Event()
    # A sweep a minute: what arrives sooner was woken by the notification.
    thread = threading.Thread(target=relay, args=(replace(settings, relay_sweep_s=60.0), end))
    thread.start()
    client = connect(settings)
    for _ in range(3):
        with cluster.control() as session:
            add_job(session)
        assert client.blpop([f"dramatiq:{INTERACTIVE}"], timeout=20)
    end.set()
    with cluster.control() as session:
        add_job(session)  # a last notification, so that the relay looks at `end` now
    thread.join(timeout=20)
    assert not thread.is_alive()
