"""A batch on every shard: each has a row of the batch, of the same id, that counts the shard's own members.

So the end of a chunk and its counts are one transaction of one database, whichever shard it is on. What
operators see is the sum, and what they do is done to every part.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, inspect
from sqlalchemy.orm import Session

from models.cluster import Cluster
from models.errors import Conflict, NotFound
from models.nights.batch import Batch, BatchState
from models.nights.control import cancel_batch, pause_batch, resume_batch
from models.nights.failures import SeenFailure, see_failures
from models.nights.seen import SeenBatch, SeenPart, seen_of, seen_parts
from models.nights.tally import Tally
from models.shards.exclusion import no_moves
from models.shards.gather import gather

Result = TypeVar("Result")

COUNTS = ("members", "chunks_left", *(field.name for field in fields(Tally)))
PRECEDENCE = (BatchState.RUNNING, BatchState.PAUSED, BatchState.CANCELLED, BatchState.FINISHED)
"""The state of a batch is the first of these that one of its parts has."""


def on_parts(cluster: Cluster, act: Callable[[Session], Result]) -> list[Result]:
    """Do `act` to the batch's part on every shard, each in a transaction; return what came of those it was.

    A part that is not in a state for it, as one that is finished already, is left as it is.

    Raises
    ------
    Conflict, NotFound
        When no part was in a state for it; when there is none.
    """
    done: list[Result] = []
    refusals: list[Conflict | NotFound] = []
    for part in cluster.every():
        try:
            with part.control() as session:
                done.append(act(session))
        except (Conflict, NotFound) as error:
            refusals.append(error)
    if not done:
        raise next((error for error in refusals if isinstance(error, Conflict)), refusals[0])
    return done


def pause_night(cluster: Cluster, batch_id: UUID, *within: ColumnElement[bool], by: str) -> None:
    """As `pause_batch`, on every shard."""
    on_parts(cluster, lambda session: pause_batch(session, batch_id, *within, by=by))


def resume_night(cluster: Cluster, batch_id: UUID, *within: ColumnElement[bool], by: str) -> int:
    """As `resume_batch`, on every shard."""
    with no_moves(cluster):
        return sum(on_parts(cluster, lambda session: resume_batch(session, batch_id, *within, by=by)))


def cancel_night(cluster: Cluster, batch_id: UUID, *within: ColumnElement[bool], by: str) -> None:
    """As `cancel_batch`, on every shard."""
    on_parts(cluster, lambda session: cancel_batch(session, batch_id, *within, by=by))


def see_failed(
    cluster: Cluster, batch_id: UUID, *, limit: int, after: UUID | None = None
) -> list[SeenFailure]:
    """As `see_failures`, of every shard, in the order of the members."""
    return gather(
        cluster, lambda session: see_failures(session, batch_id, limit=limit, after=after),
        key=lambda failure: failure.member_id, limit=limit,
    )  # fmt: skip


def whole_batch(cluster: Cluster, batch_id: UUID, *within: ColumnElement[bool]) -> SeenBatch | None:
    """The batch with all its parts, or None when there is none that meets `within`."""
    found = whole_batches(cluster, Batch.id == batch_id, *within, limit=1)
    return found[0] if found else None


def whole_batches(cluster: Cluster, *within: ColumnElement[bool], limit: int) -> list[SeenBatch]:
    """The batches with a part that meets `within`, the newest first.

    Raises
    ------
    Unavailable
        When a shard does not answer: a sum without it would be wrong.
    """
    parts = cluster.every()
    found: dict[UUID, list[SeenPart]] = {}
    for part in parts:
        with part.control() as session:
            for seen in seen_parts(session, *within, limit=limit):
                found.setdefault(seen.batch.id, []).append(seen)
    newest = sorted(found, reverse=True)[:limit]
    if len(parts) > 1:
        # A part elsewhere may not meet `within`, as one that has finished before the others.
        found = {batch_id: [] for batch_id in newest}
        for part in parts:
            with part.control() as session:
                for seen in seen_parts(session, Batch.id.in_(newest), limit=len(newest)):
                    found[seen.batch.id].append(seen)
    return [seen_of(_together(found[batch_id])) for batch_id in newest]


def _together(parts: Sequence[SeenPart]) -> SeenPart:
    if len(parts) == 1:
        return parts[0]
    values = {column.key: getattr(parts[0].batch, column.key) for column in inspect(Batch).column_attrs}
    values |= {name: sum(getattr(part.batch, name) for part in parts) for name in COUNTS}
    states = {part.batch.state for part in parts}
    values["state"] = next(state for state in PRECEDENCE if state in states)
    ends = [part.batch.finished_at for part in parts]
    values["finished_at"] = max((end for end in ends if end), default=None) if all(ends) else None
    return SeenPart(
        batch=Batch(**values),
        tenant=parts[0].tenant,
        now=parts[0].now,
        lately=sum(part.lately for part in parts),
        workers=frozenset().union(*(part.workers for part in parts)),
    )
