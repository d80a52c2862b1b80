"""How training becomes a gain: fitness less fatigue, in weeks of full training, saturating towards a ceiling.

    y(t) = p + S(g · u(t)),   S(x) = h (1 - e^(-x/h)) for x > 0, x below

| symbol | meaning | unit |
| --- | --- | --- |
| y | worth of the result on day t | 1 (ln) |
| p | level without the training that is counted | 1 (ln) |
| g | gain from a week of full training | 1 (ln) a week |
| u | form: `fitness_fatigue.form` of the doses, divided so that REFERENCE gives 8 | weeks |
| h | headroom: worth of the ceiling less the level | 1 (ln) |
"""

from __future__ import annotations

from functools import cache
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planners.workout.fitness_fatigue import Kinetics, decayed_sum, form, saturated

Floats = NDArray[np.float64]

REFERENCE_WEEKS = 8
REFERENCE = np.r_[np.full(7 * (REFERENCE_WEEKS - 1), 1 / 7), np.full(7, 1 / 14)]
"""The programme that a gain a week is about: seven full weeks and one of half, shape (56,)."""

LEAST_HEADROOM = 0.02
"""A member at the ceiling can still gain so much (a guess)."""

HEAVIEST_FATIGUE = 0.6
"""Most of fatigue's steady weight against fitness's, k2 τ2 / (k1 τ1): beyond, training would never help."""

KINETICS = tuple(
    Kinetics(fitness_days=fitness, fatigue_days=fatigue, fatigue_weight=weight)
    for fitness, fatigue, weight in product((33.0, 45.0, 57.0), (6.0, 10.0, 14.0), (1.25, 2.25, 3.25))
    if weight * fatigue / fitness <= HEAVIEST_FATIGUE
)
"""What is thought possible of how fast a member gains and tires; all equally likely beforehand.

They span the literature's 30-60 d, 5-15 d and 1-4; with a narrower grid the back-test misses more often.
"""

FITNESS_DAYS = tuple(dict.fromkeys(kinetics.fitness_days for kinetics in KINETICS))
FATIGUE_DAYS = tuple(dict.fromkeys(kinetics.fatigue_days for kinetics in KINETICS))
FITNESS_OF = np.array([FITNESS_DAYS.index(kinetics.fitness_days) for kinetics in KINETICS])
FATIGUE_OF = np.array([FATIGUE_DAYS.index(kinetics.fatigue_days) for kinetics in KINETICS])
WEIGHT_OF = np.array([[kinetics.fatigue_weight] for kinetics in KINETICS])


def dose(minutes: ArrayLike, full_minutes: float) -> Floats:
    """A week's dose from its minutes: 1 at the full minutes, with less and less from each further one.

    d = (1 - e^(-m/m_full)) / (1 - e^(-1))   (0 at none, 1 at m_full, 1.37 at twice, at most 1.58)
    """
    return saturated(minutes, full_minutes) / float(saturated(full_minutes, full_minutes))


def forms(doses: ArrayLike, days: NDArray[np.intp]) -> Floats:
    """Form on given mornings under every one of KINETICS, in weeks of full training.

    Parameters
    ----------
    doses : shape (D,), one a day; a full week sums to 1.
    days : shape (n,), mornings 0 … D.

    Returns
    -------
    shape (len(KINETICS), n).
    """
    fitness = np.stack([decayed_sum(doses, slow)[days] for slow in FITNESS_DAYS])
    fatigue = np.stack([decayed_sum(doses, fast)[days] for fast in FATIGUE_DAYS])
    weeks: Floats = (fitness[FITNESS_OF] - WEIGHT_OF * fatigue[FATIGUE_OF]) / _units()
    return weeks


@cache
def _units() -> Floats:
    return np.array([[unit_of(kinetics)] for kinetics in KINETICS])


def unit_of(kinetics: Kinetics) -> float:
    """The form that counts as one week of full training: an eighth of what REFERENCE leaves."""
    return float(form(REFERENCE, kinetics)[-1]) / REFERENCE_WEEKS


def approach(gain: Floats, headroom: float) -> Floats:
    """S: what of a gain is left when it runs into the ceiling; a loss stays whole. Any shape."""
    return np.where(gain > 0, headroom * -np.expm1(-np.maximum(gain, 0) / headroom), gain)
