"""Which exercises suit what the member can do, and how long a set of each takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planners.spec import Level, WorkoutGoal
from planners.workout.ability import Ability
from planners.workout.catalog import Bools, Floats, load_catalogue
from planners.workout.formulas import fraction_for
from planners.workout.implements import bounds
from planners.workout.periods import Phase
from planners.workout.scheme import FIXED_HOLD_S, MOST_REPS, Dose, Kind, dose, kinds
from planners.workout.vocabulary import Basis

FEWEST_REPS, MOST_CAPACITY = 4.0, 60.0
SHORTEST_HOLD, LONGEST_HOLD = 10.0, 300.0
"""Repetitions and seconds the member must be able to do, and beyond which the exercise is too easy [G]."""


def capacities(ability: Ability) -> Floats:
    """(n,) what the member can do at most: kg once, repetitions or seconds; 0 for exercises without a basis.

    capacity_e = ratio_e · ability[basis_e]
    """
    catalogue = load_catalogue()
    values = np.array([ability.of.get(basis, 0.0) for basis in catalogue.bases])
    values[[basis is Basis.NONE for basis in catalogue.bases]] = 0.0
    found: Floats = values * catalogue.ratio
    return found


def suited(capacity: Floats) -> Bools:
    """(n,) True where the exercise is neither out of reach nor far too easy for this member."""
    least, most = bounds()
    names = np.array(kinds())
    fits = np.ones(len(names), dtype=np.bool_)
    lifts = np.isin(names, [Kind.MAIN, Kind.ACCESSORY, Kind.POWER])
    reach = fraction_for(13) * capacity
    fits[lifts] = ((reach >= least) & (capacity * 0.5 <= most))[lifts]
    reps = names == Kind.REPS
    fits[reps] = ((capacity >= FEWEST_REPS) & (capacity <= MOST_CAPACITY))[reps]
    holds = (names == Kind.HOLD) & (capacity > 0)
    fits[holds] = ((capacity >= SHORTEST_HOLD) & (capacity <= LONGEST_HOLD))[holds]
    return fits


@dataclass(frozen=True, kw_only=True, eq=False)
class SetTimes:
    """(n,) seconds of one set with its rest, and the doses they come from."""

    seconds: Floats
    doses: tuple[Dose | None, ...]


def set_times(capacity: Floats, level: Level, goal: WorkoutGoal, phase: Phase, hurry: float) -> SetTimes:
    """How long one set of each exercise takes in a phase.

    t_e = reps_e · seconds_per_rep_e · sides_e + hurry · rest_e

    Parameters
    ----------
    hurry : 0-1, how much of the usual rest a short session leaves.
    """
    catalogue = load_catalogue()
    doses = tuple(
        None if kind is Kind.NONE else dose(kind, level, goal, phase, pattern)
        for kind, pattern in zip(kinds(), catalogue.patterns, strict=True)
    )
    work = np.array([_amount(kind, d, c) for kind, d, c in zip(kinds(), doses, capacity, strict=True)])
    rest = np.array([0 if d is None else rest_s(d, hurry) for d in doses])
    sides = 1.0 + catalogue.unilateral
    return SetTimes(seconds=work * catalogue.seconds_per_rep * sides + rest, doses=doses)


def _amount(kind: Kind, dosed: Dose | None, capacity: float) -> float:
    return 0.0 if dosed is None else amount(kind, dosed, float(capacity))


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
