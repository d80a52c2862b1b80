"""Moves buckets from one shard to another while everybody works on.

For each lot of buckets (those of 64 that share a lock):

    source owns    members copied, changed ones copied anew until few are left      writers work
        │          lot held; the last changes copied; what is active kept aside     writers wait
        ▼
    nobody owns    source has disowned it, in the transaction that deletes what is active there
        ▼
    target owns    what is active put in, in the transaction that owns
        ▼
    mapped         the control database says so; whoever waited goes on             writers work

and when all are mapped, what is left on the source is deleted. Each arrow is one transaction of one database,
and how far a move has come is read from who owns what; so one that was interrupted anywhere, by whatever, is
ended by running it again.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from models.archive.take import alone
from models.cluster import Cluster
from models.errors import Conflict, Unavailable
from models.jobs.outbox import CHANNEL
from models.shards.baggage import (
    copy_catalogues,
    copy_failed_batches,
    copy_manifest,
    give_chunks_other_ids,
)
from models.shards.change import DISOWN, OWN, owned, redraw
from models.shards.copying import (
    Connection,
    active_members,
    copy_members,
    delete_members,
    forget_active,
    keep_aside,
    make_ready,
    put_in,
)
from models.shards.exclusion import no_nights
from models.shards.move import MoveState, ShardMove
from models.shards.shard import Shard
from models.shards.spread import spread
from models.shards.watching import changed, unwatch, watch

logger = logging.getLogger(__name__)

STRIPE = 64  # buckets that share a lock, as in the function hold_buckets
LOCK = 7_265_766
MOVES = 7_265_766_569  # advisory lock of the control database: one mover at a time

MEMBERS = 100  # of one transaction
FEW = 50  # changed members that are left for the pause
ROUNDS = 20  # in which they must become few
HOLD_MS = 300  # that writers are waited for, and others behind them; then they go first
AGAIN_S = 0.2  # between two tries to hold a lot, or to look whether a night is over
GRACE_S = 1.0
NIGHT_S = 12 * 3600.0  # that a night is waited for


class Step(StrEnum):
    """What has just been done, for whoever follows a move."""

    BEGUN = "begun"
    WATCHED = "watched"
    COPIED = "copied"
    CAUGHT_UP = "caught up"
    HELD = "held"
    KEPT_ASIDE = "kept aside"
    DISOWNED = "disowned"
    ARRIVED = "arrived"
    MAPPED = "mapped"
    CLEANING = "cleaning"
    CLEANED = "cleaned"


class Owner(StrEnum):
    SOURCE = "source"
    NOBODY = "nobody"
    TARGET = "target"


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What a run of a move did."""

    move_id: int
    buckets: int
    members: int
    rows: int
    pauses_s: tuple[float, ...]  # that writers of each lot had to wait at most


Follow = Callable[[Step], None]


def move(
    cluster: Cluster, buckets: Sequence[int], target: str, *, by: str, follow: Follow = lambda _: None
) -> Moved:
    """Move the buckets to the shard `target`, or end a move of them that was interrupted.

    Raises
    ------
    Conflict
        When they are not all on one other shard, when another move is not ended, when another process is at
        it, and while the archive runs on the source.
    Unavailable
        When one of the databases does not answer: run it again.
    """
    with _only_mover(cluster):
        row = _begun(cluster, sorted(set(buckets)), target, by)
        follow(Step.BEGUN)
        with Mover.of(cluster, row, follow) as mover:
            return mover.run()


def give_up(cluster: Cluster) -> ShardMove | None:
    """Leave what the source of the running move still owns where it is; None when no move runs.

    What has been switched stays switched: it is another move that brings it back.
    """
    with _only_mover(cluster):
        row = running_move(cluster)
        if row is None:
            return None
        with Mover.of(cluster, row, lambda _: None) as mover:
            mover.give_up()
        return row


def running_move(cluster: Cluster) -> ShardMove | None:
    """The move that is not ended, whether or not a process is at it."""
    with cluster.control() as session:
        return session.scalar(select(ShardMove).where(ShardMove.state == MoveState.RUNNING))


@contextmanager
def _only_mover(cluster: Cluster) -> Iterator[None]:
    with cluster.own_connection("shard-mover") as connection:
        row = connection.execute(f"SELECT pg_try_advisory_lock({MOVES})").fetchone()
        if not row or not row[0]:
            raise Conflict("another process is moving buckets; wait for it")
        yield


def _begun(cluster: Cluster, buckets: list[int], target: str, by: str) -> ShardMove:
    cluster.refresh()
    there = running_move(cluster)
    if there is not None:
        if (list(there.buckets), there.target) != (buckets, target):
            raise Conflict(
                f"a move of {len(there.buckets)} buckets to {there.target} is not ended: run it again, or "
                "give it up with `reveille shards move --give-up`"
            )
        return there
    if target not in cluster.map().regions:
        raise Conflict(f"there is no shard {target}: add it first")
    sources = {cluster.map().owners[bucket] for bucket in buckets}
    if len(sources) != 1 or target in sources:
        raise Conflict(
            f"the buckets must all be on one other shard; they are on {', '.join(sorted(sources))}"
        )
    try:
        with cluster.control() as session:
            row = ShardMove(buckets=buckets, source=sources.pop(), target=target, started_by=by)
            session.add(row)
            session.flush()
            session.refresh(row)
            return row
    except IntegrityError as error:
        raise Conflict("another move has just begun") from error


