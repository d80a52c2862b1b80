"""How many jobs may wait in Redis: enough that no worker idles, few enough that fairness stays ours.

What waits in Redis can no longer be overtaken, so the window holds about `AHEAD_S` seconds of work: as many
jobs as the workers took in that time lately. It starts at the least and follows the rate up and down.
"""

from __future__ import annotations

AHEAD_S = 0.05  # a newcomer's job waits no longer than this, or than one job, behind what was sent before it
LEAST = 1  # job: for a worker that is free now
MOST_AHEAD_S = (
    0.5  # where the relay or its servers are slow: what is taken in two looks, but no more than that
)
SMOOTH_S = 0.5  # time constant of the rate


class Window:
    """The window of one queue, from the jobs that left Redis since the last look."""

    def __init__(self) -> None:
        self._rate = 0.0  # jobs a second
        self._left_behind = 0  # jobs in Redis after the last look and what was sent then
        self._at: float | None = None

    def room(self, waiting: int, at: float) -> int:
        """How many more may be sent at time `at`, in seconds, when `waiting` jobs are in Redis."""
        ahead_s = AHEAD_S
        if self._at is not None and at > self._at:
            ahead_s = max(AHEAD_S, min(MOST_AHEAD_S, 2 * (at - self._at)))
            taken = max(0, self._left_behind - waiting)
            share = min(1.0, (at - self._at) / SMOOTH_S)
            self._rate += share * (taken / (at - self._at) - self._rate)
        self._at = at
        self._left_behind = waiting
        return max(0, LEAST + round(self._rate * ahead_s) - waiting)

    def sent(self, count: int) -> None:
        """`count` jobs were sent since the last look."""
        self._left_behind += count
