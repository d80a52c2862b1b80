"""Where the sessions of a changed week stand: moved ones on their new day, the others close to theirs.

Of all ways to put the free sessions on the member's days that are left, the one that keeps most of them where
they were and shifts the others least, without a broken rule:

    48 h for a muscle, no hard run beside heavy legs, one session a day, the member's weekdays, marches seven
    days apart, an easy day or rest before the test, none on its day and the day after
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

from planners.workout.periods import DAYS, Period
from planners.workout.shape import Slot
from planners.workout.split import Easy, Session
from planners.workout.week import BROKEN, pair_score

MARCH_DAYS = 7


@dataclass(frozen=True, kw_only=True)
class Around:
    """What the placing must know of its week: days by number of the plan.

    Attributes
    ----------
    first : number of the week's first day.
    today : first day that can still be planned.
    free : whether the member can train on the day.
    fixed : sessions that stand, in this week and beside it.
    blocked : days from which a session was moved, or on which one was left out: nothing is put there.
    """

    first: int
    today: int
    free: Callable[[int], bool]
    fixed: Mapping[int, Slot]
    blocked: frozenset[int]


def faults(standing: Mapping[int, Slot], placed: Sequence[int], period: Period) -> list[str]:
    """What is wrong with the sessions on the days `placed`, in words."""
    found = []
    for day in placed:
        slot = standing[day]
        for other in (day - 1, day + 1):
            if other in standing and pair_score(*map(_as_session, _in_order(day, other, standing))) >= BROKEN:
                found.append("48 hours for a muscle and a day between a hard run and heavy legs are not kept")
        marches = [d for d, s in standing.items() if s.ruck and d != day and abs(d - day) < MARCH_DAYS]
        if slot.ruck and marches:
            found.append("two marches would stand within seven days")
        found += _test_faults(day, slot, period)
    return list(dict.fromkeys(found))


def _in_order(day: int, other: int, standing: Mapping[int, Slot]) -> tuple[Slot, Slot]:
    return standing[min(day, other)], standing[max(day, other)]


def _test_faults(day: int, slot: Slot, period: Period) -> list[str]:
    within = day % DAYS
    if period.eve == within and not slot.recovery:
        return ["the day before the test is easy or rest"]
    if period.test_day is not None and period.test_day <= within <= period.test_day + 1:
        return ["the day of the test and the day after are free"]
    return []


def _as_session(slot: Slot) -> Session:
    easy = Easy.LONG if slot.long else Easy.SHORT if slot.easy else None
    return Session(focus=slot.focus, hard=slot.hard is not None, easy=easy, recovery=slot.recovery)


def place(free: Sequence[Slot], around: Around, period: Period) -> list[int] | None:
    """Days of the free sessions, in their order; None when no way keeps the rules.

    Parameters
    ----------
    free : each with its own day, 0-6.
    """
    own = [around.first + slot.day for slot in free]
    open_days = [
        day
        for day in range(max(around.first, around.today), around.first + DAYS)
        if day not in around.fixed and (day in own or (around.free(day) and day not in around.blocked))
    ]
    if len(open_days) < len(free):
        return None
    if set(own) <= set(open_days) and not faults(
        {**around.fixed, **dict(zip(own, free, strict=True))}, own, period
    ):
        return own
    ways = sorted(permutations(open_days, len(free)), key=lambda days: _shift(days, own))
    for days in ways:
        standing = {**around.fixed, **dict(zip(days, free, strict=True))}
        if not faults(standing, days, period):
            return list(days)
    return None


def _shift(days: Sequence[int], own: Sequence[int]) -> tuple[int, int, tuple[int, ...]]:
    gone = [abs(a - b) for a, b in zip(days, own, strict=True)]
    return sum(g > 0 for g in gone), sum(gone), tuple(days)
