"""Publishes events beside the work of a process: nothing waits for Redis, and nothing fails with it."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Iterable

import redis

from models.events.event import Event
from models.events.events import keep, publish

logger = logging.getLogger(__name__)
PUBLISH = {"action": "publish"}

MOST_WAITING = 10_000  # events; when Redis is away the oldest are dropped first, for a newer one says more
AT_ONCE = 512  # events of one message to Redis
GAP_S = 0.030  # between two messages: what is told meanwhile goes together; what comes alone goes at once
KEEP_S = 60.0  # between two prolongations of the streams' life
OUTAGE_S = 0.5  # between two tries while Redis does not answer


class Publisher:
    """A thread that publishes what it is given; it starts with the first event.

    An event is lost when the process dies before it is sent, when Redis refuses it, or when more than
    `MOST_WAITING` wait. Whoever listens finds the same in the job's row, a little later.
    """

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._waiting: deque[Event] = deque(maxlen=MOST_WAITING)
        self._lock = threading.Lock()  # guards the start of the thread
        self._thread: threading.Thread | None = None
        self._told = threading.Event()
        self._end = threading.Event()
        self._lost = 0  # since Redis answered last
        self._kept_at = -KEEP_S  # of time.monotonic()

    def publish(self, events: Iterable[Event]) -> None:
        """Publish the events soon; the call returns at once."""
        self._waiting.extend(events)
        if self._waiting:
            self._start()
            self._told.set()

    def close(self, timeout_s: float = 1.0) -> None:
        """Send what is waiting, for at most about `timeout_s`, and end the thread."""
        self._end.set()
        self._told.set()
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _start(self) -> None:
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)
                    self._thread.start()

    def _run(self) -> None:
        sent_at = 0.0
        while True:
            self._told.wait()
            # An event that comes alone goes at once; in a stream of them each message takes some along.
            self._end.wait(max(0.0, sent_at + GAP_S - time.monotonic()))
            self._told.clear()
            while events := self._take():
                self._send(events)
            sent_at = time.monotonic()
            if self._end.is_set():
                return

    def _take(self) -> list[Event]:
        return [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]

    def _send(self, events: list[Event]) -> None:
        try:
            publish(self._client, events)
            if time.monotonic() >= self._kept_at + KEEP_S:
                keep(self._client)
                self._kept_at = time.monotonic()
        except redis.RedisError as error:
            if not self._lost:
                logger.warning("events are not published: %s", error, extra=PUBLISH)
            self._lost += len(events)
            self._end.wait(OUTAGE_S)
        else:
            if self._lost:
                logger.info("events are published again, %d were not", self._lost, extra=PUBLISH)
            self._lost = 0
