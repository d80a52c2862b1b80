"""Places for bodies that are being read: who sends one slowly holds a thread, and may not hold them all."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from models.errors import Unavailable

PATIENCE_S = 0.25  # that a body waits for a place: one that is here already is read in less than 1 ms


class BodyPlaces:
    """So many places; one network address never has the last of them while it has others."""

    def __init__(self, places: int, patience_s: float = PATIENCE_S) -> None:
        self._places = places
        self._patience_s = patience_s
        self._taken: Counter[str] = Counter()
        self._left = threading.Condition()

    @contextmanager
    def one(self, address: str) -> Iterator[None]:
        """A place for the block.

        Raises
        ------
        Unavailable
            When none gets free in time.
        """
        with self._left:
            if not self._left.wait_for(lambda: self._is_free(address), self._patience_s):
                raise Unavailable("many bodies are being sent slowly; send the request again, all at once")
            self._taken[address] += 1
        try:
            yield
        finally:
            with self._left:
                self._taken[address] -= 1
                self._taken += Counter()  # without those that have none
                self._left.notify_all()

    def _is_free(self, address: str) -> bool:
        most = self._places if self._places == 1 or not self._taken[address] else self._places - 1
        return self._taken.total() < most
