"""How much waits, for how long: what operators and the autoscaler go by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import redis
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.jobs.job import Job, JobState
from models.jobs.outbox import Outbox
from models.jobs.queues import QueueName

NAMESPACE = "dramatiq"  # of the broker's keys


@dataclass(frozen=True, kw_only=True)
class Backlog:
    """One queue now: jobs waiting and due, jobs in work, and the age in seconds of the oldest one waiting."""

    queue: QueueName
    queued: int
    running: int
    oldest_age_s: float


def backlog(session: Session) -> list[Backlog]:
    """The backlog of every queue, from the rows: what is true even when Redis is away."""
    return [_of_queue(session, queue) for queue in QueueName]


def _of_queue(session: Session, queue: QueueName) -> Backlog:
    # What is queued has a row in the outbox, which holds nothing else; what runs is in the index of leases.
    due = select(func.count(), func.min(Outbox.due_at)).where(
        Outbox.queue == queue, Outbox.due_at <= func.now()
    )
    queued, oldest = session.execute(due).one()
    running = select(func.count()).where(Job.queue == queue, Job.state == JobState.RUNNING)
    age = session.scalar(select(func.extract("epoch", func.now() - oldest))) if oldest else 0
    return Backlog(
        queue=queue, queued=queued, running=session.scalar(running) or 0, oldest_age_s=float(age or 0)
    )


def in_all(counted: Iterable[Sequence[Backlog]]) -> list[Backlog]:
    """The backlogs of several shards together, queue by queue."""
    return [
        Backlog(
            queue=queue, queued=sum(each.queued for each in of_queue),
            running=sum(each.running for each in of_queue),
            oldest_age_s=max(each.oldest_age_s for each in of_queue),
        )
        for of_queue in zip(*counted, strict=True)
        for queue in [of_queue[0].queue]
    ]  # fmt: skip


def messages_waiting(client: redis.Redis, queue: QueueName) -> int:
    """Messages of `queue` that no worker has fetched yet."""
    return int(client.llen(queue_key(queue)))


def queue_key(queue: QueueName) -> str:
    """The list in Redis of the messages of `queue` that wait."""
    return f"{NAMESPACE}:{queue}"
