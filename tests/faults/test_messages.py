"""Messages that a worker cannot read harm nobody: the row is the truth, and the job is sent again."""

from __future__ import annotations

from uuid import UUID

import dramatiq
import pytest
from sqlalchemy import func, update

from models.cluster import Cluster
from models.jobs.job import JobState
from models.jobs.outbox import Outbox
from models.jobs.queues import MESSAGE_VERSION, QueueName
from models.settings import Settings
from tests.faults import odd_worker as odd
from tests.faults.conftest import Working
from tests.faults.rows import ask, finished, plans
from workers.actors import message
from workers.broker import make_broker

Message = dramatiq.Message[None]


def newer(sound: Message) -> Message:
    return sound.copy(kwargs={**sound.kwargs, "version": MESSAGE_VERSION + 1, "more": "of a later version"})


def without_version(sound: Message) -> Message:
    return sound.copy(kwargs={"job_id": sound.kwargs["job_id"]})


def of_no_job(sound: Message) -> Message:
    return sound.copy(kwargs={**sound.kwargs, "job_id": "no job's id"})


def of_an_unknown_actor(sound: Message) -> Message:
    return sound.copy(actor_name="an_actor_of_a_later_version")


LATER = (without_version, of_no_job, of_an_unknown_actor)


@pytest.mark.parametrize("spoil", [newer, *(pytest.param(each, marks=pytest.mark.long) for each in LATER)])
def test_a_message_that_cannot_be_read_leaves_its_job_waiting_and_the_next_one_moves_it(
    settings: Settings, cluster: Cluster, working: Working, spoil: object
) -> None:
    jobs = ask(cluster, odd.TAKES_A_WHILE)
    send(settings, cluster, spoil(message(QueueName.INTERACTIVE, [jobs[odd.TAKES_A_WHILE]])))
    with working() as worker:
        job = finished(cluster, jobs)[odd.TAKES_A_WHILE]
        assert worker.ends == []
    assert (job.state, job.attempts, job.history) == (JobState.SUCCEEDED, 1, [])
    assert plans(cluster) == [job.id]


def send(settings: Settings, cluster: Cluster, told: Message) -> None:
    """Send it as a relay would have: the job's own message counts as sent."""
    make_broker(settings).enqueue(told)
    with cluster.control() as session:
        session.execute(update(Outbox).values(sent_at=func.clock_timestamp()))


@pytest.mark.long
def test_a_message_of_a_job_that_is_not_there_does_nothing(
    settings: Settings, cluster: Cluster, working: Working
) -> None:
    send(settings, cluster, message(QueueName.INTERACTIVE, [UUID(int=1)]))
    jobs = ask(cluster, odd.TAKES_A_WHILE)
    with working() as worker:
        finished(cluster, jobs)
        assert worker.ends == []
