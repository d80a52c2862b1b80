"""The server that cached values are kept in and forgotten by, and how to do without it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import TypeVar

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from models.settings import Settings

logger = logging.getLogger(__name__)

T = TypeVar("T")

TIMEOUT_S = 0.1  # longer than that, the database is as fast
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0
CHANNEL = "reveille:forget"


def connect(settings: Settings) -> redis.Redis | None:
    """A client that gives up soon and tries nothing twice; None without an address.

    It is of the setting `cache_url`, or else of `redis_url`: then no values are kept there.
    """
    address = settings.cache_url or settings.redis_url
    if not address:
        return None
    return redis.Redis.from_url(
        address, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S, retry=Retry(NoBackoff(), 0)
    )


class Breaker:
    """Asks a server, and leaves it alone for a while when it does not answer: 1 s, then twice as long."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._pause_s = 0.0
        self._until = 0.0

    @property
    def open(self) -> bool:
        """Whether the server is left alone at the moment."""
        return self._clock() < self._until

    def ask(self, question: Callable[[], T]) -> T | None:
        """The answer; None when the server is left alone or does not answer."""
        if self.open:
            return None
        try:
            answer = question()
        except redis.RedisError as error:
            self._failed(error)
            return None
        self._pause_s = 0.0
        return answer

    def _failed(self, error: redis.RedisError) -> None:
        with self._lock:
            if self.open:  # another thread has just noticed
                return
            self._pause_s = min(max(FIRST_PAUSE_S, 2 * self._pause_s), LONGEST_PAUSE_S)
            self._until = self._clock() + self._pause_s
        told = {"action": "cache.away", "pause_s": self._pause_s}
        logger.warning("the cache does not answer: %s", error, extra=told)
