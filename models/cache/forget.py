"""Forgetting: told in the transaction that changes a row, done after its commit, in every process."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable

import redis
from sqlalchemy.orm import Session

from models.cache.server import CHANNEL, Breaker, connect
from models.cache.shared import forget_in
from models.settings import Settings

logger = logging.getLogger(__name__)

FORGOTTEN = "forgotten"  # where a session keeps what is to be forgotten
MOST_WAITING = 100_000  # keys; the oldest are dropped first, and their values live out their time
AT_ONCE = 512  # keys of one message
OUTAGE_S = 0.5  # between two tries while the server does not answer


def forget(session: Session, keys: Iterable[str]) -> None:
    """Forget the values of these keys once the session's transaction is committed, and only then."""
    session.info.setdefault(FORGOTTEN, []).extend(keys)


def take_forgotten(session: Session) -> list[str]:
    """What the session's transaction forgets, to be done now that it is committed."""
    taken: list[str] = session.info.pop(FORGOTTEN, [])
    return taken


class Forgetter:
    """Deletes values on the cache's server and tells all processes: at once, or as soon as it answers.

    A key is lost when the process dies between commit and message, or when more than `MOST_WAITING` wait.
    Then the value is wrong until its time is over, which is the bound that docs/caches.md states.
    """

    def __init__(self, settings: Settings, here: Callable[[list[str]], None] | None = None) -> None:
        """`here` forgets the values of this process, without a message."""
        self._client = connect(settings)
        self._here = here
        self._breaker = Breaker()
        self._waiting: deque[str] = deque(maxlen=MOST_WAITING)
        self._lock = threading.Lock()  # guards the start of the thread
        self._thread: threading.Thread | None = None
        self._told = threading.Event()
        self._end = threading.Event()

    def __call__(self, keys: list[str]) -> None:
        """Forget the keys; the call never waits long and never fails."""
        if self._here is not None:
            self._here(keys)
        if self._client is None:
            return
        for start in range(0, len(keys), AT_ONCE):
            part = keys[start : start + AT_ONCE]
            if self._waiting or not self._sent(part):
                self._later(part)

    def close(self) -> None:
        """End the thread, after one more try with what waits."""
        self._end.set()
        self._told.set()
        if self._thread is not None:
            self._thread.join()
        if self._client is not None:
            self._client.close()

    def _sent(self, keys: list[str]) -> bool:
        client = self._client
        if client is None:
            return True
        return self._breaker.ask(lambda: forget_in(client, keys, CHANNEL)) is not None

    def _later(self, keys: list[str]) -> None:
        self._waiting.extend(keys)
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="forgetter", daemon=True)
                self._thread.start()
        self._told.set()

    def _run(self) -> None:
        while not self._end.is_set():
            self._told.wait()
            self._told.clear()
            while self._waiting and not self._send_waiting():
                if self._end.wait(OUTAGE_S):
                    return

    def _send_waiting(self) -> bool:
        """Send what waits, asking the server each time: the breaker is for those who cannot wait."""
        client = self._client
        while client is not None and self._waiting:
            part = [self._waiting[at] for at in range(min(AT_ONCE, len(self._waiting)))]
            try:
                forget_in(client, part, CHANNEL)
            except redis.RedisError:
                return False
            for _ in part:
                self._waiting.popleft()
        return True
