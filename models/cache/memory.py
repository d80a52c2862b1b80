"""Level 1: values in the memory of one process, a bounded number, each until its time."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

STRIPES = 256


class Memory(Generic[K, V]):
    """Values by their keys. One too many makes the one forgotten that was asked for longest ago.

    A value that was read before its key was forgotten must not come in after: take a `mark` before you read,
    and give it to `keep`.
    """

    def __init__(self, most: int, clock: Callable[[], float] = time.time) -> None:
        self._most = most
        self._clock = clock
        self._kept: OrderedDict[K, tuple[V, float]] = OrderedDict()
        self._lock = threading.Lock()  # guards what follows, and changes of `_kept`
        self._forgotten = [0] * STRIPES  # times that a key of the stripe was forgotten

    def get(self, key: K) -> V | None:
        """The value, if there is one that still holds."""
        found = self._kept.get(key)
        if found is None or self._clock() >= found[1]:
            return None
        try:
            self._kept.move_to_end(key)
        except KeyError:  # forgotten at this moment by another thread
            return None
        return found[0]

    def mark(self, key: K) -> int:
        """How often keys such as this one were forgotten until now."""
        return self._forgotten[hash(key) % STRIPES]

    def keep(self, key: K, value: V, until: float, mark: int | None = None) -> V:
        """Keep the value until that time, in seconds since 1970, unless it is forgotten since `mark`."""
        with self._lock:
            if mark is None or mark == self._forgotten[hash(key) % STRIPES]:
                self._kept[key] = (value, until)
                self._kept.move_to_end(key)
                if len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return value

    def forget(self, keys: Iterable[K]) -> None:
        """Forget these; values that are being read at this moment are not kept."""
        with self._lock:
            for key in keys:
                self._forgotten[hash(key) % STRIPES] += 1
                self._kept.pop(key, None)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._forgotten = [count + 1 for count in self._forgotten]
            self._kept.clear()

    def __len__(self) -> int:
        return len(self._kept)
