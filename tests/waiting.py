"""Waiting for what another thread or process does."""

import threading
import time
from collections.abc import Callable

PATIENCE_S = 30.0
LOOK_S = 0.01


def until(fact: Callable[[], object]) -> None:
    """Return as soon as the fact is true."""
    pause, deadline = threading.Event(), time.monotonic() + PATIENCE_S
    while not fact():
        assert time.monotonic() < deadline, "it did not become true"
        pause.wait(LOOK_S)
