"""Is the interval honest? Members whose response is known are trained, logged, predicted and tested."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planners.spec import FitnessTest, Level, Sex, Standard
from planners.workout.fitness_fatigue import Kinetics, form
from planners.workout.response.fit import Logged, fit_response
from planners.workout.response.forecast import forecast
from planners.workout.response.model import HEAVIEST_FATIGUE, LEAST_HEADROOM, approach, unit_of
from planners.workout.response.priors import ceiling, prior_for, result_of, worth
from planners.workout.tests.registry import events_of, table_for
from planners.workout.tests.rules import Event

Floats = NDArray[np.float64]

AGE_YEARS = 27
EVENTS = tuple(
    (event, table)
    for event in events_of(FitnessTest.AFT)
    if not event.go_no_go
    and (table := table_for(FitnessTest.AFT, event.name, Sex.MALE, AGE_YEARS, Standard.GENERAL, 0))
)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One member's test, and what was said of it beforehand.

    Attributes
    ----------
    inside : the result lay between the cautious and the hopeful one.
    better : it was better than expected.
    chance, reached : the chance said of some target, and whether the result reached it.
    error, naive_error : distance of the result from the expected one, and from the last logged one, on the
        scale of worth.
    """

    event: str
    inside: bool
    better: bool
    chance: float
    reached: bool
    error: float
    naive_error: float


def back_test(members: int, seed: int, gain_factor: float = 1.0) -> tuple[Outcome, ...]:
    """Predict the tests of so many synthetic members.

    Each has an event of the Army's test, a level, a present result, and a response of their own that the
    model does not know: time constants and fatigue from the whole range of the literature (τ1 30-60 d,
    τ2 5-15 d, k2/k1 1-4, as far as training helps at all), a gain from the prior. They train 6-16 weeks,
    miss sessions, log up to five results, and are tested.

    Parameters
    ----------
    seed : of the random numbers (PCG64).
    gain_factor : what the members' gains are multiplied by, to see what a wrong prior does.
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    return tuple(_one(rng, gain_factor) for _ in range(members))


def _one(rng: np.random.Generator, gain_factor: float) -> Outcome:
    event, table = EVENTS[rng.integers(len(EVENTS))]
    prior, limit = prior_for(event, list(Level)[rng.integers(len(Level))]), ceiling(event, table)
    start = table.rows[int(rng.uniform(0.3, 0.95) * (len(table.rows) - 1))].threshold
    doses = _training(rng)
    gain = gain_factor * prior.gain * float(np.exp(prior.spread * rng.standard_normal()))
    tested = _truth(rng, event, start, limit, gain, doses) + prior.noise * rng.standard_normal(len(doses) + 1)
    days = rng.choice(np.arange(7, len(doses) // 2 + 7), size=rng.integers(0, 5), replace=False)
    logs = tuple(Logged(day=int(d), result=result_of(event, tested[d])) for d in (0, *np.sort(days)))
    said = forecast(fit_response(event, prior, doses, logs, limit), doses, len(doses))
    expected = worth(event, said.expected)
    target = expected + 2 * prior.noise * rng.uniform(-1, 1)
    return Outcome(
        event=event.name,
        inside=bool(worth(event, said.cautious) <= tested[-1] <= worth(event, said.hopeful)),
        better=bool(tested[-1] > expected),
        chance=said.chance(result_of(event, target)),
        reached=bool(tested[-1] >= target),
        error=float(abs(tested[-1] - expected)),
        naive_error=float(abs(tested[-1] - worth(event, logs[-1].result))),
    )


def _training(rng: np.random.Generator) -> Floats:
    """Doses of each day: 3-5 sessions a week that ramp, a lighter fourth week, a taper, some missed."""
    weeks = int(rng.integers(6, 17))
    size = rng.uniform(0.5, 1.3) * np.linspace(0.8, 1.1, weeks)
    size[3::4] *= 0.65
    size[-2:] *= (0.6, 0.45)
    sessions = int(rng.integers(3, 6))
    doses = np.zeros((weeks, 7))
    doses[:, np.sort(rng.choice(7, size=sessions, replace=False))] = 1 / sessions
    return (doses * size[:, None] * (rng.random((weeks, 7)) > 0.1)).ravel()


def _truth(
    rng: np.random.Generator, event: Event, start: float, limit: float, gain: float, doses: Floats
) -> Floats:
    kinetics = _kinetics(rng)
    headroom = max(worth(event, limit) - worth(event, start), LEAST_HEADROOM)
    return worth(event, start) + approach(gain * form(doses, kinetics) / unit_of(kinetics), headroom)


def _kinetics(rng: np.random.Generator) -> Kinetics:
    while True:
        drawn = Kinetics(
            fitness_days=rng.uniform(30, 60),
            fatigue_days=rng.uniform(5, 15),
            fatigue_weight=rng.uniform(1, 4),
        )
        if drawn.fatigue_weight * drawn.fatigue_days / drawn.fitness_days <= HEAVIEST_FATIGUE:
            return drawn
