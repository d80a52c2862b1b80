"""Waits for a fact that comes by itself, and fails when it does not."""

import threading
import time
from collections.abc import Callable

PATIENCE_S = 60.0
LOOK_S = 0.02


def eventually(fact: Callable[[], object], patience_s: float = PATIENCE_S) -> None:
    """Look at the fact again and again until it is true; the processor is left to those who make it so."""
    deadline = time.monotonic() + patience_s
    while not fact():
        assert time.monotonic() < deadline, "it did not become true"
        threading.Event().wait(LOOK_S)
