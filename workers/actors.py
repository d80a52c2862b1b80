"""The actors: what a message of each queue calls. Each is five lines; the work is in run_job."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import dramatiq

from models.queues import MESSAGE_VERSION, QueueName

Runner = Callable[[UUID], object]


def actor_name(queue: QueueName) -> str:
    """The name that messages of `queue` carry."""
    return f"plan_{queue}"


def declare_actors(broker: dramatiq.Broker, run: Runner) -> None:
    """Declare on `broker` one actor for each queue, which gives the job's id to `run`."""

    def on_message(job_id: str, version: int) -> None:
        if version > MESSAGE_VERSION:
            raise ValueError(f"message version {version} is newer than this worker's, {MESSAGE_VERSION}")
        run(UUID(job_id))

    for queue in QueueName:
        declare = dramatiq.actor(broker=broker, actor_name=actor_name(queue), queue_name=queue)
        declare(on_message)


def message(queue: QueueName, job_id: UUID) -> dramatiq.Message[None]:
    """The message that calls the actor of `queue`: the job's id and the message's version, nothing else."""
    return dramatiq.Message(
        queue_name=queue,
        actor_name=actor_name(queue),
        args=(),
        kwargs={"job_id": str(job_id), "version": MESSAGE_VERSION},
        options={},
    )
