"""What a member really spends: the estimate by equation, corrected by logged weights and intake."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean, median
from typing import NamedTuple

from planners.errors import FieldError, InvalidRequest
from planners.nutrition.goal import KCAL_PER_KG, LEARNED_BOUND

PRIOR_SHARE = 0.10  # standard error of the equations, as a share (chosen)
SCALE_KG = 0.7  # standard deviation of a weigh-in about the true mass: water, gut, scale (chosen)
FIRST_KG = 2.0  # of the first mass about the median of the first week (chosen)
LOGGED_KCAL = 200.0  # of a logged day's intake (chosen)
UNLOGGED_KCAL = 600.0  # of a day without a log about the mean of those with one (chosen)
DRIFT_KCAL = 10.0  # by which expenditure wanders in a day (chosen)
DOUBT_FROM = 3.0  # standard deviations beyond which a weigh-in counts for less

WEIGHT_RANGE_KG = (25.0, 350.0)
INTAKE_RANGE_KCAL = (0.0, 15_000.0)


class LearnedExpenditure(NamedTuple):
    """Daily expenditure and its standard error, both in kcal."""

    kcal: float
    standard_error_kcal: float


@dataclass(frozen=True, kw_only=True)
class _State:
    """Body mass w and expenditure e, with their variances and covariance."""

    w: float
    e: float
    ww: float
    we: float
    ee: float


def corrected_expenditure(
    weights_kg: Mapping[date, float], intake_kcal: Mapping[date, float], prior_kcal: float
) -> LearnedExpenditure:
    """Expenditure that explains how the weight followed the intake, with its standard error.

    Over n days, expenditure = intake − Δmass·7700/n. Day by day, with noise, that is the linear model

    w(t+1) = w(t) + (i(t) − e(t))/7700 + noise,  e(t+1) = e(t) + drift,  y(t) = w(t) + noise

    solved by a Kalman filter, which is its exact least-squares estimate from all days so far.

    | symbol | name | unit |
    |---|---|---|
    | y, w | weigh-in before the day's meals, true body mass | kg |
    | i | intake; on days without a log, the mean of the logged days, with more doubt | kcal/d |
    | e | expenditure, first about `prior_kcal` ± 10 % | kcal/d |

    The result is held within 30 % of `prior_kcal`. A weigh-in more than three standard deviations off counts
    for less, by the square of its distance. Without weigh-ins on two days and intake on one, the prior and
    its standard error come back. Source of 7,700 kcal/kg: Wishnofsky 1958, doi:10.1093/ajcn/6.5.542; of the
    idea: Sanghvi et al. 2015, doi:10.3945/ajcn.115.111070. The standard deviations are chosen.

    Raises
    ------
    InvalidRequest
        For a weight or an intake that is not a number or that no body has.
    """
    _check(weights_kg, intake_kcal, prior_kcal)
    prior = LearnedExpenditure(prior_kcal, prior_kcal * PRIOR_SHARE)
    if len(weights_kg) < 2 or not intake_kcal:
        return prior
    usual = fmean(intake_kcal.values())
    first, last = min(weights_kg), max(weights_kg)
    state = _start(weights_kg, first, prior)
    for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        if day in weights_kg:
            state = _weighed(state, weights_kg[day])
        if day < last:
            logged = day in intake_kcal
            state = _eaten(state, intake_kcal.get(day, usual), LOGGED_KCAL if logged else UNLOGGED_KCAL)
    low, high = prior_kcal * (1.0 - LEARNED_BOUND), prior_kcal * (1.0 + LEARNED_BOUND)
    return LearnedExpenditure(min(max(state.e, low), high), math.sqrt(state.ee))


def _start(weights_kg: Mapping[date, float], first: date, prior: LearnedExpenditure) -> _State:
    week = [kg for day, kg in weights_kg.items() if (day - first).days < 7]
    variance = prior.standard_error_kcal**2
    return _State(w=median(week), e=prior.kcal, ww=FIRST_KG**2, we=0.0, ee=variance)


def _weighed(s: _State, kg: float) -> _State:
    """The state after a weigh-in."""
    surprise = kg - s.w
    doubt = max(1.0, abs(surprise) / (DOUBT_FROM * math.sqrt(s.ww + SCALE_KG**2))) ** 2
    total = s.ww + SCALE_KG**2 * doubt
    gain_w, gain_e = s.ww / total, s.we / total
    return _State(
        w=s.w + gain_w * surprise,
        e=s.e + gain_e * surprise,
        ww=(1.0 - gain_w) * s.ww,
        we=(1.0 - gain_w) * s.we,
        ee=s.ee - gain_e * s.we,
    )


def _eaten(s: _State, kcal: float, deviation_kcal: float) -> _State:
    """The state on the next morning."""
    return _State(
        w=s.w + (kcal - s.e) / KCAL_PER_KG,
        e=s.e,
        ww=s.ww - 2.0 * s.we / KCAL_PER_KG + (s.ee + deviation_kcal**2) / KCAL_PER_KG**2,
        we=s.we - s.ee / KCAL_PER_KG,
        ee=s.ee + DRIFT_KCAL**2,
    )


def _check(weights_kg: Mapping[date, float], intake_kcal: Mapping[date, float], prior_kcal: float) -> None:
    errors = _out_of_range("weights_kg", weights_kg, WEIGHT_RANGE_KG)
    errors += _out_of_range("intake_kcal", intake_kcal, INTAKE_RANGE_KCAL)
    if not (math.isfinite(prior_kcal) and prior_kcal > 0.0):
        errors.append(FieldError(pointer="/prior_kcal", detail="must be a number above 0"))
    if errors:
        raise InvalidRequest(errors)


def _out_of_range(name: str, values: Mapping[date, float], span: tuple[float, float]) -> list[FieldError]:
    text = f"must be a number from {span[0]:g} to {span[1]:g}"
    return [
        FieldError(pointer=f"/{name}/{day.isoformat()}", detail=text)
        for day, value in sorted(values.items())
        if not span[0] <= value <= span[1]
    ]
