"""Back-pressure: while Redis is full, new requests are refused instead of piling up behind it.

Redis that is away or slow refuses nobody: what is accepted waits in PostgreSQL, and Redis comes back. One
that is full stays so until an operator acts.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import redis

from models.errors import Unavailable
from models.redis import is_full

FRESH_S = 1.0


class Pressure:
    """Whether Redis was full when it was last looked at, by one request a second."""

    def __init__(self, client: redis.Redis, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client  # one that gives up soon: a request waits for it
        self._clock = clock
        self._looking = threading.Lock()
        self._looked_at = -FRESH_S
        self._full = False

    def let_in(self) -> None:
        """Return when a new request may come in.

        Raises
        ------
        Unavailable
            When Redis is full.
        """
        if self._clock() - self._looked_at >= FRESH_S and self._looking.acquire(blocking=False):
            try:
                self._full = self._look()
                self._looked_at = self._clock()
            finally:
                self._looking.release()
        if self._full:
            raise Unavailable("the queue is full at the moment; try again", cause="Redis is full")

    def close(self) -> None:
        self._client.close()

    def _look(self) -> bool:
        try:
            return is_full(self._client)
        except redis.RedisError:
            return False
