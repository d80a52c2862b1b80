"""The actors: what a message of each queue calls. Each is a few lines; the work is in run_job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import dramatiq

from models.jobs.queues import MESSAGE_VERSION, QueueName

Runner = Callable[[Sequence[UUID]], object]


def actor_name(queue: QueueName) -> str:
    """The name that messages of `queue` carry."""
    return f"plan_{queue}"


def declare_actors(broker: dramatiq.Broker, run: Runner) -> None:
    """Declare on `broker` one actor for each queue, which gives the jobs' ids to `run`."""

    def on_message(version: int, job_id: str | None = None, job_ids: Sequence[str] = ()) -> None:
        if version > MESSAGE_VERSION:
            raise ValueError(f"message version {version} is newer than this worker's, {MESSAGE_VERSION}")
        run([UUID(each) for each in ([job_id] if job_id else job_ids)])

    for queue in QueueName:
        declare = dramatiq.actor(broker=broker, actor_name=actor_name(queue), queue_name=queue)
        declare(on_message)


def message(queue: QueueName, job_ids: Sequence[UUID]) -> dramatiq.Message[None]:
    """The message that calls the actor of `queue`: ids of jobs and the message's version, nothing else.

    For one job it is of version 1, which workers of the version before understand too.
    """
    texts = [str(job_id) for job_id in job_ids]
    one: dict[str, Any] = {"job_id": texts[0], "version": 1}
    return dramatiq.Message(
        queue_name=queue,
        actor_name=actor_name(queue),
        args=(),
        kwargs=one if len(texts) == 1 else {"job_ids": texts, "version": MESSAGE_VERSION},
        options={},
    )
