"""How a solve ended, and how a caller may end it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from planners.errors import Stopped

StopSignal = Callable[[], bool]
"""Asked between steps of a solve: True means stop now. Planners read no clock; a deadline is one of these."""


class Termination(StrEnum):
    """How a plan's search ended. "A plan, and time ran out" is never "impossible"."""

    OPTIMAL = "optimal"  # proved: no better plan exists under the model
    WITHIN_GAP = "within_gap"  # a plan, and a bound that says how far from the best it can be
    LIMIT = "limit"  # a plan, cut off by the node limit before the gap was closed


def never() -> bool:
    """The stop signal of a caller who waits as long as it takes."""
    return False


def checkpoint(stopped: StopSignal) -> None:
    """Raise `Stopped` when the signal is up."""
    if stopped():
        raise Stopped("the planner was stopped before it had a plan")
