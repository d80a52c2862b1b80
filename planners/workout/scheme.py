"""Repetitions, effort and rest of a set, by what the exercise is, the level, the goal and the phase.

Novice 60-70 % of 1RM for 8-12 repetitions, intermediate 60-80 %, advanced 80-100 % for 1-6 in cycles; local
endurance below 70 % for 10-25 with short rests: ACSM 2009, doi:10.1249/MSS.0b013e3181915670. Repetitions and
effort give the load, so the percentages follow from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import numpy as np

from planners.spec import Equipment, Level, WorkoutGoal
from planners.workout.catalog import Bools, Catalogue, load_catalogue
from planners.workout.periods import Phase
from planners.workout.vocabulary import AEROBIC_MODES, Basis, LoadType, Pattern, Quality


class Kind(StrEnum):
    """How the sets of an exercise are dosed."""

    MAIN = "main"  # compound lift, load from 1RM and effort
    ACCESSORY = "accessory"  # smaller lift
    POWER = "power"  # fast lift, far from failure
    REPS = "reps"  # share of the most repetitions
    COUNT = "count"  # a number of repetitions by level
    HOLD = "hold"  # share of the longest hold
    CARRY = "carry"  # metres under load
    CRAWL = "crawl"  # metres without
    NONE = "none"  # not resistance work


@dataclass(frozen=True, kw_only=True)
class Dose:
    """One set: `reps` repetitions or metres, or where that is 0 a `share` of the member's most."""

    reps: int
    share: float
    rpe: float
    rest_s: int


COMPOUND = (
    Pattern.SQUAT,
    Pattern.HINGE,
    Pattern.LUNGE,
    Pattern.HORIZONTAL_PUSH,
    Pattern.VERTICAL_PUSH,
    Pattern.HORIZONTAL_PULL,
    Pattern.VERTICAL_PULL,
)
POWER_LIFTS = (
    "power_clean",
    "hang_power_clean",
    "clean_and_jerk",
    "kettlebell_snatch",
    "dumbbell_snatch",
    "turkish_get_up",
    "sandbag_clean",
)
SMALL = [
    tuple(Equipment).index(item)
    for item in (Equipment.DUMBBELL, Equipment.KETTLEBELL, Equipment.SANDBAG, Equipment.RUCKSACK)
]
"""What is too light, or too unwieldy, for sets of six and fewer repetitions [G]."""
ENDURANCE_GOALS = (WorkoutGoal.ENDURANCE, WorkoutGoal.WEIGHT_LOSS)

_LIFT = {
    Level.NOVICE: {Phase.BASE: (10, 7.0, 120), Phase.BUILD: (8, 7.5, 120), Phase.PEAK: (6, 8.0, 150)},
    Level.INTERMEDIATE: {Phase.BASE: (8, 7.0, 150), Phase.BUILD: (6, 7.5, 150), Phase.PEAK: (4, 8.5, 180)},
    Level.ADVANCED: {Phase.BASE: (6, 7.5, 180), Phase.BUILD: (5, 8.0, 180), Phase.PEAK: (3, 8.5, 240)},
}
_LIGHT = {Phase.BASE: (12, 7.0, 75), Phase.BUILD: (12, 7.5, 60), Phase.PEAK: (15, 7.5, 60)}
_SMALL = {Phase.BASE: (12, 7.0, 75), Phase.BUILD: (10, 7.5, 75), Phase.PEAK: (8, 8.0, 90)}
_FAST = {Phase.BASE: (6, 6.5, 90), Phase.BUILD: (5, 7.0, 90), Phase.PEAK: (4, 7.0, 120)}
_REPS = {Phase.BASE: (0.55, 7.0, 60), Phase.BUILD: (0.6, 7.5, 60), Phase.PEAK: (0.65, 8.0, 60)}
_HOLD = {Phase.BASE: (0.5, 6.5, 45), Phase.BUILD: (0.55, 7.0, 45), Phase.PEAK: (0.6, 7.5, 45)}
_COUNT = {Level.NOVICE: 8, Level.INTERMEDIATE: 10, Level.ADVANCED: 12}
_EXPLOSIVE = 5
CARRY_M, CRAWL_M = 40, 20
MOST_REPS = 25
FIXED_HOLD_S = 30


