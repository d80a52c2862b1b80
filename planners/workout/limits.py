"""A member's limits for the macro plan: minutes, starting load, floors, retention."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planners.spec import Level
from planners.workout.aerobic import RECOVERY_EFFORT
from planners.workout.dose import DOSED, DoseLimits
from planners.workout.draft import COOL_EFFORT, WARM_EFFORT, overhead
from planners.workout.periods import Period
from planners.workout.prepare import Prepared
from planners.workout.purpose import FLOOR_MIN, FLOOR_SHARE, RETENTION_SHARE, worth
from planners.workout.shape import Slot
from planners.workout.vocabulary import Quality

RESISTANCE_CAP = {Level.NOVICE: 45.0, Level.INTERMEDIATE: 60.0, Level.ADVANCED: 75.0}
HARD_CAP = {Level.NOVICE: 20.0, Level.INTERMEDIATE: 28.0, Level.ADVANCED: 36.0}
"""Most minutes of the resistance and the hard aerobic part of a session [G]."""
START_SHARE = {Level.NOVICE: 0.68, Level.INTERMEDIATE: 0.80, Level.ADVANCED: 0.90}
"""Weekly load the member is taken to be used to, as a share of what the days would hold [G]."""
LONG_START_MIN = {Level.NOVICE: 25.0, Level.INTERMEDIATE: 40.0, Level.ADVANCED: 60.0}
"""Longest easy run of the weeks before, where nothing is known of it [G]."""
RECOVERY_MIN = 20
MIXED_RPE = {"resistance_hard": 7.0, "resistance_easy": 5.8, "hard_easy": 5.2, "easy": 3.5, "ruck": 5.0}


def recovery_minutes(prepared: Prepared) -> int:
    """Minutes of the easy part of a recovery day: 20, or half of a short day."""
    return min(RECOVERY_MIN, max(8, prepared.minutes_per_day // 2 - 3))


def full_load(prepared: Prepared, slots: Sequence[Slot]) -> float:
    """Load of a week whose sessions are all as long as they may be."""
    return sum(prepared.main * _mixed_rpe(slot) for slot in slots if not slot.recovery)


def _mixed_rpe(slot: Slot) -> float:
    if slot.focus is not None:
        return MIXED_RPE["resistance_hard" if slot.hard is not None else "resistance_easy"]
    if slot.hard is not None:
        return MIXED_RPE["hard_easy"]
    return MIXED_RPE["ruck" if slot.ruck else "easy"]


def fixed_load(prepared: Prepared, period: Period, slots: Sequence[Slot]) -> float:
    """Load of a week's warm-ups, cool-downs and recovery days."""
    warm, cool = overhead(prepared.main * (0.5 + 0.5 * period.volume), False)
    recovery = recovery_minutes(prepared) * RECOVERY_EFFORT + COOL_EFFORT * overhead(0, True)[1]
    days = sum(not slot.recovery for slot in slots)
    return days * (WARM_EFFORT * warm + COOL_EFFORT * cool) + (len(slots) - days) * recovery


def floor_minutes(prepared: Prepared, slots: Sequence[Slot], share: float = 1.0) -> float:
    """Moderate aerobic minutes a loading week must hold.

    min(floor of the goal, share of the goal · main minutes of all days) · what the member is used to
    """
    goal = prepared.request.goal
    days = sum(not slot.recovery for slot in slots)
    return share * min(FLOOR_MIN[goal], FLOOR_SHARE[goal] * days * prepared.main)


def dose_limits(prepared: Prepared, weeks: Sequence[Period], slots: Sequence[tuple[Slot, ...]]) -> DoseLimits:
    """The limits of the macro plan."""
    level = prepared.request.level
    typical = max(slots, key=len)
    fixed = np.array([fixed_load(prepared, p, s) for p, s in zip(weeks, slots, strict=True)])
    start = START_SHARE[level] * full_load(prepared, typical) + float(fixed.max())
    floor = floor_minutes(prepared, typical) * START_SHARE[level]
    weight = worth(prepared.purpose, tuple(weeks))
    retention = RETENTION_SHARE * prepared.main
    if not prepared.means.strength:
        weight[:, DOSED.index(Quality.STRENGTH)] *= 0.1
        retention[DOSED.index(Quality.STRENGTH)] = 0.0
    return DoseLimits(
        main=prepared.main,
        resistance_cap=RESISTANCE_CAP[level],
        hard_cap=HARD_CAP[level],
        start_load=start,
        long_start=min(LONG_START_MIN[level], prepared.main),
        fixed=fixed,
        floor=np.array([floor * p.volume for p in weeks]),
        retention=retention,
        weight=weight,
    )
