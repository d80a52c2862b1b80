"""A week cut down to every limit: minutes, longest run, sets of a muscle, load, taper, monotony."""

from __future__ import annotations

from collections.abc import Sequence

from planners.workout.aerobic import steady_line
from planners.workout.draft import (
    ROUNDS,
    Session,
    add_set,
    cut_muscles,
    cut_set,
    cut_until,
    ease_monotony,
    moderate_minutes,
    run_metres,
    shorten,
    week_load,
    week_minutes,
)
from planners.workout.history import (
    LIGHT_WEEK,
    MARGIN,
    SET_MIN,
    TAPER_LEAST,
    TAPER_MOST,
    History,
    load_limit,
    longest_allowed,
)
from planners.workout.line import Line, Part
from planners.workout.maker import Maker
from planners.workout.periods import DAYS, Period
from planners.workout.session import HIGH_SETS

MONOTONY_MOST = 1.95
SHORTEST_WALK_MIN, WALK_EFFORT = 5, 3.0


def limited(
    maker: Maker,
    period: Period,
    sessions: list[Session],
    history: History,
    fixed: Sequence[Session] = (),
) -> list[Session]:
    """Cut the week down to every limit.

    Parameters
    ----------
    fixed : sessions of the week that stay as they are, and count.
    """
    first = (period.number - 1) * DAYS
    floor = 0.0 if period.taper else maker.floor * period.volume

    def spare() -> float:
        return moderate_minutes(sessions) - floor

    for session in sessions:
        cut_until([session], lambda s=session: s.minutes <= maker.minutes_per_day, spare)  # type: ignore[misc]
        _limit_run(maker, session, longest_allowed(first + session.slot.day, history))
    cut_muscles(sessions, HIGH_SETS[maker.trainee.level], fixed)
    if period.loading:
        _keep_floor(maker, period, sessions, history)
    most = load_limit(period, history) * MARGIN - week_load(fixed)
    cut_until(sessions, lambda: week_load(sessions) <= most, spare, effort=not period.taper)
    if period.taper and history.loading_minutes is not None:
        _limit_taper(maker, period, sessions, history, week_minutes(fixed))
    return ease_monotony(sessions, MONOTONY_MOST, fixed)


def _limit_run(maker: Maker, session: Session, metres: float) -> None:
    """Shorten a day's running to the metres it may have; what is lost of easy running is walked."""
    before = session.main
    cut_until([session], lambda: run_metres(session) <= metres)
    lost = int(before - session.main)
    if lost >= SHORTEST_WALK_MIN and maker.menu.recovery:
        session.lines.append(_walk(maker, lost))


def _walk(maker: Maker, minutes: int) -> Line:
    return steady_line(maker.menu.recovery[0], Part.EASY, minutes, WALK_EFFORT, maker.ability)


def _keep_floor(maker: Maker, period: Period, sessions: list[Session], history: History) -> None:
    """Lengthen easy parts, or make new ones, up to the aerobic minutes that the week must keep.

    Where no session has room, sets make it.
    """
    for _ in range(ROUNDS):
        if moderate_minutes(sessions) >= maker.floor:
            return
        by_room = sorted((s for s in sessions), key=lambda s: s.minutes)
        if not any(_longer(maker, period, s, history) for s in by_room) and not cut_set(sessions, 1):
            return


def _longer(maker: Maker, period: Period, session: Session, history: History) -> bool:
    """A minute more of an easy part of the day, or a short one where there is none; False without room."""
    longest = longest_allowed((period.number - 1) * DAYS + session.slot.day, history)

    def fits() -> bool:
        return session.minutes <= maker.minutes_per_day and run_metres(session) <= longest

    easy = [line for line in session.lines if line.part is Part.EASY]
    for line in easy:
        shorten(line, line.seconds + 60)
        if fits():
            return True
        shorten(line, line.seconds - 60)
    rows = maker.menu.recovery
    if not rows or any(line.row == rows[0] for line in easy):
        return False
    session.lines.append(_walk(maker, SHORTEST_WALK_MIN))
    if not fits():
        session.lines.pop()
        return False
    return True


def _limit_taper(
    maker: Maker, period: Period, sessions: list[Session], history: History, done: float
) -> None:
    """Keep a taper's minutes between two fifths and three fifths of those before; `done` are fixed."""
    before = history.loading_minutes or 0.0
    spare = SET_MIN if history.loading_load <= LIGHT_WEEK else 0.0

    def short_enough() -> bool:
        return done + week_minutes(sessions) <= TAPER_MOST * before + spare

    cut_until(sessions, short_enough, effort=False)
    while not short_enough() and len(sessions) > 1:
        sessions.remove(min(sessions, key=lambda s: (not s.slot.recovery, s.load)))
    if period.eve is None and period.test_day is None:
        for _ in range(ROUNDS):
            if done + week_minutes(sessions) >= TAPER_LEAST * before - spare:
                return
            by_room = sorted(sessions, key=lambda s: s.minutes)
            longer = any(_longer(maker, period, s, history) for s in by_room)
            if not longer and not add_set(sessions, maker.minutes_per_day):
                return
