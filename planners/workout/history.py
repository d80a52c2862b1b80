"""What the weeks before leave behind for the limits of the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from planners.workout.draft import Session, run_metres, week_load, week_minutes
from planners.workout.periods import DAYS, Period, Phase

RAMP, RATIO, MARGIN = 1.10, 1.3, 0.998
RETURN_WEEKS = 6
AFTER_ONE_WEEK = (0.9,)
AFTER_MORE = (0.5, 0.7, 0.8, 0.9)
"""Most load of the first weeks after one week without training, and after more: 10 % less [G]; 50, 30, 20 and
10 % less, the rule of the joint consensus of CSCCa and NSCA (Caterisano 2019,
doi:10.1519/SSC.0000000000000477) [S]."""
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
    away, before_away : weeks without training just before, and the load of a loading week before them.
    caps : shares of that load that the next weeks may have at most.
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
    away: int = 0
    before_away: float = 0.0
    caps: tuple[float, ...] = ()


def load_limit(period: Period, history: History) -> float:
    """Most load of the week.

    loading: min(1.10 · last loading week, 1.3 · Σ of the three weeks before / (4 - 1.3)), and back to the
    load before a taper within six weeks of it; lighter weeks their share of the last loading week. A light
    week is free, and the lighter weeks after one may be a set off. After weeks without training no more than
    the caps.
    """
    most = _usual_limit(period, history)
    return min(most, history.caps[0] * history.before_away) if history.caps else most


def _usual_limit(period: Period, history: History) -> float:
    spare = SET_LOAD if history.loading_load <= LIGHT_WEEK else 0.0
    if period.loading:
        recent = sum(history.loads[-3:])
        returning = period.number - history.last_taper <= RETURN_WEEKS
        used_to = max(RAMP * history.loading_load, history.before_taper if returning else 0.0)
        used_to = max(used_to, history.caps[0] * history.before_away if history.caps else 0.0)
        return max(min(used_to, RATIO * recent / (4 - RATIO)), LIGHT_WEEK)
    if period.taper:
        return period.volume * TAPER_LOAD * history.loading_load + spare
    return min(period.volume * 1.05, DELOAD_MOST) * history.loading_load + spare


def longest_allowed(day: int, history: History) -> float:
    recent = [metres for on, metres in history.runs if on < 0 or day - RUN_WINDOW_DAYS <= on < day]
    return LONGEST_RUN * max(recent, default=0.0) * MARGIN


def remember(
    period: Period, sessions: Sequence[Session], history: History, load: float | None = None
) -> None:
    """Add a week; `load` is what was done of it, where that is known to be less than its sessions say."""
    load = week_load(sessions) if load is None else load
    if period.number == 1 and period.loading:
        history.loads = [load] * 3
    history.loads.append(load)
    if period.loading:
        history.loading_load, history.loading_minutes = load, week_minutes(sessions)
        history.loading_weeks += 1
        history.phase = period.phase
    if period.taper:
        history.before_taper, history.last_taper = history.loading_load, period.number
    history.away, history.caps = 0, history.caps[1:]
    remember_runs(period, sessions, history)


def remember_light(period: Period, sessions: Sequence[Session], history: History, load: float) -> None:
    """Add a week that was to be a loading week and became a light one."""
    history.loads.append(load)
    history.away, history.caps = 0, history.caps[1:]
    remember_runs(period, sessions, history)


def remember_nothing(history: History) -> None:
    """Add a week without training: the next ones lead back in steps."""
    if history.away == 0:
        history.before_away = history.loading_load
    history.away += 1
    history.caps = AFTER_ONE_WEEK if history.away == 1 else AFTER_MORE


def remember_runs(period: Period, sessions: Sequence[Session], history: History) -> None:
    """Add the week's runs, and forget those of more than thirty days before."""
    first = (period.number - 1) * DAYS
    history.runs = [(on, m) for on, m in history.runs if on < 0 or first - on <= RUN_WINDOW_DAYS]
    history.runs += [(first + s.slot.day, run_metres(s)) for s in sessions if run_metres(s) > 0]
