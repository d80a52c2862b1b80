"""Where the primary was when: what a replica's lag is measured by, whatever the clocks and the load say.

A position is a count of bytes in the primary's log (WAL). A replica that has replayed up to the position
which the primary had at a moment holds everything that was committed before that moment. So its lag is the
age of the newest such moment: also when its link is cut, where its own figures would say that it has all.
"""

from __future__ import annotations

import math
import threading
from bisect import bisect_right
from collections import deque


class Trail:
    """The positions of one primary, as they were seen. Threads share it."""

    def __init__(self, keep_s: float) -> None:
        """Moments older than `keep_s` are forgotten: a replica that is further behind is simply too far."""
        self._keep_s = keep_s
        self._seen: deque[tuple[float, int]] = deque()  # moment, position; both rise
        self._lock = threading.Lock()

    def see(self, moment: float, position: int) -> None:
        """Note that the primary was at `position` at `moment`, seconds of a clock that never goes back.

        A smaller position than before is that of a new primary: what was seen of the old one counts no more.
        """
        with self._lock:
            if self._seen and self._seen[-1][1] > position:
                self._seen.clear()
            if len(self._seen) > 1 and self._seen[-1][1] == self._seen[-2][1] == position:
                self._seen.pop()  # it rests: the first and the last moment say everything
            self._seen.append((moment, position))
            while self._seen[0][0] < moment - self._keep_s:
                self._seen.popleft()

    def lag_s(self, replayed: int, now: float) -> float:
        """How old at most a replica's rows are at `now`, when it has replayed up to `replayed`.

        >>> trail = Trail(60.0)
        >>> trail.see(10.0, 100)
        >>> trail.see(11.0, 200)
        >>> trail.lag_s(150, 12.0), trail.lag_s(200, 12.0), trail.lag_s(99, 12.0)
        (2.0, 1.0, inf)
        """
        with self._lock:
            at = bisect_right(self._seen, replayed, key=lambda seen: seen[1])
            return max(0.0, now - self._seen[at - 1][0]) if at else math.inf
