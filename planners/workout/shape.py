"""What each week's sessions are made of, once test day, taper and the alternation of hard parts are known."""

from __future__ import annotations

from dataclasses import dataclass

from planners.workout.periods import Period, Phase
from planners.workout.split import Easy, Focus, Session
from planners.workout.vocabulary import Quality
from planners.workout.week import Arrangement

LONG_WEIGHT = 1.7
"""Minutes of the week's longest easy part, against 1 for another alone and 0.6 beside a hard part or a
resistance part [G]."""
BESIDE_WEIGHT = 0.6
RECOVERIES_AFTER_TEST = 2
SHORTEST_MAIN_MIN = 8.0
"""A lighter week whose sessions would be shorter than this has fewer of them [G]."""


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One session of one week.

    Attributes
    ----------
    day : 0-6, day of the plan's week.
    focus : of the resistance part.
    hard : quality of the hard aerobic part.
    easy : share of the week's easy minutes, before they are shared out; 0 for no easy part.
    long, ruck, recovery : the week's longest easy part; a march in its place; a short easy day.
    """

    day: int
    focus: Focus | None = None
    hard: Quality | None = None
    easy: float = 0.0
    long: bool = False
    ruck: bool = False
    recovery: bool = False


@dataclass(frozen=True, kw_only=True)
class Means:
    """What kinds of work the member can do at all.

    Attributes
    ----------
    lower, upper : whether there are exercises for that half of the body.
    strength : whether any of them is done against a load.
    hard : qualities of hard aerobic work that have one, the first preferred.
    easy : whether there is easy aerobic work beside strolling.
    ruck : whether marches belong into the plan.
    """

    lower: bool
    upper: bool
    strength: bool
    hard: tuple[Quality, ...]
    easy: bool
    ruck: bool


def slots_of(arrangement: Arrangement, period: Period, means: Means, main: float) -> tuple[Slot, ...]:
    """The sessions of one week, in the order of its days; `main` minutes of work fit into one."""
    made: list[Slot] = []
    hards = 0
    for day, session in enumerate(arrangement.days):
        if session is None:
            continue
        changed = _around_the_test(session, day, period, made)
        if changed is None:
            continue
        slot = _slot(changed, day, period, means, hards)
        hards += slot.hard is not None
        made.append(slot)
    return _worth_while(tuple(made), period, main)


def _worth_while(slots: tuple[Slot, ...], period: Period, main: float) -> tuple[Slot, ...]:
    """Of a lighter week of very short sessions only so many that each is worth the trouble.

    The easiest go first: recovery days, easy days, hard days, resistance days.
    """
    number = max(1, round(len(slots) * main * period.volume / SHORTEST_MAIN_MIN))
    if period.loading or number >= len(slots):
        return slots
    eve = {slot.day for slot in slots if period.eve == slot.day}
    best = sorted(slots, key=lambda s: (s.recovery, s.focus is None, s.hard is None, s.day))
    kept = {slot.day for slot in best[:number]} | eve
    return tuple(slot for slot in slots if slot.day in kept)


def _around_the_test(session: Session, day: int, period: Period, made: list[Slot]) -> Session | None:
    """The day before the test is easy, the test day and the day after are free, then come easy days."""
    if period.eve == day:
        return Session(recovery=True)
    if period.test_day is None or day < period.test_day:
        return session
    after = sum(slot.day > period.test_day for slot in made)
    rested = day >= period.test_day + 2 and after < RECOVERIES_AFTER_TEST
    return Session(recovery=True) if rested else None


def _slot(session: Session, day: int, period: Period, means: Means, hards: int) -> Slot:
    focus = _focus(session.focus, means)
    if session.recovery:
        return Slot(day=day, recovery=True)
    if session.easy is Easy.LONG and means.ruck and period.loading and period.place % 2 == 0:
        return Slot(day=day, ruck=True)
    hard = hard_quality(period, hards, means.hard) if session.hard else None
    lost = (session.hard and hard is None) or (session.focus is not None and focus is None)
    easy = session.easy is not None or lost
    alone = focus is None and hard is None
    weight = (LONG_WEIGHT if session.easy is Easy.LONG else 1.0) if alone else BESIDE_WEIGHT
    return Slot(
        day=day,
        focus=focus,
        hard=hard,
        easy=weight if easy else 0.0,
        long=session.easy is Easy.LONG,
    )


def _focus(focus: Focus | None, means: Means) -> Focus | None:
    """The part of the focus for which there are exercises."""
    halves = {Focus.LOWER: means.lower, Focus.UPPER: means.upper}
    if focus is Focus.FULL and not (means.lower and means.upper):
        return next((half for half, has in halves.items() if has), None)
    return focus if focus is None or halves.get(focus, True) else None


def hard_quality(period: Period, index: int, has: tuple[Quality, ...]) -> Quality | None:
    """The quality of the week's `index`-th hard part: mostly the first in the base, then by turns.

    A session of the second kind comes every third time in the base and every second time later.
    """
    if len(has) < 2:
        return has[0] if has else None
    turn = period.number + index
    if period.phase is Phase.BASE:
        return has[1] if turn % 3 == 0 else has[0]
    return has[turn % 2]
