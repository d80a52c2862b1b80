"""Tokens that were checked a moment ago: a client sends the same one again and again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from web.tokens import Caller

MOST = 20_000  # tokens; some 30 MB


class KnownTokens:
    """Who sent which token, as long as it is good. What is too much makes the oldest forgotten."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._known: dict[str, tuple[Caller, float]] = {}
        self._lock = threading.Lock()

    def caller_of(self, token: str, check: Callable[[str], tuple[Caller, float]]) -> Caller:
        """Who sends `token`: as it was found before, or as `check` says, with the time until it holds."""
        found = self._known.get(token)
        if found is None or self._clock() >= found[1]:
            found = check(token)
            with self._lock:
                self._known.pop(token, None)
                if len(self._known) >= MOST:
                    del self._known[next(iter(self._known))]
                self._known[token] = found
        return found[0]
