"""A job's event: one step of its life, with an id that orders it.

The id is made from the job's row alone, `{token}-{step}`: the fencing token rises with every claim, rescue
and cancel, and within one token a job starts (0), progresses (1-1000), ends (1001) or waits again (1002). So
two events of a job are in the same order for everybody, whatever became of Redis and of the clocks; what is
told twice has the same id twice; and the row itself can be told as the event that brought it where it is.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import Row

from models.jobs.job import Job, JobState
from models.jobs.queues import QueueName


class EventType(StrEnum):
    QUEUED = "queued"
    STARTED = "started"  # a worker took it
    PROGRESS = "progress"
    RETRYING = "retrying"  # an attempt failed, or its worker was lost: another one follows
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


STATES = {
    EventType.QUEUED: JobState.QUEUED,
    EventType.STARTED: JobState.RUNNING,
    EventType.PROGRESS: JobState.RUNNING,
    EventType.RETRYING: JobState.QUEUED,
    EventType.SUCCEEDED: JobState.SUCCEEDED,
    EventType.FAILED: JobState.FAILED,
    EventType.CANCELLED: JobState.CANCELLED,
}
FINAL = frozenset({EventType.SUCCEEDED, EventType.FAILED, EventType.CANCELLED})

ORDER = re.compile(r"(\d{1,9})-(\d{1,9})", re.ASCII)

STARTED, ENDED, WAITING = 0, 1001, 1002
"""The steps within one token; between the first two, the progress in thousandths."""


class Order(NamedTuple):
    """The id of an event as a pair that compares as the events follow each other."""

    token: int
    step: int

    def __str__(self) -> str:
        return f"{self.token}-{self.step}"


BEFORE_ALL = Order(-1, 0)


def order_of(text: str) -> Order:
    """The order that an event's id says.

    >>> order_of("3-1001") > order_of("3-500") > order_of("2-1002")
    True

    Raises
    ------
    ValueError
        When `text` is not the id of an event.
    """
    found = ORDER.fullmatch(text)
    if found is None:
        raise ValueError("an event's id is two whole numbers with a hyphen between them, as in 3-1001")
    return Order(int(found[1]), int(found[2]))


@dataclass(kw_only=True, slots=True)  # not frozen, which takes twice as long to make: every step makes one
class Event:
    """One step of a job's life; `problem` is the type of the problem that ended the job or its attempt."""

    order: Order
    type: EventType
    job_id: UUID
    tenant_id: UUID
    member_id: UUID | None  # None: of a chunk of a batch
    queue: QueueName
    attempts: int
    progress: float
    at: datetime
    plan_id: UUID | None = None
    problem: str | None = None

    @property
    def state(self) -> JobState:
        """The job's state from this event on."""
        return STATES[self.type]

    @property
    def final(self) -> bool:
        """Whether nothing follows it."""
        return self.type in FINAL


class Subject(Protocol):
    """What an event takes from a job's row or a worker's claim."""

    @property
    def id(self) -> UUID: ...
    @property
    def tenant_id(self) -> UUID: ...
    @property
    def member_id(self) -> UUID | None: ...
    @property
    def queue(self) -> QueueName: ...
    @property
    def token(self) -> int: ...
    @property
    def attempts(self) -> int: ...


SUBJECT = (Job.id, Job.tenant_id, Job.member_id, Job.queue, Job.token, Job.attempts)
"""The columns of a job that make it a `Subject`."""


def event(job: Subject | Row[Any], kind: EventType, *, progress: float = 0.0, **more: Any) -> Event:
    """The event `kind` of a job that is at its token now; at the present moment, where no `at` is given."""
    at: datetime = more.pop("at", None) or datetime.now(UTC)
    return Event(
        order=Order(job.token, _step(kind, progress)),
        type=kind,
        job_id=job.id,
        tenant_id=job.tenant_id,
        member_id=job.member_id,
        queue=job.queue,
        attempts=job.attempts,
        progress=1.0 if kind == EventType.SUCCEEDED else progress,
        at=at.replace(microsecond=at.microsecond // 1000 * 1000),
        **more,
    )


def present_event(job: Job) -> Event:
    """The event that brought the job to where its row is now; its time as far as the row tells it."""
    problem = str(job.error["type"]) if job.error else None
    at = job.finished_at or job.started_at or job.queued_at
    kind = _present_type(job)
    return event(job, kind, progress=job.progress, plan_id=job.plan_id, problem=problem, at=at)


def _present_type(job: Job) -> EventType:
    if job.state == JobState.QUEUED:
        return EventType.RETRYING if job.attempts else EventType.QUEUED
    if job.state == JobState.RUNNING:
        return EventType.PROGRESS if job.progress else EventType.STARTED
    return EventType(job.state)


def _step(kind: EventType, progress: float) -> int:
    if kind == EventType.STARTED:
        return STARTED
    if kind == EventType.PROGRESS:
        return 1 + int(progress * 999)
    return ENDED if kind in FINAL else WAITING


def event_text(told: Event) -> str:
    """The event as one line of JSON, as it stands in the stream and as clients get it.

    Written out, for that takes half as long as the encoder does; words and ids need no escaping.
    """
    at = told.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    plan_id = "null" if told.plan_id is None else f'"{told.plan_id}"'
    member_id = "null" if told.member_id is None else f'"{told.member_id}"'
    return (
        f'{{"id":"{told.order.token}-{told.order.step}","type":"{told.type}","job_id":"{told.job_id}",'
        f'"tenant_id":"{told.tenant_id}","member_id":{member_id},"queue":"{told.queue}",'
        f'"state":"{told.state}","attempts":{told.attempts},"progress":{told.progress},"at":"{at}",'
        f'"plan_id":{plan_id},"problem":{json.dumps(told.problem)}}}'
    )


def read_event(text: str | bytes) -> Event:
    """The event of one line of JSON; what a newer version adds to it is left out.

    Raises
    ------
    ValueError
        When it is not an event that this version knows.
    """
    try:
        told = json.loads(text)
        return Event(
            order=order_of(told["id"]),
            type=EventType(told["type"]),
            job_id=UUID(told["job_id"]),
            tenant_id=UUID(told["tenant_id"]),
            member_id=UUID(told["member_id"]) if told["member_id"] else None,
            queue=QueueName(told["queue"]),
            attempts=int(told["attempts"]),
            progress=float(told["progress"]),
            at=datetime.fromisoformat(told["at"]),
            plan_id=UUID(told["plan_id"]) if told["plan_id"] else None,
            problem=told["problem"],
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not an event of this version: {error!r}") from error
