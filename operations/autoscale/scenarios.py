"""Loads as rates over time: what load tests send, and simulations try policies on."""

from __future__ import annotations

import math
from collections.abc import Callable

Rate = Callable[[float], float]


def steady(rate: float) -> Rate:
    return lambda _at: rate


def spike(base: float, *, times: float, start: float, lasts: float) -> Rate:
    """`times` the base from `start` on, for `lasts` seconds."""
    return lambda at: base * times if start <= at < start + lasts else base


def ramp(base: float, *, times: float, start: float, lasts: float) -> Rate:
    """From the base in a straight line to `times` as much within `lasts` seconds, where it stays."""
    return lambda at: base * (1 + (times - 1) * min(1.0, max(0.0, (at - start) / lasts)))


def step_down(base: float, *, times: float, at: float) -> Rate:
    """`times` the base until `at`, then the base."""
    return lambda now: base * times if now < at else base


def flash_crowd(base: float, *, times: float, start: float, half_s: float) -> Rate:
    """`times` the base at once, and half of what is above it gone every `half_s` seconds."""
    return lambda at: base * (1 + (times - 1) * 0.5 ** ((at - start) / half_s)) if at >= start else base


def diurnal(base: float, *, times: float, day_s: float = 86_400.0) -> Rate:
    """A day of members in one time zone: quiet at night, a jump at reveille, a hump at noon, an evening peak.

    The jump comes within a fortieth of the day around 05:30, the evening's peak of `times` the base at 19:30.
    """

    def rate(at: float) -> float:
        hour = 24 * (at % day_s) / day_s
        awake = _rise(hour, 5.5, 0.15) - _rise(hour, 22.5, 0.5)
        humps = 0.55 + 0.2 * _hump(hour, 12.2, 1.2) + 0.45 * _hump(hour, 19.5, 1.5)
        return base * (1 + (times - 1) * awake * humps)

    return rate


def _rise(hour: float, at: float, width: float) -> float:
    return 1 / (1 + math.exp(-(hour - at) / width))


def _hump(hour: float, at: float, width: float) -> float:
    return math.exp(-(((hour - at) / width) ** 2))
