"""A cache of one kind of value: in memory, else in Redis, else worked out, once for all who ask at once."""

from __future__ import annotations

import math
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from models.cache.memory import Memory
from models.cache.shared import Found, Shared

V = TypeVar("V")

NOTHING_S = 2.0  # for which it is remembered that there is no such thing
JOIN_S = 10.0  # longest wait for a thread of this process that works the same value out
WAIT_S = 0.5  # and for another process
LOOK_S = 0.01
EAGERNESS = 1.0  # above 1: refreshed earlier


class Outcome(StrEnum):
    """Where a value came from; metrics count them."""

    MEMORY = "memory"  # of this process
    SHARED = "shared"  # from Redis
    JOINED = "joined"  # another thread was working it out
    REFRESHED = "refreshed"  # worked out anew a little before its end
    MADE = "made"  # worked out


@dataclass(frozen=True, kw_only=True)
class Form(Generic[V]):
    """How values of a kind become bytes. Raise `number` with every change of what the bytes mean."""

    number: int
    pack: Callable[[V], bytes]
    unpack: Callable[[bytes], V]


@dataclass(frozen=True)
class _Nothing:
    pass


NOTHING = _Nothing()


class Cache(Generic[V]):
    """Values of one kind by their keys (`models.cache.keys`); threads share one.

    A value that is there is a copy: whoever may see only their own looks at the ids that it holds.
    """

    def __init__(
        self,
        *,
        most: int,
        memory_s: float,
        form: Form[V] | None = None,
        shared: Shared | None = None,
        told: Callable[[Outcome], None] = lambda _: None,
    ) -> None:
        """`most` values stay in memory for `memory_s`; with a form they go into `shared` as well."""
        self.memory: Memory[str, V | _Nothing] = Memory(most)
        self._memory_s = memory_s
        self._form = form
        self._shared = shared if form is not None else None
        self._told = told
        self._flights: dict[str, Future[V | None]] = {}
        self._lock = threading.Lock()  # guards `_flights`

    def find(self, key: str, work_out: Callable[[], V | None]) -> V | None:
        """The value of `key`, or None when there is none; `work_out` says so where nobody remembers.

        What `work_out` raises is raised, for all who wait for it.
        """
        kept = self.memory.get(key)
        if kept is not None:
            self._told(Outcome.MEMORY)
            return None if isinstance(kept, _Nothing) else kept
        with self._lock:
            flight = self._flights.get(key)
            mine = flight is None
            if flight is None:
                flight = self._flights[key] = Future()
        if not mine:
            self._told(Outcome.JOINED)
            return flight.result() if wait([flight], JOIN_S).done else work_out()
        try:
            value = self._look(key, work_out)
        except BaseException as error:
            flight.set_exception(error)
            raise
        else:
            flight.set_result(value)
            return value
        finally:
            with self._lock:
                if self._flights.get(key) is flight:
                    del self._flights[key]

    def forget(self, keys: list[str]) -> None:
        """Forget the values in memory; whoever asks from now on joins nobody who began before."""
        self.memory.forget(keys)
        with self._lock:
            for key in keys:
                self._flights.pop(key, None)

    def clear(self) -> None:
        """Forget all values in memory."""
        self.memory.clear()
        with self._lock:
            self._flights.clear()

    def _look(self, key: str, work_out: Callable[[], V | None]) -> V | None:
        mark = self.memory.mark(key)
        found = self._found(key)
        if found is None or self._form is None:
            self._told(Outcome.MADE)
            return self._keep(key, mark, work_out())
        if found.value is not None and not _is_due(found):
            self._told(Outcome.SHARED)
            return self._keep(key, mark, self._form.unpack(found.value), found.expires)
        self._told(Outcome.MADE if found.value is None else Outcome.REFRESHED)
        value = self._fill(key, found, work_out)
        return self._keep(key, mark, value, time.time() + self._shared.life_s if self._shared else math.inf)

    def _found(self, key: str) -> Found | None:
        """What Redis has; while somebody else works it out, a short wait. None: do without."""
        if self._shared is None or self._form is None:
            return None
        give_up = time.monotonic() + WAIT_S
        found = self._shared.find(key, self._form.number)
        while found is not None and found.value is None and not found.mine:
            if time.monotonic() >= give_up:
                return None
            time.sleep(LOOK_S)
            found = self._shared.find(key, self._form.number)
        return found

    def _fill(self, key: str, found: Found, work_out: Callable[[], V | None]) -> V | None:
        assert self._shared is not None and self._form is not None  # noqa: S101, PT018 (for the type checker)
        began = time.monotonic()
        try:
            value = work_out()
        except BaseException:
            self._shared.give_up(key, found.begin)
            raise
        if value is None:
            self._shared.give_up(key, found.begin)
        else:
            took_s = time.monotonic() - began
            self._shared.fill(key, self._form.number, found.begin, self._form.pack(value), took_s)
        return value

    def _keep(self, key: str, mark: int, value: V | None, expires: float = math.inf) -> V | None:
        now = time.time()
        if value is None:
            self.memory.keep(key, NOTHING, now + min(NOTHING_S, self._memory_s), mark)
        else:
            self.memory.keep(key, value, min(now + self._memory_s, expires), mark)
        return value


def _is_due(found: Found) -> bool:
    """Whether to work a value out before its end: the likelier, the nearer the end and the longer it takes.

    Of many readers so one comes first, and no crowd finds the value gone (Vattani, Chierichetti and
    Lowenstein 2015, "Optimal Probabilistic Cache Stampede Prevention", XFetch).
    """
    early_s = -found.took_s * EAGERNESS * math.log(1.0 - random.random())  # noqa: S311 (keeps no secret)
    return time.time() + early_s >= found.expires
