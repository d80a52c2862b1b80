"""Hears in one process what the others forget."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import redis

from models.cache.server import CHANNEL

logger = logging.getLogger(__name__)
HEAR = {"action": "cache.hear"}

LOOK_S = 0.25  # of one reading, and of a stop
OUTAGE_S = 0.5  # between two tries while the server does not answer


class Hearing:
    """A thread that hands on what is to be forgotten; it starts when it is first needed.

    What was told while nobody heard is not known: so everything is forgotten whenever hearing begins anew. In
    the meantime a value lives out the seconds that it has in memory, and no longer.
    """

    def __init__(
        self, client: redis.Redis, forget: Callable[[list[str]], None], clear: Callable[[], None]
    ) -> None:
        self._client = client
        self._forget = forget
        self._clear = clear
        self._lock = threading.Lock()  # guards the start of the thread
        self._thread: threading.Thread | None = None
        self._end = threading.Event()
        self._hears = threading.Event()

    @property
    def hears(self) -> bool:
        """Whether what others forget is heard at the moment."""
        return self._hears.is_set()

    def start(self) -> None:
        """Begin to hear, unless that was done."""
        if self._thread is None:
            with self._lock:
                if self._thread is None and not self._end.is_set():
                    self._thread = threading.Thread(target=self._run, name="hearing", daemon=True)
                    self._thread.start()

    def close(self) -> None:
        """End the thread; it may be in the middle of a reading."""
        self._end.set()
        if self._thread is not None:
            self._thread.join()
        self._client.close()

    def _run(self) -> None:
        while not self._end.is_set():
            try:
                self._listen()
            except redis.RedisError as error:
                if self._hears.is_set():
                    logger.warning("what others forget is not heard: %s", error, extra=HEAR)
                self._hears.clear()
                self._end.wait(OUTAGE_S)

    def _listen(self) -> None:
        with self._client.pubsub() as heard:  # type: ignore[no-untyped-call]
            heard.subscribe(CHANNEL)
            while not self._end.is_set():
                told = heard.get_message(timeout=LOOK_S)
                if told is None:
                    continue
                if told["type"] == "subscribe":
                    self._clear()
                    self._hears.set()
                elif told["type"] == "message":
                    self._forget(told["data"].decode().split("\n"))
