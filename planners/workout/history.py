"""What the weeks before leave behind for the limits of the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from planners.workout.draft import Session, run_metres, week_load, week_minutes
from planners.workout.periods import DAYS, Period, Phase

RAMP, RATIO, MARGIN = 1.10, 1.3, 0.998
RETURN_WEEKS = 6
DELOAD_MOST, TAPER_MOST, TAPER_LEAST = 0.68, 0.595, 0.42
TAPER_LOAD = 1.25
"""A taper is measured in minutes: with less easy work its load may be above its share of the minutes."""
LIGHT_WEEK, SET_LOAD, SET_MIN = 200.0, 15.0, 2.0
"""A week up to this load may follow any week; its lighter weeks may be a set off, in load and minutes [G]."""
LONGEST_RUN, RUN_WINDOW_DAYS = 1.10, 30


@dataclass(kw_only=True)
class History:
    """What the weeks before leave behind for the limits of the next.

    Attributes
    ----------
    loads : weekly loads, the three before the plan first.
    loading_load, loading_minutes : of the last loading week.
    loading_weeks : how many there were.
    before_taper, last_taper : load before the last taper, and the number of its last week.
    phase : of the last loading week.
    runs : (day of the plan, metres) of each day's running; day -1 stands for the time before.
    marches : metres and load of each.
    """

    loads: list[float]
    loading_load: float
    loading_minutes: float | None = None
    loading_weeks: int = 0
    before_taper: float = 0.0
    last_taper: int = -100
    phase: Phase = Phase.BASE
    runs: list[tuple[int, float]] = field(default_factory=list)
    marches: list[tuple[int, float]] = field(default_factory=list)


def load_limit(period: Period, history: History) -> float:
    """Most load of the week.

    loading: min(1.10 · last loading week, 1.3 · Σ of the three weeks before / (4 - 1.3)), and back to the
    load before a taper within six weeks of it; lighter weeks their share of the last loading week. A light
    week is free, and the lighter weeks after one may be a set off.
    """
    spare = SET_LOAD if history.loading_load <= LIGHT_WEEK else 0.0
    if period.loading:
        recent = sum(history.loads[-3:])
        returning = period.number - history.last_taper <= RETURN_WEEKS
        used_to = max(RAMP * history.loading_load, history.before_taper if returning else 0.0)
        return max(min(used_to, RATIO * recent / (4 - RATIO)), LIGHT_WEEK)
    if period.taper:
        return period.volume * TAPER_LOAD * history.loading_load + spare
    return min(period.volume * 1.05, DELOAD_MOST) * history.loading_load + spare


def longest_allowed(day: int, history: History) -> float:
    recent = [metres for on, metres in history.runs if on < 0 or day - RUN_WINDOW_DAYS <= on < day]
    return LONGEST_RUN * max(recent, default=0.0) * MARGIN


def remember(period: Period, sessions: Sequence[Session], history: History) -> None:
    load = week_load(sessions)
    if period.number == 1 and period.loading:
        history.loads = [load] * 3
    history.loads.append(load)
    if period.loading:
        history.loading_load, history.loading_minutes = load, week_minutes(sessions)
        history.loading_weeks += 1
        history.phase = period.phase
    if period.taper:
        history.before_taper, history.last_taper = history.loading_load, period.number
    first = (period.number - 1) * DAYS
    history.runs = [(on, m) for on, m in history.runs if on < 0 or first - on <= RUN_WINDOW_DAYS]
    history.runs += [(first + s.slot.day, run_metres(s)) for s in sessions if run_metres(s) > 0]
