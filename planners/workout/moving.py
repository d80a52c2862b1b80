"""The aerobic parts of a week: hard parts, a march, easy parts, recovery days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from planners.workout.aerobic import (
    EFFORT,
    RECOVERY_EFFORT,
    hard_line,
    march_line,
    shortest_steady,
    steady_line,
)
from planners.workout.catalog import Floats
from planners.workout.dose import DOSED
from planners.workout.draft import Session
from planners.workout.history import History
from planners.workout.line import Line, Part
from planners.workout.maker import Maker
from planners.workout.periods import Period
from planners.workout.ruck import march
from planners.workout.shape import BESIDE_WEIGHT, Slot
from planners.workout.vocabulary import Quality

ROOM_SHARE = 0.6
"""An easy part that its session has too little room for may be so much of the shortest [G]."""


def hard_part(
    maker: Maker, period: Period, session: Session, minutes: Floats, slots: Sequence[Slot], index: int
) -> float:
    """The hard part: by turns the exercises of its quality, the next one where the first does not fit.

    Returns
    -------
    float
        Minutes that are left to easy work because none fits.
    """
    quality = session.slot.hard
    if quality is None:
        return 0.0
    rows = maker.menu.hard(quality)
    others = () if quality is Quality.THRESHOLD else maker.menu.threshold
    number = sum(slot.hard is quality for slot in slots)
    each = min(float(minutes[DOSED.index(quality)]) / number, maker.hard_cap)
    turn = (period.number // 2 + index) % len(rows)
    for row in rows[turn:] + rows[:turn] + others:
        own = quality if row in rows else Quality.THRESHOLD
        line = hard_line(row, own, each, maker.ability)
        if line is not None:
            session.lines.append(line)
            session.slot = replace(session.slot, hard=own)
            return 0.0
    session.slot = replace(session.slot, hard=None, easy=session.slot.easy or BESIDE_WEIGHT)
    return each


def march_part(
    maker: Maker, sessions: list[Session], period: Period, minutes: Floats, history: History
) -> None:
    for session in sessions:
        if session.slot.ruck and maker.menu.ruck:
            before = history.marches[-1] if history.marches else None
            most = float(minutes[DOSED.index(Quality.RUCK)])
            number = len(history.marches)
            done = march(before, number, maker.weight_kg, maker.trainee.level, most)
            session.lines.append(march_line(maker.menu.ruck[0], *done, maker.ability))
            history.marches.append(done)


def easy_parts(maker: Maker, period: Period, sessions: list[Session], easy_min: float) -> None:
    """Share the easy minutes out; parts that would be too short are left to the other sessions."""
    for session in sessions:
        if session.slot.recovery and maker.menu.recovery:
            rows = maker.menu.recovery
            line = steady_line(rows[0], Part.EASY, maker.recovery_min, RECOVERY_EFFORT, maker.ability)
            session.lines.append(line)
    having = [s for s in sessions if s.slot.easy > 0]
    having.sort(key=lambda s: (-s.slot.easy, s.slot.day))
    left = easy_min
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
