"""Fitness and fatigue: what a series of training loads does to performance, and when a load helps no more.

Linear, this model's best training is all or nothing: the most load until t_n before the test, then none
(Ceddia, Bondell & Taylor 2025, arXiv:2505.20859). So loads pass through `saturated` first, and deload and
taper are rules of the plan, not results of this model.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planners.workout.formulas.valid import within

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Kinetics:
    """How fast fitness and fatigue fade, and how heavy fatigue weighs.

    Attributes
    ----------
    fitness_days, fatigue_days : time constants τ1 (30-60) and τ2 (5-15), in days.
    fatigue_weight : k2 / k1, 1-4.
    """

    fitness_days: float = 42.0
    fatigue_days: float = 7.0
    fatigue_weight: float = 2.0


USUAL = Kinetics()
"""τ1 42 d, τ2 7 d, k2/k1 = 2: Banister's (Fitz-Clarke 1991, doi:10.1152/jappl.1991.71.3.1151; unverified)."""


def decayed_sum(loads: ArrayLike, days: float) -> Floats:
    """What is left, each morning, of all the loads of the days before.

    F_t = Σ_(s<t) w_s e^(-(t - s)/τ),   by the recursion F_t = (F_(t-1) + w_(t-1)) e^(-1/τ),  F_0 = 0

    Parameters
    ----------
    loads : w, shape (days,), one a day, in any unit.
    days : τ, in days, above 0.

    Returns
    -------
    shape (days + 1,): the last entry is the morning after the last load.
    """
    within("days", days, 1e-9, math.inf)
    fade = math.exp(-1 / days)
    daily = np.asarray(loads, dtype=np.float64).tolist()
    # The recursion itself: scipy.signal's filter is faster, and its import weighs 27 MB in every worker.
    return np.fromiter(accumulate(daily, lambda left, load: (left + load) * fade, initial=0.0), np.float64)


def form(loads: ArrayLike, kinetics: Kinetics = USUAL) -> Floats:
    """Fitness less weighted fatigue, each morning: Banister's performance less its start, for k1 = 1.

    u_t = Σ_(s<t) w_s e^(-(t-s)/τ1) - (k2/k1) Σ_(s<t) w_s e^(-(t-s)/τ2)

    Shape (days,) → (days + 1,), in the unit of the loads.
    """
    fitness = decayed_sum(loads, kinetics.fitness_days)
    return fitness - kinetics.fatigue_weight * decayed_sum(loads, kinetics.fatigue_days)


def saturated(loads: ArrayLike, full: float) -> Floats:
    """The part of each load that still trains: less and less the more there is.

    g(w) = w_full (1 - e^(-w / w_full))   (slope 1 at no load, 0.37 at the full load)

    Parameters
    ----------
    loads : w, any shape, ≥ 0.
    full : w_full, above 0: the load beyond which little is added, in the unit of the loads.
    """
    within("full", full, 1e-9, math.inf)
    return full * -np.expm1(-np.asarray(loads, dtype=np.float64) / full)


def no_benefit_days(kinetics: Kinetics = USUAL) -> float:
    """Training later than this before the test does more harm than good on the day.

    t_n = τ1 τ2 / (τ1 - τ2) · ln(k2 / k1)   (days; 0 when k2 ≤ k1)

    Check: τ 42 and 7 d, k2/k1 = 2 → 5.82 d. Source: Fitz-Clarke 1991, doi:10.1152/jappl.1991.71.3.1151.
    """
    return _meeting_days(kinetics, kinetics.fatigue_weight)


def best_impulse_days(kinetics: Kinetics = USUAL) -> float:
    """One hard load does the most good on the test day when done so many days before it.

    t_g = τ1 τ2 / (τ1 - τ2) · ln(k2 τ1 / (k1 τ2))   (days)

    Check: τ 42 and 7 d, k2/k1 = 2 → 20.87 d. Source: Fitz-Clarke 1991, doi:10.1152/jappl.1991.71.3.1151.
    """
    slope = kinetics.fatigue_weight * kinetics.fitness_days / kinetics.fatigue_days
    return _meeting_days(kinetics, slope)


def _meeting_days(kinetics: Kinetics, ratio: float) -> float:
    slow, fast = kinetics.fitness_days, kinetics.fatigue_days
    if slow <= fast:
        raise ValueError(f"fitness must fade slower than fatigue, not in {slow:g} against {fast:g} days")
    return max(slow * fast / (slow - fast) * math.log(ratio), 0.0)
