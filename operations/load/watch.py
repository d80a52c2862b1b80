"""Watches a platform while it is under load: its queue, and how many workers it has."""

from __future__ import annotations

import http.client
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from operations.client import Client
from operations.control import Control, Line

LOOK_S = 0.5
TIMEOUT_S = 5.0
LINE = "worker"
NONE = Line(wanted=0, live=0)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What was seen at one moment, `at` seconds from the start; None: it could not be."""

    at: float
    queued: float | None
    oldest_age_s: float | None
    line: Line | None  # of the workers of requests


class Watch:
    """Looks twice a second; the data folder, where it is at hand, tells of the workers."""

    def __init__(self, client: Client, data: Path | None, begin: float) -> None:
        self._address = client.address
        self._control = Control(data) if data is not None else None
        self._begin = begin
        self.samples: list[Sample] = []

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Look for as long as the block lasts."""
        end = threading.Event()

        def look() -> None:
            while not end.wait(LOOK_S):
                self.look()

        thread = threading.Thread(target=look, name="watch", daemon=True)
        thread.start()
        try:
            yield
        finally:
            end.set()
            thread.join()

    def look(self) -> Sample:
        """Look now."""
        queued, age = self._queue()
        sample = Sample(at=time.monotonic() - self._begin, queued=queued, oldest_age_s=age, line=self._line())
        self.samples.append(sample)
        return sample

    def _line(self) -> Line | None:
        return self._control.lines().get(LINE, NONE) if self._control is not None else None

    def _queue(self) -> tuple[float | None, float | None]:
        try:
            with urllib.request.urlopen(f"{self._address}/metrics", timeout=TIMEOUT_S) as answer:  # noqa: S310
                text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            return None, None
        queued = _value(text, 'reveille_queue_jobs{queue="interactive",state="queued"}')
        return queued, _value(text, 'reveille_queue_oldest_age_seconds{queue="interactive"}')


def _value(text: str, name: str) -> float | None:
    found = (line for line in text.splitlines() if line.startswith(f"{name} "))
    return next((float(line.rsplit(maxsplit=1)[-1]) for line in found), None)
