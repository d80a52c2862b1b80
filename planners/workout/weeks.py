"""From doses and designs to the sessions of every week, each week within its limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from planners.workout.ability import Ability
from planners.workout.aerobic import (
    EFFORT,
    RECOVERY_EFFORT,
    hard_line,
    march_line,
    shortest_steady,
    steady_line,
)
from planners.workout.blocks import Designs, SessionDesign, resistance_minutes
from planners.workout.catalog import Floats, load_catalogue
from planners.workout.dose import DOSED
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
from planners.workout.fit import amount, rest_s
from planners.workout.line import Line, Part
from planners.workout.menu import Menu
from planners.workout.periods import DAYS, Period, Phase
from planners.workout.resistance import Trainee, fit_sets, resistance_line
from planners.workout.ruck import march
from planners.workout.scheme import dose, kinds
from planners.workout.session import HIGH_SETS
from planners.workout.shape import Slot
from planners.workout.vocabulary import Quality

RAMP, RATIO, MARGIN = 1.10, 1.3, 0.998
RETURN_WEEKS = 6
DELOAD_MOST, TAPER_MOST, TAPER_LEAST = 0.68, 0.595, 0.42
LONGEST_RUN, RUN_WINDOW_DAYS = 1.10, 30
MONOTONY_MOST = 1.95
SHORTEST_WALK_MIN, WALK_EFFORT = 5, 3.0
ROOM_SHARE = 0.6
"""An easy part that its session has too little room for may be so much of the shortest [G]."""
A = DOSED.index(Quality.AEROBIC)


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


@dataclass(frozen=True, kw_only=True, eq=False)
class Maker:
    """Everything that is the same for all weeks."""

    trainee: Trainee
    ability: Ability
    menu: Menu
    designs: Designs
    main: float
    minutes_per_day: int
    recovery_min: int
    weight_kg: float
    hard_cap: float
    floor: float


def make_week(
    maker: Maker, period: Period, slots: Sequence[Slot], minutes: Floats, history: History
) -> list[Session]:
    """The sessions of one week, within the limits that the weeks before set."""
    sessions = [Session(slot=slot, lines=[]) for slot in slots]
    phase = period.phase if period.loading else history.phase
    for session in sessions:
        _resistance(maker, period, session, minutes, slots, history, phase)
    for index, session in enumerate(s for s in sessions if s.slot.hard is not None):
        _hard(maker, period, session, minutes, slots, index)
    _march(maker, sessions, period, minutes, history)
    _easy(maker, period, sessions, minutes)
    sessions = _limit(maker, period, sessions, history)
    _remember(period, sessions, history)
    return sessions


def _resistance(
    maker: Maker,
    period: Period,
    session: Session,
    minutes: Floats,
    slots: Sequence[Slot],
    history: History,
    phase: Phase,
) -> None:
    design = maker.designs.of.get((period.block, session.slot.day))
    if session.slot.focus is None or design is None or not len(design.rows):
        return
    light = period.deload
    weeks = max(history.loading_weeks - (0 if period.loading or light else 1), 0)
    budget = 60 * resistance_minutes(minutes, slots)
    seconds = _set_seconds(maker, design, phase)
    setup = load_catalogue().setup_s[design.rows]
    sets = fit_sets(design.sets, design.most, design.priority, seconds, setup, budget)
    for row, number in zip(design.rows.tolist(), sets, strict=True):
        if number:
            line = resistance_line(row, number, maker.trainee, phase, weeks, light=light)
            session.lines.append(line)


def _set_seconds(maker: Maker, design: SessionDesign, phase: Phase) -> Floats:
    catalogue = load_catalogue()
    trainee = maker.trainee
    found = []
    for row in design.rows.tolist():
        kind = kinds()[row]
        dosed = dose(kind, trainee.level, trainee.goal, phase, catalogue.patterns[row])
        work = amount(kind, dosed, float(trainee.capacity[row])) * float(catalogue.seconds_per_rep[row])
        found.append(work * (2 if catalogue.unilateral[row] else 1) + rest_s(dosed, trainee.hurry))
    return np.array(found)


def _hard(
    maker: Maker, period: Period, session: Session, minutes: Floats, slots: Sequence[Slot], index: int
) -> None:
    """The hard part: by turns the exercises of its quality, the next one where the first does not fit."""
    quality = session.slot.hard
    if quality is None:
        return
    rows = maker.menu.hard(quality)
    others = () if quality is Quality.THRESHOLD else maker.menu.threshold
    number = sum(slot.hard is quality for slot in slots)
    each = min(float(minutes[DOSED.index(quality)]) / number, maker.hard_cap)
    turn = (period.number // 2 + index) % len(rows)
    for row in rows[turn:] + rows[:turn] + others:
        line = hard_line(row, quality, each, maker.ability)
        if line is not None:
            session.lines.append(line)
            return


def _march(maker: Maker, sessions: list[Session], period: Period, minutes: Floats, history: History) -> None:
    for session in sessions:
        if session.slot.ruck and maker.menu.ruck:
            before = history.marches[-1] if history.marches else None
            most = float(minutes[DOSED.index(Quality.RUCK)])
            number = len(history.marches)
            done = march(before, number, maker.weight_kg, maker.trainee.level, most)
            session.lines.append(march_line(maker.menu.ruck[0], *done, maker.ability))
            history.marches.append(done)


def _easy(maker: Maker, period: Period, sessions: list[Session], minutes: Floats) -> None:
    """Share the easy minutes out; parts that would be too short are left to the other sessions."""
    for session in sessions:
        if session.slot.recovery and maker.menu.recovery:
            rows = maker.menu.recovery
            line = steady_line(rows[0], Part.EASY, maker.recovery_min, RECOVERY_EFFORT, maker.ability)
            session.lines.append(line)
    having = [s for s in sessions if s.slot.easy > 0]
    having.sort(key=lambda s: (-s.slot.easy, s.slot.day))
    left = float(minutes[A])
    shortest = shortest_steady(maker.main)
    while having and left * having[-1].slot.easy / sum(s.slot.easy for s in having) < shortest:
        having.pop()
    total = sum(s.slot.easy for s in having)
    for session in having:
        share = min(left * session.slot.easy / total, maker.main - session.main)
        if share >= ROOM_SHARE * shortest:
            session.lines.append(_easy_line(maker, period, session.slot, share))
    for session in sessions:
        if not session.lines:
            session.lines.append(_easy_line(maker, period, session.slot, shortest))


def _easy_line(maker: Maker, period: Period, slot: Slot, minutes: float) -> Line:
    rows = maker.menu.long if slot.long else maker.menu.easy
    row = rows[(period.number + slot.day) % len(rows)]
    line = steady_line(row, Part.EASY, int(minutes), EFFORT[Quality.AEROBIC], maker.ability)
    return line


def _limit(maker: Maker, period: Period, sessions: list[Session], history: History) -> list[Session]:
    """Cut the week down to every limit."""
    first = (period.number - 1) * DAYS
    for session in sessions:
        longest = _longest_allowed(first + session.slot.day, history)
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
            runs = all(run_metres(s) <= _longest_allowed(first + s.slot.day, history) for s in sessions)
            short = all(s.minutes <= maker.minutes_per_day for s in sessions)
            return runs and short and week_load(sessions) <= most

        if week_minutes(sessions) < TAPER_LEAST * before:
            grow_until(sessions, lambda: fits() and week_minutes(sessions) <= TAPER_LEAST * before + 2)


def load_limit(period: Period, history: History) -> float:
    """Most load of the week.

    loading: min(1.10 · last loading week, 1.3 · Σ of the three weeks before / (4 - 1.3)), and back to the
    load before a taper within six weeks of it; lighter weeks their share of the last loading week
    """
    if period.loading:
        recent = sum(history.loads[-3:])
        returning = period.number - history.last_taper <= RETURN_WEEKS
        used_to = max(RAMP * history.loading_load, history.before_taper if returning else 0.0)
        return min(used_to, RATIO * recent / (4 - RATIO))
    if period.taper:
        return min(period.volume * 1.04, TAPER_MOST) * history.loading_load
    return min(period.volume * 1.05, DELOAD_MOST) * history.loading_load


def _longest_allowed(day: int, history: History) -> float:
    recent = [metres for on, metres in history.runs if on < 0 or day - RUN_WINDOW_DAYS <= on < day]
    return LONGEST_RUN * max(recent, default=0.0) * MARGIN


def _remember(period: Period, sessions: list[Session], history: History) -> None:
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
    history.runs += [(first + s.slot.day, run_metres(s)) for s in sessions if run_metres(s) > 0]
