"""A week cut down to every limit: minutes, longest run, sets of a muscle, load, taper, monotony."""

from __future__ import annotations

from planners.workout.aerobic import steady_line
from planners.workout.draft import (
    Session,
    cut_muscles,
    cut_until,
    ease_monotony,
    grow_until,
    run_metres,
    week_load,
    week_minutes,
)
from planners.workout.history import (
    MARGIN,
    TAPER_LEAST,
    TAPER_MOST,
    History,
    load_limit,
    longest_allowed,
)
from planners.workout.line import Part
from planners.workout.maker import Maker
from planners.workout.periods import DAYS, Period
from planners.workout.session import HIGH_SETS

MONOTONY_MOST = 1.95
SHORTEST_WALK_MIN, WALK_EFFORT = 5, 3.0


def limited(maker: Maker, period: Period, sessions: list[Session], history: History) -> list[Session]:
    """Cut the week down to every limit."""
    first = (period.number - 1) * DAYS
    for session in sessions:
        longest = longest_allowed(first + session.slot.day, history)
        cut_until([session], lambda s=session: s.minutes <= maker.minutes_per_day)  # type: ignore[misc]
        _limit_run(maker, session, longest)
    cut_muscles(sessions, HIGH_SETS[maker.trainee.level])
    most = load_limit(period, history) * MARGIN
    floor = 0.0 if period.taper else maker.floor * period.volume
    cut_until(sessions, lambda: week_load(sessions) <= most, floor)
    if period.taper and history.loading_minutes is not None:
        _limit_taper(maker, period, sessions, history, most)
    return ease_monotony(sessions, MONOTONY_MOST)


def _limit_run(maker: Maker, session: Session, metres: float) -> None:
    """Shorten a day's running to the metres it may have; what is lost of easy running is walked."""
    before = session.main
    cut_until([session], lambda: run_metres(session) <= metres)
    lost = int(before - session.main)
    if lost >= SHORTEST_WALK_MIN and maker.menu.recovery:
        session.lines.append(steady_line(maker.menu.recovery[0], Part.EASY, lost, WALK_EFFORT, maker.ability))


def _limit_taper(
    maker: Maker, period: Period, sessions: list[Session], history: History, most: float
) -> None:
    """Keep a taper's minutes between two fifths and three fifths of those before."""
    before = history.loading_minutes or 0.0
    cut_until(sessions, lambda: week_minutes(sessions) <= TAPER_MOST * before)
    if period.eve is None and period.test_day is None:
        first = (period.number - 1) * DAYS

        def fits() -> bool:
            runs = all(run_metres(s) <= longest_allowed(first + s.slot.day, history) for s in sessions)
            short = all(s.minutes <= maker.minutes_per_day for s in sessions)
            return runs and short and week_load(sessions) <= most

        if week_minutes(sessions) < TAPER_LEAST * before:
            grow_until(sessions, lambda: fits() and week_minutes(sessions) <= TAPER_LEAST * before + 2)
