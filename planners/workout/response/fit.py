"""A member's response from logged results: Bayes over a small grid, bounded by it.

For each kinetics and each gain of the grid the level has a normal posterior in closed form; what is left is a
weight for each. Nothing is iterated, so the same logs give the same answer and wild logs cannot run away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planners.workout.response.model import KINETICS, LEAST_HEADROOM, approach, forms
from planners.workout.response.priors import Prior, worth
from planners.workout.tests.rules import Event

Floats = NDArray[np.float64]

GRID = np.linspace(-2.5, 2.5, 15)
"""Gains considered, in standard deviations of ln gain around the prior's median: the bounds of the fit."""


@dataclass(frozen=True, kw_only=True)
class Logged:
    """One known result.

    Attributes
    ----------
    day : morning it was done on; day 0 is the first day of the doses.
    result : in the event's unit.
    doubt : its error as a multiple of a test's: 1 for a test, 2 for the member's own word (a guess).
    """

    day: int
    result: float
    doubt: float = 1.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Response:
    """What is believed of a member's response in one event. S cells: every kinetics with every gain.

    Attributes
    ----------
    kinetics : (S,) index into KINETICS.
    gain : (S,) gain a week of full training.
    weight : (S,) probability, sums to 1.
    level, level_var : (S,) mean and variance of the level without the training that is counted.
    headroom : worth of the ceiling less that of the results.
    """

    event: Event
    prior: Prior
    kinetics: NDArray[np.intp]
    gain: Floats
    weight: Floats
    level: Floats
    level_var: Floats
    headroom: float

    @property
    def gain_per_week(self) -> float:
        """The gain a week that is expected: the mean over the cells."""
        return float(self.weight @ self.gain)


def fit_response(
    event: Event, prior: Prior, doses: ArrayLike, results: tuple[Logged, ...], ceiling: float
) -> Response:
    """What the results say of a member's response.

    p(cell | y) ∝ p(cell) Π_i N(y_i; level + S(g u_i), σ_i²) with the level integrated out (flat prior)

    Parameters
    ----------
    doses : shape (D,), the doses of each day up to the last result at least; a full week sums to 1.
    results : one or more, on mornings 0 … D.
    ceiling : the result that training works towards, in the event's unit.

    Raises
    ------
    ValueError
        Without a result, or with one after the doses end.
    """
    if not results:
        raise ValueError(f"no result of {event.name} to start from")
    daily = np.asarray(doses, dtype=np.float64)
    if not all(0 <= logged.day <= len(daily) for logged in results):
        raise ValueError(f"a result of {event.name} lies outside the {len(daily)} days of doses")
    days = np.array([logged.day for logged in results], dtype=np.intp)
    worths = np.array([worth(event, logged.result) for logged in results])
    precision = 1 / (prior.noise * np.array([logged.doubt for logged in results])) ** 2
    headroom = max(worth(event, ceiling) - float(np.average(worths, weights=precision)), LEAST_HEADROOM)
    gains = prior.gain * np.exp(prior.spread * GRID)
    trained = approach(gains[:, None] * forms(daily, days)[:, None, :], headroom)
    rest = worths - trained
    level = rest @ precision / precision.sum()
    misfit = ((rest - level[..., None]) ** 2) @ precision
    log_weight = -0.5 * (GRID**2 + misfit)
    weight = np.exp(log_weight - log_weight.max())
    cells = level.size
    return Response(
        event=event,
        prior=prior,
        kinetics=np.repeat(np.arange(len(KINETICS)), len(gains)),
        gain=np.tile(gains, len(KINETICS)),
        weight=(weight / weight.sum()).ravel(),
        level=level.ravel(),
        level_var=np.full(cells, 1 / precision.sum()),
        headroom=headroom,
    )
