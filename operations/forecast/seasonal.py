"""The seasonal naive forecast: as it was a week ago, or a day ago where a week is not known.

ŷ_{t+h} = y_{t+h-m}, for the season m. Its quantile adds that of the errors of the last day, in units of √y,
the deviation of a Poisson count. It is relied on only where over the last day it did better than to say that
everything stays as it is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

DAY, WEEK = 288, 2016  # slices
BETTER = 0.9  # share of the other's mean error that it must stay below


def seasonal_naive(history: Sequence[float], ahead: int, quantile: float) -> float | None:
    """The quantile of the arrivals in the fullest of the next `ahead` slices; see `operations.forecast`.

    >>> days = [10.0] * 144 + [400.0] * 144
    >>> seasonal_naive(days * 3 + [10.0] * 143, 2, 0.9)  # one slice before the jump
    400.0
    >>> seasonal_naive([5.0] * 100, 2, 0.9) is None  # too short
    True
    """
    season = next((m for m in (WEEK, DAY) if len(history) >= m + DAY + ahead), None)
    if season is None or ahead < 1:
        return None
    lately = range(len(history) - DAY, len(history))
    errors = [history[t] - history[t - season] for t in lately]
    staying = [abs(history[t] - history[t - ahead]) for t in lately]
    if sum(map(abs, errors)) >= BETTER * sum(staying):
        return None
    told = [history[len(history) + h - season] for h in range(min(ahead, season))]
    most = max(told)
    scaled = sorted(e / math.sqrt(max(1.0, history[t - season])) for t, e in zip(lately, errors, strict=True))
    spread = scaled[min(len(scaled) - 1, math.floor(quantile * len(scaled)))]
    return max(0.0, most + spread * math.sqrt(max(1.0, most)))
