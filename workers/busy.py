"""How long a worker process was busy: had one job in hand at least."""

from __future__ import annotations

import threading
import time


class Busy:
    """The busy time of one process, and the jobs that it was done with."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._in_hand = 0
        self._since = 0.0
        self._busy_s = 0.0
        self._ended = 0

    def began(self, jobs: int) -> None:
        with self._lock:
            if self._in_hand == 0:
                self._since = time.monotonic()
            self._in_hand += jobs

    def ended(self, jobs: int) -> None:
        with self._lock:
            self._in_hand -= jobs
            self._ended += jobs
            if self._in_hand == 0:
                self._busy_s += time.monotonic() - self._since

    def sums(self) -> tuple[int, float]:
        """Jobs that were ended, and busy seconds, up to now."""
        with self._lock:
            open_s = time.monotonic() - self._since if self._in_hand else 0.0
            return self._ended, self._busy_s + open_s