class Mover:
    """One run of a move, with a connection to each of the two shards."""

    def __init__(
        self, cluster: Cluster, row: ShardMove, follow: Follow, source: Connection, target: Connection
    ) -> None:
        self._cluster = cluster
        self._row = row
        self._follow = follow
        self._source = source
        self._target = target
        self._pauses_s: list[float] = []
        self._members = self._rows = 0

    @classmethod
    @contextmanager
    def of(cls, cluster: Cluster, row: ShardMove, follow: Follow) -> Iterator[Mover]:
        """Connected, and with what the target must know beforehand."""
        source, target = cluster.named(row.source), cluster.named(row.target)
        with ExitStack() as open_:
            open_.enter_context(alone(cluster.on(source)))  # nothing is archived away under our hands
            connections = [open_.enter_context(_connected(shard)) for shard in (source, target)]
            try:
                yield cls(cluster, row, follow, *connections)
            except psycopg.OperationalError as error:
                cause = f"a shard does not answer: {str(error).partition(chr(10))[0]}"
                raise Unavailable("the move was interrupted; run it again", cause=cause) from error

    def run(self) -> Moved:
        """Do what is left of the move."""
        self._prepare()
        watch(self._source, self._row.buckets)
        self._follow(Step.WATCHED)
        for lot in self._lots():
            self._do(lot)
        self._clean(self._row.buckets)
        self._end(MoveState.DONE)
        return Moved(
            move_id=self._row.id, buckets=len(self._row.buckets), members=self._members, rows=self._rows,
            pauses_s=tuple(self._pauses_s),
        )  # fmt: skip

    def give_up(self) -> None:
        """End the move with what it has switched so far."""
        self._prepare()
        lots = self._lots()
        left = [bucket for lot in lots if self._owner(lot) == Owner.SOURCE for bucket in lot]
        for lot in lots:
            if self._owner(lot) != Owner.SOURCE:
                self._do(lot)
        for ids in batched(self._members_in(self._target, left), MEMBERS):
            with self._target.transaction():
                delete_members(self._target, ids)
        moved = sorted(set(self._row.buckets) - set(left))
        self._clean(moved)
        self._end(MoveState.DONE if moved else MoveState.CANCELLED)

    def _lots(self) -> list[list[int]]:
        lots: dict[int, list[int]] = defaultdict(list)
        for bucket in self._row.buckets:
            lots[bucket // STRIPE].append(bucket)
        return list(lots.values())

    def _owner(self, lot: Sequence[int]) -> Owner:
        for name, owner in ((self._row.source, Owner.SOURCE), (self._row.target, Owner.TARGET)):
            with self._cluster.named(name).work() as session:
                if set(lot) <= owned(session)[1]:
                    return owner
        return Owner.NOBODY

    def _prepare(self) -> None:
        with self._cluster.control() as control, self._cluster.named(self._row.target).work() as session:
            spread(control, session)
        make_ready(self._target)
        with self._target.transaction():
            copy_catalogues(self._source, self._target)

    def _do(self, lot: list[int]) -> None:
        owner = self._owner(lot)
        if owner == Owner.SOURCE:
            self._switch(lot, self._copy(lot))
            return
        if owner == Owner.NOBODY:
            self._arrive(lot)
        self._map(lot)

    # Copying, while everybody works.

    def _copy(self, lot: list[int]) -> list[UUID]:
        """Copy the lot's members; return those who have something active."""
        ids = self._members_in(self._source, lot)
        for part in batched(ids, MEMBERS):
            self._rows += self._copy_now(part)
        self._members += len(ids)
        self._follow(Step.COPIED)
        active: set[UUID] = set()
        for part in batched(ids, 10 * MEMBERS):
            active |= active_members(self._source, part)
        for _ in range(ROUNDS):
            dirty = changed(self._source, lot)
            active |= dirty
            for part in batched(sorted(dirty), MEMBERS):
                self._copy_now(part)
            if len(dirty) <= FEW:
                break
        self._follow(Step.CAUGHT_UP)
        return sorted(active)

    def _copy_now(self, ids: Sequence[UUID]) -> int:
        with self._source.transaction(), self._target.transaction():
            self._source.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            copy_failed_batches(self._source, self._target, ids)
            return copy_members(self._source, self._target, ids)

    def _members_in(self, connection: Connection, buckets: Sequence[int]) -> list[UUID]:
        wanted = "SELECT id FROM member WHERE bucket_of(id) = ANY(%s) ORDER BY id"
        return [row[0] for row in connection.execute(wanted, [list(buckets)])]

    # The pause.

    def _switch(self, lot: list[int], active: Sequence[UUID]) -> None:
        until = time.monotonic() + NIGHT_S
        while not self._try_switch(lot, active):
            if time.monotonic() >= until:
                raise Conflict("a night is open all the time: end it, and run the move again")
            time.sleep(AGAIN_S)

    def _try_switch(self, lot: list[int], active: Sequence[UUID]) -> bool:
        with no_nights(self._cluster) as quiet:
            if not quiet or self._night_is_open():
                return False
            began = time.monotonic()
            try:
                with self._source.transaction():
                    self._source.execute(f"SET LOCAL lock_timeout = {HOLD_MS}")
                    self._source.execute(f"SELECT pg_advisory_xact_lock({LOCK}, {lot[0] // STRIPE})")
                    self._follow(Step.HELD)
                    self._leave(lot, active)
            except psycopg.errors.LockNotAvailable:
                return False
            self._follow(Step.DISOWNED)
            self._arrive(lot)
            self._map(lot)
            self._pauses_s.append(time.monotonic() - began)
        return True

    def _night_is_open(self) -> bool:
        asked = "SELECT EXISTS (SELECT FROM batch WHERE state IN ('running', 'paused'))"
        return any(
            bool(row[0]) for side in (self._source, self._target) for row in side.execute(asked).fetchall()
        )

    def _leave(self, lot: list[int], active: Sequence[UUID]) -> None:
        """All that the source does in its one transaction, in which it holds the lot."""
        dirty = changed(self._source, lot)
        asked = sorted({*active, *dirty})
        with self._target.transaction():
            if dirty:
                copy_failed_batches(self._source, self._target, sorted(dirty))
                copy_members(self._source, self._target, dirty)
            keep_aside(self._source, self._target, asked)
            copy_manifest(self._source, self._target, lot)
        self._follow(Step.KEPT_ASIDE)
        forget_active(self._source, asked)
        give_chunks_other_ids(self._source, lot)
        self._source.execute(*_statement(DISOWN.text, lot, self._cluster.map().epoch + 1))

    def _arrive(self, lot: list[int]) -> None:
        with self._target.transaction():
            put_in(self._target)
            self._target.execute(*_statement(OWN.text, lot, self._cluster.map().epoch + 1))
            self._target.execute("SELECT pg_notify(%s, '')", [CHANNEL])
        self._follow(Step.ARRIVED)

    def _map(self, lot: list[int]) -> None:
        self._cluster.refresh()
        owners = self._cluster.map().owners
        if any(owners[bucket] != self._row.target for bucket in lot):
            with self._cluster.control() as session:
                redraw(session, lot, self._row.target)
            self._cluster.refresh()
        told = {"action": "shards.switch", "buckets": len(lot), "shard": self._row.target}
        logger.info("%s buckets are on %s", len(lot), self._row.target, extra=told)
        self._follow(Step.MAPPED)

    # What is left on the source.

    def _clean(self, buckets: Sequence[int]) -> None:
        unwatch(self._source)
        self._wait_for_readers()
        self._follow(Step.CLEANING)
        for ids in batched(self._members_in(self._source, buckets), MEMBERS):
            with self._source.transaction():
                delete_members(self._source, ids)
        self._source.execute("DELETE FROM shard_change")
        self._follow(Step.CLEANED)

    def _wait_for_readers(self) -> None:
        """Wait for whoever began to read while the source still owned the buckets."""
        (now,) = self._source.execute("SELECT clock_timestamp()").fetchall()[0]
        older = """
        SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()
            AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND xact_start < %s)
        """
        until = time.monotonic() + self._cluster.settings.database_timeout_s * 3
        time.sleep(GRACE_S)  # for those of roles that we may not see
        while self._source.execute(older, [now]).fetchall()[0][0] and time.monotonic() < until:
            time.sleep(AGAIN_S)

    def _end(self, state: MoveState) -> None:
        with self._cluster.control() as session:
            ended = {"state": state, "finished_at": func.now()}
            session.execute(update(ShardMove).where(ShardMove.id == self._row.id).values(ended))


def batched(ids: Iterable[UUID], size: int) -> Iterator[list[UUID]]:
    """The ids in lists of `size`."""
    left = iter(ids)
    while part := list(islice(left, size)):
        yield part


@contextmanager
def _connected(shard: Shard) -> Iterator[Connection]:
    with shard.own_connection("shard-mover") as connection:
        connection.execute("SET app.tenant = '*'")
        connection.execute("SET timezone = 'UTC'")
        yield connection


def _statement(words: str, buckets: Sequence[int], epoch: int) -> tuple[Any, dict[str, Any]]:
    """A statement of models.shards.change for a connection of the driver's own."""
    told = words.replace(":buckets", "%(buckets)s::int[]").replace(":epoch", "%(epoch)s")
    return told, {"buckets": list(buckets), "epoch": epoch}
