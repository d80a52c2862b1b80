"""Messages of two versions on their way at once, as while workers are replaced one after the other."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

import dramatiq
import pytest
from dramatiq import Worker
from sqlalchemy import select

from models.cluster import Cluster
from models.jobs.job import Job, JobState
from models.jobs.outbox import Outbox
from models.jobs.queues import QueueName
from models.settings import Settings
from tests.models.rows import add_job
from tests.workers.test_relay import expect_a_rush
from tests.workers.test_run_job import bench_of
from workers.actors import actor_name, declare_actors
from workers.broker import WaitingBroker, make_broker
from workers.pace import pace_key
from workers.relay import Relay
from workers.run_group import run_group
from workers.run_job import run_job

QUEUE = QueueName.INTERACTIVE
Declare = Callable[[WaitingBroker, Cluster, Settings], None]


def old(broker: WaitingBroker, cluster: Cluster, settings: Settings) -> None:
    """The actor of the version before, which knows one job a message."""
    bench = bench_of(cluster, settings)

    def on_message(job_id: str, version: int) -> None:
        if version > 1:
            raise ValueError(f"message version {version} is newer than this worker's, 1")
        run_job(UUID(job_id), bench)

    dramatiq.actor(broker=broker, actor_name=actor_name(QUEUE), queue_name=QUEUE)(on_message)


def new(broker: WaitingBroker, cluster: Cluster, settings: Settings) -> None:
    bench = bench_of(cluster, settings)
    declare_actors(broker, lambda job_ids: run_group(job_ids, bench))


@contextmanager
def working(settings: Settings, cluster: Cluster, declare: Declare) -> Iterator[None]:
    broker = make_broker(settings)
    declare(broker, cluster, settings)
    worker = Worker(broker, queues={QUEUE}, worker_timeout=50, worker_threads=1)
    worker.start()
    try:
        yield
    finally:
        worker.stop()


@pytest.fixture
def jobs(cluster: Cluster) -> list[UUID]:
    with cluster.control() as session:
        return [add_job(session).id for _ in range(8)]


def test_jobs_that_an_old_worker_was_sent_together_are_sent_again_one_by_one(
    settings: Settings, cluster: Cluster, jobs: list[UUID], caplog: pytest.LogCaptureFixture
) -> None:
    mover = Relay(replace(settings, resend_s=0.5), cluster)
    mover.dispatchers[0]._client.set(pace_key(QUEUE), 0.0001)  # as the first new worker tells
    expect_a_rush(mover.dispatchers[0])
    assert mover.run_once().sent == len(jobs)
    assert mover.dispatchers[0]._client.llen(f"dramatiq:{QUEUE}") == 1
    pause = threading.Event()
    with working(settings, cluster, old):
        while unfinished(cluster):
            pause.wait(0.02)
            mover.run_once()
    refused = [record for record in caplog.records if "Failed to process message" in record.message]
    assert len(refused) == 1
    with cluster.control() as session:
        rows = session.execute(select(Job.state, Job.attempts)).all()
    assert [tuple(row) for row in rows] == [(JobState.SUCCEEDED, 1)] * len(jobs)


def test_new_worker_reads_the_messages_of_an_old_relay(
    settings: Settings, cluster: Cluster, jobs: list[UUID]
) -> None:
    broker = make_broker(settings)
    for job_id in jobs:
        broker.enqueue(
            dramatiq.Message(
                queue_name=QUEUE, actor_name=actor_name(QUEUE), args=(), options={},
                kwargs={"job_id": str(job_id), "version": 1},
            )
        )  # fmt: skip
    pause = threading.Event()
    with working(settings, cluster, new):
        while unfinished(cluster):
            pause.wait(0.02)


def unfinished(cluster: Cluster) -> bool:
    with cluster.control() as session:
        return session.scalar(select(Outbox.job_id).limit(1)) is not None or bool(
            session.scalar(select(Job.id).where(Job.state != JobState.SUCCEEDED).limit(1))
        )
