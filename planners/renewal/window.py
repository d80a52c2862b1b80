"""Which days a renewed plan has, and how many of them are lived already."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from planners.spec import LockedFood


@dataclass(frozen=True, kw_only=True)
class Window:
    """The days of the renewed plan; `lived` of them, from the first, stay as they are.

    `next` says that these are other days than the plan before had: its own come to an end.
    """

    start: date
    days: int
    lived: int
    next: bool


def window_of(start: date, days: int, first_day: date, ahead_days: int) -> Window:
    """The days of the plan after one of `days` days from `start`, when `first_day` is the next to come.

    The days stay those of the plan as long as it covers `ahead_days` from `first_day` on; else new ones begin
    on `first_day`.

    >>> monday = date(2026, 11, 30)
    >>> window_of(monday, 7, monday + timedelta(days=3), 2)
    Window(start=datetime.date(2026, 11, 30), days=7, lived=3, next=False)
    >>> window_of(monday, 7, monday + timedelta(days=6), 2)
    Window(start=datetime.date(2026, 12, 6), days=7, lived=0, next=True)
    """
    ends = start + timedelta(days=days)
    if ends < first_day + timedelta(days=ahead_days):
        return Window(start=first_day, days=days, lived=0, next=True)
    return Window(start=start, days=days, lived=max(0, (first_day - start).days), next=False)


def locks_after(locked: Iterable[LockedFood], gone: int) -> tuple[LockedFood, ...]:
    """The locked foods of a menu whose first `gone` days are no part of it any more."""
    return tuple(replace(lock, day=lock.day - gone) for lock in locked if lock.day > gone)
