"""Whether a replica is read from: dropped at the first bad look, taken back after several good ones.

read from ──too far behind, or no answer──▶ dropped
    ▲                                          │
    └────── `GOOD_LOOKS` looks in a row ───────┘
            at half the limit or nearer
"""

from __future__ import annotations

from dataclasses import dataclass

GOOD_LOOKS = 3


@dataclass(kw_only=True)
class Judge:
    """The verdict on one replica. A process takes one into use at its first good look."""

    most_s: float  # that it may be behind
    used: bool = False
    good_looks: int = GOOD_LOOKS - 1

    def hear(self, lag_s: float | None) -> bool:
        """What a look has found, None for no answer; return whether the replica is read from now."""
        if lag_s is None or lag_s > self.most_s:
            self.used, self.good_looks = False, 0
        elif lag_s > self.most_s / 2:
            self.good_looks = 0
        else:
            self.good_looks += 1
        self.used = self.used or self.good_looks >= GOOD_LOOKS
        return self.used
