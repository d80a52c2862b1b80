"""Weeks of a plan: their dates, phases, deloads and taper.

A training week is the seven days from the plan's first day, so that every week holds each weekday once, on
whatever weekday the plan starts; there is no short first week.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

DAYS = 7
CYCLE_WEEKS = 16
"""Longest base-build-peak cycle; a longer plan repeats it (docs/planners/workout.md) [G]."""
DELOAD_EVERY = 4
DELOAD_FACTOR = 0.62
TAPER_FACTORS = (0.57, 0.45)
"""Volume of the last two weeks before a test, of the last loading week's: both within the 41-60 % cut of
Bosquet 2007 (doi:10.1249/mss.0b013e31806010e0) [S]."""
SHORT_TAPER_FACTOR = 0.5
TAPER_WEEK_FROM_DAY = 3
"""A test on the fourth day of a week or later makes that week the last of the taper; an earlier test the week
before it."""


class Phase(StrEnum):
    """What a week is for."""

    BASE = "base"
    BUILD = "build"
    PEAK = "peak"
    TAPER = "taper"
    RECOVERY = "recovery"


@dataclass(frozen=True, kw_only=True)
class Period:
    """One training week.

    Attributes
    ----------
    number : from 1.
    first : its first day.
    volume : share of the last loading week's volume; 1 for a loading week.
    block : weeks of one block keep their exercises; from 0.
    place : how many loading weeks of the block came before.
    test_day : 0-6 when the test falls into this week.
    eve : the day before the test, 0-6, when it falls into this week.
    """

    number: int
    first: date
    phase: Phase
    deload: bool
    taper: bool
    volume: float
    block: int
    place: int
    test_day: int | None
    eve: int | None

    @property
    def loading(self) -> bool:
        """True for a week that is neither lightened nor after the test."""
        return not (self.deload or self.taper or self.phase is Phase.RECOVERY)


def periods(start: date, weeks: int, test: date | None) -> tuple[Period, ...]:
    """The weeks of the plan from `start`, with phases that lead to the test when there is one."""
    offset = (test - start).days if test is not None else None
    tapers = _taper_factors(offset) if offset is not None else {}
    made: list[Period] = []
    for w in range(weeks):
        kind = _kind(w, weeks, offset, tapers, made)
        block, place = _block(made, kind)
        days = (offset - w * DAYS) if offset is not None else None
        made.append(
            Period(
                number=w + 1,
                first=start + timedelta(days=w * DAYS),
                phase=kind[0],
                deload=kind[1],
                taper=kind[0] is Phase.TAPER,
                volume=kind[2],
                block=block,
                place=place,
                test_day=days if days is not None and 0 <= days < DAYS else None,
                eve=days - 1 if days is not None and 0 <= days - 1 < DAYS else None,
            )
        )
    return tuple(made)


def _taper_factors(offset: int) -> dict[int, float]:
    """Week → share of volume, for the weeks of the taper and the rest of the test's week."""
    week, day = divmod(offset, DAYS)
    last = week if day >= TAPER_WEEK_FROM_DAY else week - 1
    factors = {week: TAPER_FACTORS[1]} if last < week else {}
    if last >= 3:
        return {last - 1: TAPER_FACTORS[0], last: TAPER_FACTORS[1], **factors}
    return {last: SHORT_TAPER_FACTOR, **factors} if last >= 0 else factors


def _kind(
    week: int, weeks: int, offset: int | None, tapers: dict[int, float], made: list[Period]
) -> tuple[Phase, bool, float]:
    """Phase, deload and volume of the week."""
    if week in tapers:
        return Phase.TAPER, False, tapers[week]
    begin, end = 0, weeks
    if offset is not None:
        after = offset // DAYS + 1
        if week == after and offset % DAYS >= TAPER_WEEK_FROM_DAY:
            return Phase.RECOVERY, True, DELOAD_FACTOR
        begin, end = (after, weeks) if week >= after else (0, min(tapers, default=weeks))
    phase = cycle_phase(week - begin, end - begin)
    if _loading_run(made) >= DELOAD_EVERY - 1 and week + 1 not in tapers:
        return phase, True, DELOAD_FACTOR
    return phase, False, 1.0


def _loading_run(made: list[Period]) -> int:
    """How many loading weeks the weeks so far end with."""
    run = 0
    for period in reversed(made):
        if not period.loading:
            break
        run += 1
    return run


def cycle_phase(week: int, length: int) -> Phase:
    """Phase of one of `length` weeks, which are cut into equal cycles of at most 16 weeks.

    The first three eighths of a cycle are its base, the next three its build, the last quarter its peak.
    """
    cycles = -(-length // CYCLE_WEEKS)
    share = (week * cycles / length) % 1.0
    if share < 0.375:
        return Phase.BASE
    return Phase.BUILD if share < 0.75 else Phase.PEAK


def _block(made: list[Period], kind: tuple[Phase, bool, float]) -> tuple[int, int]:
    if not made:
        return 0, 0
    last = made[-1]
    begins = kind[0] is not Phase.TAPER and (last.deload or last.taper)
    if begins:
        return last.block + 1, 0
    return last.block, last.place + (1 if last.loading else 0)
