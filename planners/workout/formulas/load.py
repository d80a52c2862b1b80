"""How much training was that: session load, monotony, strain, load ratios, TRIMP."""

from __future__ import annotations

import math
from itertools import accumulate

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planners.spec import Sex
from planners.workout.formulas.valid import within

MONOTONY_ALARM = 2.0
"""Above this a week is too even (Foster; unverified)."""


def session_load(rpe: float, minutes: float) -> float:
    """Load of a session: effort times length.

    L = RPE · minutes   (arbitrary units; RPE 0-10)

    Source: Foster 2001, doi:10.1519/00124278-200102000-00019.
    """
    within("rpe", rpe, 0, 10)
    within("minutes", minutes, 0, 1_440)
    return rpe * minutes


def monotony(daily: ArrayLike) -> float:
    """How even a week is: mean of the seven daily loads over their standard deviation.

    M = mean(L) / SD(L)   (population SD; rest days are 0)

    A week of seven equal loads above 0 is endlessly even: infinity; a week of rest has 0.
    Source: Foster 1998, doi:10.1097/00005768-199807000-00023.
    """
    loads = _loads(daily, 7)
    mean, spread = float(loads.mean()), float(loads.std())
    if mean == 0:
        return 0.0
    return mean / spread if spread > 1e-9 * mean else math.inf


def strain(daily: ArrayLike) -> float:
    """Sum of the week's loads times its monotony. Source: Foster 1998."""
    loads = _loads(daily, 7)
    return float(loads.sum()) * monotony(loads)


def acwr_coupled(daily: ArrayLike) -> float:
    """Load of the last 7 of 28 days over a quarter of all 28.

    ACWR = Σ_7 / (Σ_28 / 4)

    A measure of smoothness only: the ratio holds its own numerator (Lolli 2017,
    doi:10.1136/bjsports-2017-098110) and does not foretell injury (Impellizzeri 2020,
    doi:10.1123/ijspp.2019-0864). ValueError without any load.
    """
    loads = _loads(daily, 28)
    return _ratio(float(loads[-7:].sum()), float(loads.sum()) / 4)


def acwr_uncoupled(daily: ArrayLike) -> float:
    """Load of the last 7 of 28 days over the mean week of the 21 before: Σ_7 / (Σ_21 / 3)."""
    loads = _loads(daily, 28)
    return _ratio(float(loads[-7:].sum()), float(loads[:-7].sum()) / 3)


def ewma(daily: ArrayLike, days: int) -> NDArray[np.float64]:
    """Exponentially weighted mean load of each day.

    E_t = λ L_t + (1 - λ) E_(t-1),  λ = 2 / (N + 1),  E_0 = L_0

    Source: Williams 2017, doi:10.1136/bjsports-2016-096589; N = 7 acute, 28 chronic.
    """
    within("days", days, 1, 365)
    loads = np.asarray(daily, dtype=np.float64)
    weight = 2 / (days + 1)
    return np.fromiter(
        accumulate(loads.tolist(), lambda mean, load: mean + weight * (load - mean)), np.float64
    )


def acwr_ewma(daily: ArrayLike) -> float:
    """The ratio of the exponentially weighted means over 7 and 28 days, on the last day."""
    return _ratio(float(ewma(daily, 7)[-1]), float(ewma(daily, 28)[-1]))


def trimp(minutes: float, reserve_fraction: float, sex: Sex) -> float:
    """Training impulse from heart rate.

    TRIMP = minutes · x · a e^(b x),  x the fraction of heart-rate reserve;  a, b = 0.64, 1.92 for men,
    0.86, 1.67 for women

    Source: Banister 1991 (constants unverified).
    """
    within("minutes", minutes, 0, 1_440)
    within("reserve_fraction", reserve_fraction, 0, 1)
    a, b = (0.64, 1.92) if sex is Sex.MALE else (0.86, 1.67)
    return minutes * reserve_fraction * a * math.exp(b * reserve_fraction)


def _loads(daily: ArrayLike, days: int) -> NDArray[np.float64]:
    loads = np.asarray(daily, dtype=np.float64)
    if loads.shape != (days,) or not (loads >= 0).all():
        raise ValueError(f"needs the loads of {days} days, none negative")
    return loads


def _ratio(acute: float, chronic: float) -> float:
    if chronic == 0:
        raise ValueError("no load to compare with: the ratio is not defined")
    return acute / chronic
