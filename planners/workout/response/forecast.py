"""The result on a day to come: expected, cautious, and the chance to reach a target."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from planners.workout.response.fit import Response
from planners.workout.response.model import approach, forms
from planners.workout.response.priors import result_of, worth
from planners.workout.tests.rules import Event

Floats = NDArray[np.float64]

EXPECTED, CAUTIOUS, HOPEFUL = 0.5, 0.1, 0.9
"""Quantiles of the result. Between the last two lie four results of five."""

HALVINGS = 40


@dataclass(frozen=True, kw_only=True, eq=False)
class Forecast:
    """The result of an event on one day, tested: a mixture of normal distributions on the scale of worth.

    Attributes
    ----------
    mean, deviation, weight : (S,) of each cell.
    """

    event: Event
    mean: Floats
    deviation: Floats
    weight: Floats

    @property
    def expected(self) -> float:
        """The result that is as likely bettered as missed."""
        return self.result(EXPECTED)

    @property
    def cautious(self) -> float:
        """The result that nine times of ten is reached."""
        return self.result(CAUTIOUS)

    @property
    def hopeful(self) -> float:
        """The result that one time of ten is reached."""
        return self.result(HOPEFUL)

    def result(self, quantile: float) -> float:
        """The result that is worse than this share of results is better: quantile 0.1 is the cautious one."""
        low = float((self.mean - 8 * self.deviation).min())
        high = float((self.mean + 8 * self.deviation).max())
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if self._below(middle) < quantile else (low, middle)
        return result_of(self.event, (low + high) / 2)

    def chance(self, target: float) -> float:
        """The chance of a result at least as good as `target`, 0-1."""
        return 1 - self._below(worth(self.event, target))

    def _below(self, value: float) -> float:
        return float(self.weight @ ndtr((value - self.mean) / self.deviation))


def forecast(response: Response, doses: ArrayLike, day: int) -> Forecast:
    """The result of a test on the morning of `day`, when the doses are trained.

    y = level + S(g u(day)) + ε,  ε ~ N(0, level_var + noise²)

    Parameters
    ----------
    doses : shape (D,), done and planned, from the day 0 of the fit; a full week sums to 1.
    day : morning of the test, 0 … D.
    """
    form = forms(doses, np.array([day], dtype=np.intp))[response.kinetics, 0]
    return Forecast(
        event=response.event,
        mean=response.level + approach(response.gain * form, response.headroom),
        deviation=np.sqrt(response.level_var + response.prior.noise**2),
        weight=response.weight,
    )
