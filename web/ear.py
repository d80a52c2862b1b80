"""One ear on the streams of events for everybody who waits in this process."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import redis

from models.events.event import Event
from models.events.events import Heard, Positions, newest, read

logger = logging.getLogger(__name__)
LISTEN = {"action": "listen"}

BLOCK_S = 0.25  # of one reading, and of a stop; with nobody to listen for, the reading stops
OUTAGE_S = 0.5  # between two tries while Redis does not answer


class Listener:
    """What one request hears of one job."""

    def __init__(self) -> None:
        self._heard: queue.SimpleQueue[Event | None] = queue.SimpleQueue()

    def hear(self, told: Event | None) -> None:
        """Hand over an event; None says that something may have been missed."""
        self._heard.put(told)

    def next(self, timeout_s: float) -> Event | None:
        """The next event; None when it is time to look at the row: something was missed, or nothing came."""
        try:
            return self._heard.get(timeout=max(0.0, timeout_s))
        except queue.Empty:
            return None


class Ear:
    """A thread that reads the streams while somebody listens, and hands each event to those whose job it is.

    A listener that is registered first and reads the job's row second misses nothing: what was committed
    before its look is in the row, and what is published after it is heard. Whenever the reading begins anew
    (the first listener, Redis back from an outage or wiped), everybody is told to look at the row again.
    """

    def __init__(self, client: redis.Redis, *, block_s: float = BLOCK_S) -> None:
        self._client = client
        self._block_s = block_s
        self._listeners: dict[str, list[Listener]] = {}
        self._changed = threading.Condition()  # guards `_listeners`, `_thread` and `_end`
        self._thread: threading.Thread | None = None
        self._end = False
        self._hears = threading.Event()

    @property
    def hears(self) -> bool:
        """Whether events come when they are published; if not, the row must be looked at more often."""
        return self._hears.is_set()

    @contextmanager
    def on(self, job_id: UUID) -> Iterator[Listener]:
        """Listen to a job inside the block."""
        listener = Listener()
        with self._changed:
            self._listeners.setdefault(job_id.hex, []).append(listener)
            self._start()
            self._changed.notify()
        try:
            yield listener
        finally:
            with self._changed:
                others = self._listeners[job_id.hex]
                others.remove(listener)
                if not others:
                    del self._listeners[job_id.hex]

    def close(self) -> None:
        """End the thread; it may be in the middle of a reading for another `block_s`."""
        with self._changed:
            self._end = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _start(self) -> None:
        if self._thread is None and not self._end:
            self._thread = threading.Thread(target=self._run, name="ear", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while self._somebody_listens():
            try:
                self._read_while_wanted()
            except redis.RedisError as error:
                if self._hears.is_set():
                    logger.warning("events are not heard: %s", error, extra=LISTEN)
                self._hears.clear()
                with self._changed:
                    self._changed.wait_for(lambda: self._end, OUTAGE_S)

    def _somebody_listens(self) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._listeners or self._end)
            return not self._end

    def _read_while_wanted(self) -> None:
        positions: Positions = newest(self._client)
        self._hears.set()
        self._everybody_looks()
        while self._listeners and not self._end:
            heard, positions = read(self._client, positions, self._listeners, self._block_s)
            self._hand_out(heard)
        self._hears.clear()

    def _everybody_looks(self) -> None:
        with self._changed:
            for listeners in self._listeners.values():
                for listener in listeners:
                    listener.hear(None)

    def _hand_out(self, heard: list[Heard]) -> None:
        with self._changed:
            for job_hex, told in heard:
                for listener in self._listeners.get(job_hex, ()):
                    listener.hear(told)
