"""From a bucket to the shard that holds it: the map, cached in each process, and the connections to shards.

The map is looked at again every few seconds, and at once when a shard says that it does not own what it was
asked for. An old map costs a refused round trip and never a wrong write: the shards themselves decide.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, ExitStack
from typing import TypeVar

from sqlalchemy import select

from models.errors import Unavailable, WrongShard
from models.ids import BUCKETS
from models.shards.map import ShardMap, read_map
from models.shards.rows import HOME, MAIN, BucketMap
from models.shards.shard import Shard

logger = logging.getLogger(__name__)

FRESH_S = 5.0  # that a map is used before it is looked at again
SWITCH_S = 3.0  # that a bucket may be held or between two shards before whoever asks for it is sent away
LOOK_S = 0.02  # between two looks meanwhile

Opened = TypeVar("Opened")
Open = Callable[[Shard, Collection[int]], AbstractContextManager[Opened]]


class Router:
    """The shards of a process. Threads share it."""

    def __init__(self, control: Shard, connect: Callable[[str], Shard]) -> None:
        """`connect` makes the shard of a name; it raises `Unavailable` where no setting says where it is."""
        self.control = control
        self._connect = connect
        self._shards = {MAIN: control}
        self._map: ShardMap | None = None
        self._looked_at = 0.0  # of time.monotonic()
        self._lock = threading.Lock()  # held by the one who looks; the others use the map of before

    def map(self) -> ShardMap:
        """The map, at most a few seconds old unless the control database does not answer.

        Raises
        ------
        Unavailable
            When it was never read and cannot be read now.
        """
        known = self._map
        if known is not None and time.monotonic() < self._looked_at + FRESH_S:
            return known
        if known is not None and not self._lock.acquire(blocking=False):
            return known
        if known is None:
            self._lock.acquire()
        try:
            return self._look()
        finally:
            self._lock.release()

    def refresh(self) -> None:
        """Look at the map now."""
        with self._lock:
            self._look()

    def _look(self) -> ShardMap:
        try:
            with self.control.work() as session:
                epoch = session.scalars(select(BucketMap.epoch)).one()
                if self._map is None or self._map.epoch != epoch:
                    self._map = read_map(session)
        except Unavailable as error:
            if self._map is None:
                raise
            logger.warning("the map of buckets is not looked at: %s", error, extra={"action": "shards.map"})
        self._looked_at = time.monotonic()
        return self._map

    def named(self, name: str) -> Shard:
        """The shard of that name."""
        found = self._shards.get(name)
        if found is None:
            with self._lock:
                found = self._shards.get(name) or self._shards.setdefault(name, self._connect(name))
        return found

    def of_bucket(self, bucket: int) -> Shard:
        """The shard that the map gives a bucket to."""
        return self.named(self.map().owners[bucket])

    def with_buckets(self) -> list[Shard]:
        """Every shard that holds a bucket, the control database first where it does."""
        names = sorted(set(self.map().owners), key=lambda name: (name != MAIN, name))
        return [self.named(name) for name in names]

    def open(self, buckets: Collection[int], how: Open[Opened]) -> tuple[ExitStack, Opened]:
        """What `how` opens on the shard that owns all the buckets; whoever asks closes the stack.

        Raises
        ------
        WrongShard
            When no one shard comes to own them all.
        """
        until = time.monotonic() + SWITCH_S
        while True:
            shards = {self.map().owners[bucket] for bucket in buckets}
            if len(shards) != 1:
                raise WrongShard("these rows are on several servers; try again")
            with ExitStack() as stack:
                try:
                    opened = stack.enter_context(how(self.named(shards.pop()), buckets))
                except WrongShard:
                    if time.monotonic() >= until:
                        raise
                else:
                    return stack.pop_all(), opened
            self._wait_for_change()

    def _wait_for_change(self) -> None:
        before = self.map().epoch
        self.refresh()
        if self.map().epoch == before:
            time.sleep(LOOK_S)

    def close(self) -> None:
        """Give every connection back."""
        for shard in self._shards.values():
            shard.close()


class OneShard(Router):
    """A router that knows one shard alone: everything is there, or it is refused."""

    def __init__(self, shard: Shard) -> None:
        super().__init__(shard, self._refuse)
        self._shards = {shard.name: shard}
        self._map = ShardMap(epoch=0, owners=(shard.name,) * BUCKETS, regions={shard.name: HOME})

    def map(self) -> ShardMap:
        """Every bucket is here."""
        assert self._map is not None  # noqa: S101 (for the type checker)
        return self._map

    def refresh(self) -> None:
        """There is nothing to look at."""

    def with_buckets(self) -> list[Shard]:
        """The one shard."""
        return [self.control]

    def open(self, buckets: Collection[int], how: Open[Opened]) -> tuple[ExitStack, Opened]:
        """What `how` opens on the shard; `WrongShard` at once where it does not own the buckets."""
        with ExitStack() as stack:
            opened = stack.enter_context(how(self.control, buckets))
            return stack.pop_all(), opened

    def close(self) -> None:
        """The connections are another's."""

    @staticmethod
    def _refuse(name: str) -> Shard:
        raise Unavailable(f"the shard {name} is another one")
