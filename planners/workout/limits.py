"""A member's limits for the macro plan: minutes, starting load, floors, retention."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planners.spec import Level
from planners.workout.aerobic import EFFORT, RECOVERY_EFFORT, pace_of, shortest_steady
from planners.workout.catalog import load_catalogue
from planners.workout.dose import DOSED, DoseLimits, Doses
from planners.workout.draft import COOL_EFFORT, WARM_EFFORT, overhead
from planners.workout.history import LIGHT_WEEK
from planners.workout.periods import Period, Phase
from planners.workout.prepare import Prepared
from planners.workout.purpose import FLOOR_MIN, FLOOR_SHARE, RETENTION_SHARE, worth
from planners.workout.resistance import DELOAD_EFFORT
from planners.workout.scheme import resistance_efforts
from planners.workout.shape import SHORTEST_MAIN_MIN, Slot
from planners.workout.vocabulary import Quality

RESISTANCE_CAP = {Level.NOVICE: 45.0, Level.INTERMEDIATE: 60.0, Level.ADVANCED: 75.0}
HARD_CAP = {Level.NOVICE: 20.0, Level.INTERMEDIATE: 28.0, Level.ADVANCED: 36.0}
"""Most minutes of the resistance and the hard aerobic part of a session [G]."""
START_SHARE = {Level.NOVICE: 0.75, Level.INTERMEDIATE: 0.85, Level.ADVANCED: 0.95}
"""Weekly load the member is taken to be used to, as a share of what the days would hold [G]."""
BEARABLE_LOAD = {Level.NOVICE: 550.0, Level.INTERMEDIATE: 850.0, Level.ADVANCED: 1_200.0}
"""A week up to this load needs no slow start at a level [G]: twenty minutes a day are not to be shortened."""
LONG_START_MIN = {Level.NOVICE: 25.0, Level.INTERMEDIATE: 40.0, Level.ADVANCED: 60.0}
"""Longest easy run of the weeks before, where nothing is known of it [G]."""
LEAST_LOGGED, LEAST_BEARABLE = 0.5, 0.6
"""A logged weekly load below these shares of the guess and of a bearable week counts as so much [G]: who logs
little is not taken for an invalid."""
SHORTEST_LONG_MIN = 15.0
"""Who ran less at a time starts with run and walk of so many minutes [G]."""
TAPER_SESSION = 1.25
"""Sessions of a taper are shorter, not only fewer [G]."""
RECOVERY_MIN = 20
KEPT_SHARE = 0.7
LEAST_HARD_MIN = 7.0
LOST_MIN = 3.0
MIXED_RPE = {"resistance_hard": 7.0, "resistance_easy": 5.8, "hard_easy": 5.2, "easy": 3.5, "ruck": 5.0}


def efforts_of(prepared: Prepared, weeks: Sequence[Period]) -> list[tuple[float, ...]]:
    """Of each week the effort of a minute of each quality, in the order of DOSED, as it is prescribed."""
    request = prepared.request
    found, phase = [], Phase.BASE
    for period in weeks:
        phase = period.phase if period.loading else phase
        heavy, light = resistance_efforts(request.level, request.goal, phase)
        off = DELOAD_EFFORT if period.deload else 0.0
        steady = (EFFORT[q] for q in DOSED[2:])
        found.append((heavy - off, light - off, *steady))
    return found


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


def dose_limits(
    prepared: Prepared,
    weeks: Sequence[Period],
    slots: Sequence[tuple[Slot, ...]],
    typical: tuple[Slot, ...],
) -> DoseLimits:
    """The limits of the macro plan; `typical` are the sessions of a week far from any test."""
    level = prepared.request.level
    fixed = np.array([fixed_load(prepared, p, s) for p, s in zip(weeks, slots, strict=True)])
    full = full_load(prepared, typical)
    used_to = max(START_SHARE[level] * full, min(full, BEARABLE_LOAD[level]))
    warm = fixed_load(prepared, weeks[0], typical)
    start = _start_load(prepared, used_to, full, warm) + warm
    floor = floor_minutes(prepared, typical) * START_SHARE[level] * min(1.0, (start - warm) / used_to)
    weight = worth(prepared.purpose, tuple(weeks))
    retention = RETENTION_SHARE * prepared.main
    for quality in (Quality.THRESHOLD, Quality.SPEED):
        at = DOSED.index(quality)
        retention[at] = max(retention[at], min(LEAST_HARD_MIN, prepared.main / 2))
    if not prepared.means.strength:
        weight[:, DOSED.index(Quality.STRENGTH)] *= 0.1
        retention[DOSED.index(Quality.STRENGTH)] = 0.0
    return DoseLimits(
        main=prepared.main,
        session=np.array([_session_share(p, prepared.main) for p in weeks]),
        resistance_cap=RESISTANCE_CAP[level],
        hard_cap=HARD_CAP[level],
        start_load=start,
        long_start=min(_long_start(prepared), prepared.main),
        spare=LIGHT_WEEK if start <= LIGHT_WEEK else 0.0,
        fixed=fixed,
        floor=np.array([floor * p.volume for p in weeks]),
        retention=retention,
        volume=np.array([p.volume for p in weeks]),
        weight=weight,
    )


def _start_load(prepared: Prepared, guess: float, full: float, warm: float) -> float:
    """Load of the log's weeks less warm-ups: at least a share of the guess, at most a full week."""
    logged = prepared.learned.past.weekly_load
    if logged is None:
        return guess
    least = max(LEAST_LOGGED * guess, LEAST_BEARABLE * BEARABLE_LOAD[prepared.request.level])
    return min(max(logged - warm, least), full)


def _long_start(prepared: Prepared) -> float:
    """Minutes of the longest run of the last thirty days at the easy pace; else the guess."""
    metres = prepared.learned.past.longest_run_m
    pace = pace_of(load_catalogue().row_of["run_easy"], prepared.ability)
    if metres is None or pace is None:
        return LONG_START_MIN[prepared.request.level]
    return max(metres * pace / 60_000, SHORTEST_LONG_MIN)


def _session_share(period: Period, main: float) -> float:
    """How much of a session's main minutes a week's sessions may hold."""
    if not period.taper:
        return 1.0
    return min(1.0, max(TAPER_SESSION * period.volume, SHORTEST_MAIN_MIN / main))


def kept_floor(prepared: Prepared, weeks: Sequence[Period], limits: DoseLimits, doses: Doses) -> float:
    """The aerobic minutes that every loading week of the finished plan must keep.

    0.7 · min(wanted floor, least of what the macro plan found room for) - 3 minutes; the rest is left to
    rounding: whole minutes and sets, and parts too short to be worth their name. 0 where that is less than
    two and a half of the shortest parts.
    """
    hard = [DOSED.index(q) for q in (Quality.THRESHOLD, Quality.SPEED)]
    steady = [DOSED.index(q) for q in (Quality.AEROBIC, Quality.RUCK)]
    held = doses.minutes[:, steady].sum(axis=1) + 2 * doses.minutes[:, hard].sum(axis=1)
    loading = [p.loading for p in weeks]
    planned = float(held[loading].min()) if any(loading) else 0.0
    wanted = min(float(limits.floor.max()), planned)
    kept = max(0.0, KEPT_SHARE * wanted - LOST_MIN)
    return float(int(kept)) if wanted >= 2.5 * shortest_steady(prepared.main) else 0.0
