"""One replica of a shard: its connections, how far it has come, and whether it is read from."""

from __future__ import annotations

import logging
import threading
import time

from sqlalchemy import Engine

from models.errors import Unavailable
from models.replicas.judge import Judge
from models.replicas.trail import Trail
from models.replicas.watch import ANSWER_S

logger = logging.getLogger(__name__)


class Replica:
    """A streaming replica. Threads share it; a watch tells it what it finds."""

    def __init__(self, name: str, engine: Engine, trail: Trail, most_s: float, look_s: float) -> None:
        """`trail` is of its primary; at `most_s` behind that it is dropped. Looks come every `look_s`."""
        self.name = name
        self.engine = engine
        self.replayed = 0
        self.lag_s: float | None = None  # None: it did not answer
        self._trail = trail
        self._most_s = most_s
        self._judge = Judge(most_s=most_s)
        self._believed_s = 2 * look_s + ANSWER_S  # that a verdict holds without a new look
        self._heard_at = -self._believed_s  # of time.monotonic()
        self._lock = threading.Lock()

    def hear(self, _asked_at: float, replayed: int | None) -> None:
        """What a look has found; a change of the verdict is logged."""
        now = time.monotonic()
        lag_s = None if replayed is None else self._trail.lag_s(replayed, now)
        with self._lock:
            before, self._heard_at = self._judge.used, now
            self.replayed, self.lag_s = replayed or 0, lag_s
            used = self._judge.hear(lag_s)
        if used != before:
            self._tell(used=used)

    def fail(self, error: Unavailable) -> None:
        """A read has failed there: do without it until it has proved itself again."""
        with self._lock:
            before, self.lag_s = self._judge.used, None
            self._judge.hear(None)
        if before:
            logger.warning(
                "%s is not read from: %s", self.name, error.cause or error, extra=self._told("drop")
            )

    def is_used(self) -> bool:
        """Whether it may be read from now: also if it stands still since the last look, it is near enough."""
        now = time.monotonic()
        heard = self._judge.used and now < self._heard_at + self._believed_s
        return heard and self._trail.lag_s(self.replayed, now) <= self._most_s

    def _tell(self, *, used: bool) -> None:
        behind = "it does not answer" if self.lag_s is None else f"it is {self.lag_s:.1f} s behind"
        if used:
            logger.info("%s is read from: %s", self.name, behind, extra=self._told("take"))
        else:
            logger.warning("%s is not read from: %s", self.name, behind, extra=self._told("drop"))

    def _told(self, what: str) -> dict[str, str]:
        return {"action": f"replicas.{what}", "replica": self.name}