@cache
def kinds() -> tuple[Kind, ...]:
    """(n,) how each exercise of the catalogue is dosed."""
    catalogue = load_catalogue()
    return tuple(_kind(catalogue, i) for i in range(len(catalogue)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercised:
    """What of an exercise a line is made from, as plain numbers."""

    kind: Kind
    pattern: Pattern
    basis: Basis
    ratio: float
    seconds_per_rep: float
    sides: int
    setup_s: float
    met: float


@cache
def exercised() -> tuple[Exercised, ...]:
    """(n,) the exercises of the catalogue; reading these is much faster than reading cells of arrays."""
    catalogue = load_catalogue()
    return tuple(
        Exercised(
            kind=kinds()[i],
            pattern=catalogue.patterns[i],
            basis=catalogue.bases[i],
            ratio=float(catalogue.ratio[i]),
            seconds_per_rep=float(catalogue.seconds_per_rep[i]),
            sides=2 if catalogue.unilateral[i] else 1,
            setup_s=float(catalogue.setup_s[i]),
            met=float(catalogue.met[i]),
        )
        for i in range(len(catalogue))
    )


@cache
def is_kind(*wanted: Kind) -> Bools:
    """(n,) True where the exercise is of one of the kinds."""
    found = np.array([kind in wanted for kind in kinds()], dtype=np.bool_)
    found.setflags(write=False)
    return found


def _kind(catalogue: Catalogue, i: int) -> Kind:
    pattern, load, basis = catalogue.patterns[i], catalogue.load_types[i], catalogue.bases[i]
    mobility = catalogue.trains(Quality.MOBILITY)[i]
    if pattern in AEROBIC_MODES or mobility:
        return Kind.NONE
    if load is LoadType.DISTANCE:
        return Kind.CRAWL if basis is Basis.NONE else Kind.CARRY
    if load is LoadType.TIME:
        return Kind.HOLD
    if load is LoadType.BODYWEIGHT:
        return Kind.COUNT if basis is Basis.NONE else Kind.REPS
    if basis is Basis.FIXED:
        return Kind.COUNT
    if catalogue.ids[i] in POWER_LIFTS:
        return Kind.POWER
    small = catalogue.unilateral[i] or catalogue.each_hand[i] or catalogue.needs[i, SMALL].any()
    strong = catalogue.trains(Quality.STRENGTH)[i] and pattern in COMPOUND and not small
    return Kind.MAIN if strong else Kind.ACCESSORY


@cache
def dose(kind: Kind, level: Level, goal: WorkoutGoal, phase: Phase, pattern: Pattern) -> Dose:
    """One set of an exercise of this kind.

    A taper or recovery week is dosed as the peak or the base: the planner keeps the last load in a taper.
    """
    at = {Phase.TAPER: Phase.PEAK, Phase.RECOVERY: Phase.BASE}.get(phase, phase)
    if kind is Kind.MAIN:
        reps, rpe, rest = _LIGHT[at] if goal in ENDURANCE_GOALS else _LIFT[level][at]
        return Dose(reps=reps, share=1.0, rpe=rpe, rest_s=rest)
    if kind in (Kind.ACCESSORY, Kind.POWER):
        reps, rpe, rest = _SMALL[at] if kind is Kind.ACCESSORY else _FAST[at]
        return Dose(reps=reps, share=1.0, rpe=rpe, rest_s=rest)
    if kind in (Kind.REPS, Kind.HOLD):
        share, rpe, rest = _REPS[at] if kind is Kind.REPS else _HOLD[at]
        return Dose(reps=0, share=share, rpe=rpe, rest_s=rest)
    if kind is Kind.COUNT:
        explosive = pattern in (Pattern.JUMP, Pattern.THROW)
        reps = _EXPLOSIVE if explosive else _COUNT[level]
        return Dose(reps=reps, share=1.0, rpe=7.0, rest_s=75 if explosive else 60)
    metres = CARRY_M if kind is Kind.CARRY else CRAWL_M
    return Dose(reps=metres, share=1.0, rpe=7.0, rest_s=75)


def resistance_efforts(level: Level, goal: WorkoutGoal, phase: Phase) -> tuple[float, float]:
    """Effort of strength and of muscular-endurance work in a phase, as the macro plan counts it."""
    heavy = dose(Kind.MAIN, level, goal, phase, Pattern.SQUAT).rpe
    return heavy, dose(Kind.REPS, level, goal, phase, Pattern.SQUAT).rpe
