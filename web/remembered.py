"""What was found out a moment ago and still holds: a client sends the same token and polls the same job."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """Values by their keys, each until its time. What is one too many makes the oldest forgotten."""

    def __init__(self, most: int, clock: Callable[[], float] = time.time) -> None:
        self._most = most
        self._clock = clock
        self._kept: dict[K, tuple[V, float]] = {}
        self._lock = threading.Lock()

    def get(self, key: K) -> V | None:
        """The value, if there is one that still holds."""
        found = self._kept.get(key)
        return found[0] if found is not None and self._clock() < found[1] else None

    def keep(self, key: K, value: V, until: float) -> V:
        """Keep the value until that time, in seconds since 1970."""
        with self._lock:
            self._kept.pop(key, None)
            if len(self._kept) >= self._most:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = (value, until)
        return value
