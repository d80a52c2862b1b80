"""The events of jobs on their way through Redis: told in a transaction, published after its commit, read.

Each queue has one stream. An entry holds a group of events, one a line: the job's id in hexadecimal, a space,
the event as JSON. Measured against a stream for each job and against sixteen streams with an entry for each
event, this costs the publisher and Redis a third to two thirds; a reader follows any number of jobs with one
blocking call that names two streams; and memory has a bound whatever the number of jobs (docs/events.md).

Redis is only the fast way. What is lost here is found in the jobs' rows, which decide.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

import redis
from sqlalchemy.orm import Session

from models.events.event import Event, Order, event_text, read_event
from models.jobs.queues import QueueName

TOLD = "events"  # where a session keeps what it will tell
FIELD = b"events"
GROUP = 64  # events of one entry, at most
MOST_ENTRIES = 5_000  # of a stream, or a few more: at most 100 MB, when every entry is full
LIFE_S = 3_600  # of a stream that nobody adds to
READ_AT_ONCE = 200  # entries of one reading
LOOK_BACK = 2_000  # entries that are searched for what a client missed

Positions = Mapping[str, str]
"""For each stream, the id of the last entry that was read."""


Heard = tuple[str, Event | None]
"""A job's id in hexadecimal and its event, None when only a newer version understands that."""


def tell(session: Session, told: Iterable[Event]) -> None:
    """Tell of these events once the session's transaction is committed, and only then."""
    session.info.setdefault(TOLD, []).extend(told)


def take_told(session: Session) -> list[Event]:
    """What the session's transaction told, to be published now that it is committed."""
    taken: list[Event] = session.info.pop(TOLD, [])
    return taken


def stream_of(queue: QueueName) -> str:
    """The key of the queue's stream."""
    return f"reveille:events:{queue}"


def publish(client: redis.Redis, events: Iterable[Event]) -> None:
    """Add the events to the streams of their queues, in their order."""
    by_queue: dict[QueueName, list[Event]] = defaultdict(list)
    for told in events:
        by_queue[told.queue].append(told)
    for queue, of_queue in by_queue.items():
        for start in range(0, len(of_queue), GROUP):
            entry: Any = {FIELD: "\n".join([_line(told) for told in of_queue[start : start + GROUP]])}
            client.xadd(stream_of(queue), entry, maxlen=MOST_ENTRIES, approximate=True)


def keep(client: redis.Redis) -> None:
    """Let the streams live on; whoever publishes says this now and then."""
    for queue in QueueName:
        client.expire(stream_of(queue), LIFE_S)


def newest(client: redis.Redis) -> dict[str, str]:
    """The positions after everything that is in the streams now."""
    with client.pipeline(transaction=False) as pipeline:
        for queue in QueueName:
            pipeline.xrevrange(stream_of(queue), count=1)
        last = pipeline.execute()
    ids = [entries[0][0].decode() if entries else "0-0" for entries in last]
    return {stream_of(queue): entry_id for queue, entry_id in zip(QueueName, ids, strict=True)}


def read(
    client: redis.Redis, after: Positions, wanted: Container[str], block_s: float
) -> tuple[list[Heard], Positions]:
    """Wait at most `block_s` for entries after these positions.

    Returns
    -------
    What was told of the jobs that are `wanted`, and the positions after what was read.
    """
    positions: Any = dict(after)
    found: Any = client.xread(positions, count=READ_AT_ONCE, block=max(1, int(block_s * 1000)))
    heard: list[Heard] = []
    for stream, entries in found or ():
        positions[stream.decode()] = entries[-1][0].decode()
        heard += [line for _, fields in entries for line in _wanted(fields, wanted)]
    return heard, positions


def missed(client: redis.Redis, queue: QueueName, job_id: UUID, after: Order) -> list[Event]:
    """The events of one job that follow `after`, as far as the stream still has them, in their order."""
    found: dict[Order, Event] = {}
    for fields in _backwards(client, stream_of(queue)):
        orders = {told.order: told for _, told in _wanted(fields, {job_id.hex}) if told is not None}
        found |= {order: told for order, told in orders.items() if order > after}
        if any(order <= after for order in orders):
            break
    return [found[order] for order in sorted(found)]


def _backwards(client: redis.Redis, stream: str) -> Iterator[Mapping[bytes, bytes]]:
    """The newest `LOOK_BACK` entries of a stream, the newest first."""
    before = "+"
    for _ in range(LOOK_BACK // READ_AT_ONCE):
        entries: Any = client.xrevrange(stream, max=before, count=READ_AT_ONCE)
        yield from (fields for _, fields in entries)
        if len(entries) < READ_AT_ONCE:
            return
        before = f"({entries[-1][0].decode()}"


def _line(told: Event) -> str:
    return f"{told.job_id.hex} {event_text(told)}"


def _wanted(fields: Mapping[bytes, bytes], wanted: Container[str]) -> Iterator[Heard]:
    for line in fields.get(FIELD, b"").decode().splitlines():
        job_hex, _, text = line.partition(" ")
        if job_hex in wanted:
            yield job_hex, _event_or_none(text)


def _event_or_none(text: str) -> Event | None:
    try:
        return read_event(text)
    except ValueError:
        return None
