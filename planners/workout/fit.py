"""Which exercises suit what the member can do, and how long a set of each takes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from planners.spec import Level, WorkoutGoal
from planners.workout.ability import LIFTS, Ability
from planners.workout.catalog import Bools, Floats, Ints, load_catalogue
from planners.workout.formulas import fraction_for
from planners.workout.implements import bounds
from planners.workout.periods import Phase
from planners.workout.scheme import FIXED_HOLD_S, MOST_REPS, Dose, Kind, dose, is_kind, kinds
from planners.workout.vocabulary import Basis

FEWEST_REPS, MOST_CAPACITY = 4.0, 60.0
SHORTEST_HOLD, LONGEST_HOLD = 10.0, 300.0
"""Repetitions and seconds the member must be able to do, and beyond which the exercise is too easy [G]."""


BASES = tuple(Basis)
DERIVED_START, GUESSED_START = 0.9, 0.8


@cache
def _basis_of() -> Ints:
    return np.array([BASES.index(basis) for basis in load_catalogue().bases], dtype=np.int64)


def capacities(ability: Ability) -> Floats:
    """(n,) what the member can do at most: kg once, repetitions or seconds; 0 for exercises without a basis.

    capacity_e = ratio_e · ability[basis_e]
    """
    of = np.array([0.0 if basis is Basis.NONE else ability.of.get(basis, 0.0) for basis in BASES])
    found: Floats = of[_basis_of()] * load_catalogue().ratio
    return found


def certainty(ability: Ability) -> Floats:
    """(n,) share of its capacity that each exercise starts with: all where its lift is tested.

    0.9 where another lift is tested and this one is guessed from it, 0.8 where nothing is known [G].
    """
    guess = DERIVED_START if any(basis in ability.tested for basis in LIFTS) else GUESSED_START
    shares = [guess if basis in LIFTS and basis not in ability.tested else 1.0 for basis in BASES]
    found: Floats = np.array(shares)[_basis_of()]
    return found


def suited(capacity: Floats) -> Bools:
    """(n,) True where the exercise is neither out of reach nor far too easy for this member."""
    least, most = bounds()
    reach = fraction_for(13) * capacity
    lifts = (reach >= least) & (capacity * 0.5 <= most)
    reps = (capacity >= FEWEST_REPS) & (capacity <= MOST_CAPACITY)
    holds = (capacity <= 0) | ((capacity >= SHORTEST_HOLD) & (capacity <= LONGEST_HOLD))
    fits = np.where(is_kind(Kind.MAIN, Kind.ACCESSORY, Kind.POWER), lifts, True)
    fits = np.where(is_kind(Kind.REPS), reps, fits)
    found: Bools = np.where(is_kind(Kind.HOLD), holds, fits)
    return found


@dataclass(frozen=True, kw_only=True, eq=False)
class Doses:
    """(n,) one set of each exercise in a phase: repetitions or metres, share of the maximum, rest in s."""

    reps: Floats
    share: Floats
    rest_s: Floats


@lru_cache(maxsize=256)
def doses_of(level: Level, goal: WorkoutGoal, phase: Phase) -> Doses:
    """The doses of every exercise of the catalogue; those that are no resistance work have none."""
    each = [
        NO_DOSE if kind is Kind.NONE else dose(kind, level, goal, phase, pattern)
        for kind, pattern in zip(kinds(), load_catalogue().patterns, strict=True)
    ]
    return Doses(
        reps=np.array([d.reps for d in each], dtype=np.float64),
        share=np.array([d.share for d in each]),
        rest_s=np.array([d.rest_s for d in each], dtype=np.float64),
    )


NO_DOSE = Dose(reps=0, share=0.0, rpe=0.0, rest_s=0)


def set_seconds(
    rows: Ints, capacity: Floats, level: Level, goal: WorkoutGoal, phase: Phase, hurry: float
) -> Floats:
    """How long one set of each exercise takes in a phase, shape of `rows`.

    t_e = amount_e · seconds_per_rep_e · sides_e + hurry · rest_e

    Parameters
    ----------
    capacity : (n,) of the whole catalogue.
    hurry : 0-1, how much of the usual rest a short session leaves.
    """
    catalogue = load_catalogue()
    doses = doses_of(level, goal, phase)
    most = capacity[rows]
    reps = np.clip(np.round(doses.share[rows] * most), 3, MOST_REPS)
    held = np.where(most > 0, doses.share[rows] * most, FIXED_HOLD_S)
    holds = np.clip(5 * np.round(held / 5), 10, 120)
    work = np.where(is_kind(Kind.REPS)[rows], reps, doses.reps[rows])
    work = np.where(is_kind(Kind.HOLD)[rows], holds, work)
    rest = np.maximum(30.0, 5 * np.round(doses.rest_s[rows] * hurry / 5))
    found: Floats = work * catalogue.seconds_per_rep[rows] * (1.0 + catalogue.unilateral[rows]) + rest
    return found


def amount(kind: Kind, dosed: Dose, capacity: float) -> int:
    """Repetitions, seconds or metres of one set."""
    if kind is Kind.REPS:
        return max(3, min(MOST_REPS, round(dosed.share * capacity)))
    if kind is Kind.HOLD:
        seconds = dosed.share * capacity if capacity > 0 else FIXED_HOLD_S
        return max(10, min(120, 5 * round(seconds / 5)))
    return dosed.reps


def rest_s(dosed: Dose, hurry: float) -> int:
    """Rest after a set, to 5 s."""
    return max(30, 5 * round(dosed.rest_s * hurry / 5))


def rest_share(minutes_per_day: int) -> float:
    """How much of the usual rest a session of this length leaves: all from 45 minutes on, 60 % at 20."""
    return min(1.0, max(0.6, 0.6 + 0.4 * (minutes_per_day - 20) / 25))
