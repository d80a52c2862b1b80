"""A chunk of a batch: the members of a range of ids, planned by one job of the batch queue.

A chunk that was lost with its worker twice is cut in two, and its halves again with their first loss, until
the one member is found whose data ends workers; that one becomes a dead letter. Of a chunk that outlives its
deadline what is done is saved, and the members who are left are a chunk of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, insert, select, text, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.errors import BadChunk
from models.ids import new_id
from models.jobs.job import Job
from models.jobs.outbox import owe
from models.jobs.queues import QueueName
from models.members.member import Member
from models.members.owned import OWNED
from models.nights.batch import Batch

WHOLE_LOSSES = 2  # of a chunk before it is cut; a deployment or an operator may well end a worker once
SINGLE_LOSSES = 3  # of a chunk of one member before it is a dead letter

FIRST = UUID(int=0)


@dataclass(frozen=True, kw_only=True)
class Range:
    """The members after the id `after` up to and with `upto`; there were `members` of them.

    `only` names those who are left of a chunk whose others are done; None: all of the range.
    """

    after: UUID
    upto: UUID
    members: int
    only: tuple[UUID, ...] | None = None

    def json(self) -> dict[str, Any]:
        """As it stands in the `request` of the chunk's job."""
        ends = {"after": str(self.after), "upto": str(self.upto), "members": self.members}
        return ends if self.only is None else {**ends, "only": [str(member_id) for member_id in self.only]}

    def has(self, member_id: InstrumentedAttribute[UUID]) -> tuple[ColumnElement[bool], ...]:
        """The conditions under which the column `member_id` names one of its members."""
        inside = (member_id > self.after, member_id <= self.upto)
        return inside if self.only is None else (*inside, member_id.in_(self.only))

    def rest(self, left: Sequence[UUID]) -> Range:
        """The range of those who are left of it when the others are done."""
        return replace(self, members=len(left), only=tuple(sorted(left)))

    def but(self, rest: Range) -> Range:
        """The range with the members of `rest` counted with it no more."""
        return replace(self, members=self.members - rest.members, only=None)


def range_of(request: Mapping[str, Any]) -> Range:
    """The range of a chunk's job.

    Raises
    ------
    BadChunk
        When it is none.
    """
    try:
        after, upto = UUID(request["after"]), UUID(request["upto"])
        only = tuple(UUID(member_id) for member_id in request["only"]) if "only" in request else None
        return Range(after=after, upto=upto, members=int(request["members"]), only=only)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        text = "its request must be {after, upto, members}, two ids and a number, perhaps with ids as `only`"
        raise BadChunk(text) from error


# The last id of every chunk and how many members it has, from the index alone.
BOUNDS = text("""
SELECT id, 1 + (n - 1) % :size AS members FROM (
    SELECT id, row_number() OVER (ORDER BY id) AS n, count(*) OVER () AS total
    FROM member WHERE tenant_id = :tenant_id AND (SELECT buckets FROM shard_self) @> bucket_of(id)
) numbered WHERE n % :size = 0 OR n = total ORDER BY id
""")


def cut(session: Session, tenant_id: UUID, size: int) -> list[Range]:
    """The tenant's members in ranges of `size`, the last one smaller."""
    ranges: list[Range] = []
    for row in session.execute(BOUNDS, {"tenant_id": tenant_id, "size": size}):
        after = ranges[-1].upto if ranges else FIRST
        ranges.append(Range(after=after, upto=row.id, members=row.members))
    return ranges


FIRST_BUCKET = text("SELECT lower(buckets) FROM shard_self")


def make_chunks(session: Session, batch: Batch, ranges: Iterable[Range], *, attempts: int = 0) -> None:
    """Queue a job for each range, inside the caller's transaction."""
    ranges = list(ranges)
    # A chunk is of many buckets; its id has one of this shard's, so that its messages lead here.
    bucket = session.scalar(FIRST_BUCKET) if ranges else 0
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(bucket or 0), "tenant_id": batch.tenant_id, "batch_id": batch.id, "kind": batch.kind,
            "queue": QueueName.BATCH, "request": part.json(), "attempts": attempts,
        }
        for part in ranges
    ]  # fmt: skip
    if rows:
        session.execute(insert(Job), rows)
        owe(session, [row["id"] for row in rows])


def add_chunk(session: Session, batch_id: UUID, part: Range, *, attempts: int) -> None:
    """Queue one more chunk of a batch under way; the caller holds the chunk that it was a part of."""
    make_chunks(session, session.get_one(Batch, batch_id), [part], attempts=attempts)
    session.execute(update(Batch).where(Batch.id == batch_id).values(chunks_left=Batch.chunks_left + 1))


def halves(session: Session, tenant_id: UUID, whole: Range) -> Sequence[Range]:
    """The range in two; as it is when it has but one member left."""
    inside = (Member.tenant_id == tenant_id, *whole.has(Member.id), OWNED)
    ids = session.scalars(select(Member.id).where(*inside).order_by(Member.id)).all()
    if len(ids) < 2:
        return [whole]
    middle = len(ids) // 2
    left = replace(whole, upto=ids[middle - 1], members=middle)
    # Those who are gone meanwhile are counted with the second half, so that the sum stays.
    return [left, replace(whole, after=left.upto, members=whole.members - middle)]
