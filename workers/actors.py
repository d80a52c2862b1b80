"""The actors: what a message of each queue calls. Each is a few lines; the work is in run_job."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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

    def on_message(**told: Any) -> None:
        run(jobs_of(told))

    for queue in QueueName:
        declare = dramatiq.actor(broker=broker, actor_name=actor_name(queue), queue_name=queue)
        declare(on_message)


def jobs_of(told: Mapping[str, Any]) -> list[UUID]:
    """The jobs that a message tells of.

    Raises
    ------
    ValueError
        When it is newer than this code, or no message of ours.
    """
    version, one = told.get("version"), told.get("job_id")
    if not isinstance(version, int) or not (one or told.get("job_ids")):
        raise ValueError("a message names its version and its job_id or job_ids")
    if version > MESSAGE_VERSION:
        raise ValueError(f"message version {version} is newer than this worker's, {MESSAGE_VERSION}")
    return [UUID(each) for each in ([one] if one else told["job_ids"])]


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
