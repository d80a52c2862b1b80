"""How much of a plan trains a tested movement: doses of each day, a full week summing to 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planners.workout.catalog import TESTED, Floats, Ints, load_catalogue
from planners.workout.dose import DOSED
from planners.workout.draft import Session
from planners.workout.line import Line, Part
from planners.workout.periods import DAYS
from planners.workout.purpose import MIX
from planners.workout.response import dose
from planners.workout.scheme import kinds
from planners.workout.session import HEAVY_KINDS
from planners.workout.vocabulary import Quality, Tested

GENERAL, FULL_TRANSFER = 0.3, 0.7
"""Work of the right quality counts at least so much; from this carry-over on, whole [G]."""
FULL_MINUTES: Mapping[Tested, float] = {
    Tested.DEADLIFT: 22.0,
    Tested.PUSH_UP: 14.0,
    Tested.HAND_RELEASE_PUSH_UP: 14.0,
    Tested.PULL_UP: 14.0,
    Tested.PLANK: 10.0,
    Tested.SIT_UP: 10.0,
    Tested.REVERSE_CRUNCH: 10.0,
    Tested.AMMO_LIFT: 12.0,
    Tested.SPRINT_DRAG_CARRY: 12.0,
    Tested.MANEUVER_UNDER_FIRE: 12.0,
    Tested.MOVEMENT_TO_CONTACT: 14.0,
    Tested.DISTANCE_RUN: 28.0,
    Tested.SHUTTLE_RUN: 25.0,
    Tested.ROW: 30.0,
    Tested.SWIM: 30.0,
    Tested.RUCK_MARCH: 45.0,
}
"""Minutes a week, weighted by mix and carry-over, that make a full week [G]."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Work:
    """The plan's work in L lines, each (L,): catalogue `rows`, `minutes`, `quality` index of DOSED, `day`."""

    rows: Ints
    minutes: Floats
    quality: Ints
    day: Ints
    days: int


def work_of(weeks: Sequence[Sequence[Session]]) -> Work:
    """Every line between warm-up and cool-down."""
    cells = [
        (line.row, line.minutes, DOSED.index(_quality(session, line)), w * DAYS + session.slot.day)
        for w, sessions in enumerate(weeks)
        for session in sessions
        for line in session.lines
    ]
    rows, minutes, quality, day = zip(*cells, strict=True) if cells else ((), (), (), ())
    return Work(
        rows=np.array(rows, dtype=np.int64),
        minutes=np.array(minutes, dtype=np.float64),
        quality=np.array(quality, dtype=np.int64),
        day=np.array(day, dtype=np.int64),
        days=len(weeks) * DAYS,
    )


def _quality(session: Session, line: Line) -> Quality:
    if line.part is Part.RESISTANCE:
        return Quality.STRENGTH if kinds()[line.row] in HEAVY_KINDS else Quality.ENDURANCE
    if line.part is Part.HARD and session.slot.hard is not None:
        return session.slot.hard
    return Quality.RUCK if line.part is Part.RUCK else Quality.AEROBIC


def daily_doses(work: Work, movement: Tested, until: int) -> Floats:
    """Doses of each day up to the day `until`, shape (until,).

    d_w = dose(Σ minutes · mix · max(0.3, min(1, carry-over / 0.7)), full minutes), spread over the week's
    days by their shares. Beyond the plan the mean of its last four weeks goes on.
    """
    mix = np.array([MIX[movement].get(q, 0.0) for q in DOSED])
    transfer = load_catalogue().transfer[work.rows, TESTED.index(movement)]
    counted = work.minutes * mix[work.quality] * np.clip(transfer / FULL_TRANSFER, GENERAL, 1.0)
    daily = np.bincount(work.day, weights=counted, minlength=work.days).reshape(-1, DAYS)
    weekly = daily.sum(axis=1)
    factor = dose(weekly, FULL_MINUTES[movement]) / np.maximum(weekly, 1e-9)
    doses: Floats = (daily * factor[:, None]).ravel()
    if until > len(doses):
        usual = doses[-4 * DAYS :].mean()
        doses = np.concatenate([doses, np.full(until - len(doses), usual)])
    return doses[:until]
