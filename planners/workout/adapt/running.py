"""Running ability from logged runs and tested runs.

    VDOT = VO2(v) / p,   p = F(t) for a race,  min(F(t), share(RPE)) for a run held back

| RPE | share of VDOT | deviation of ln VDOT |
| --- | --- | --- |
| a tested run | F(t) | 0.015 [G] |
| 9 and more | F(t) | 0.02 [G] |
| 8 | 0.95 | 0.05 [G] |
| 7 | 0.88 (threshold) | 0.05 |
| 6 | 0.80 (marathon) | 0.05 |
| 5 | 0.74 (upper end of easy) | 0.05 |
| below 5, or not told | F(t) | at least that: surely possible, for 28 days |

The shares are those of `formulas.FRACTIONS`, which effort has which is a guess. An entry's weight halves with
every 28 days. The prior is the guess (deviation 0.12) or the undated result of the request's test (0.02).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planners.workout.ability import LEAST_VDOT, MOST_VDOT, Ability
from planners.workout.adapt.belief import Belief, Observation, believe
from planners.workout.adapt.evidence import Ran
from planners.workout.formulas import oxygen_cost, sustainable_fraction
from planners.workout.formulas.running import (
    FASTEST_M_MIN,
    LONGEST_MIN,
    SHORTEST_MIN,
    SLOWEST_M_MIN,
)

GUESSED, TESTED = 0.12, 0.02
RESULT, RACE, HELD_BACK = 0.015, 0.02, 0.05
HALF_LIFE = 28.0
FRESH_DAYS = 28
RACE_RPE, LEAST_RPE = 9.0, 5.0
RPES = (5.0, 6.0, 7.0, 8.0, 9.0)
SHARES = (0.74, 0.80, 0.88, 0.95, 0.98)


@dataclass(frozen=True, kw_only=True)
class Running:
    """VDOT after the runs; `best` is the entry with most weight, None where nothing is told of the effort."""

    vdot: float
    best: Observation | None
    bounded: tuple[tuple[Observation, float], ...]


def refit_running(ability: Ability, runs: Sequence[Ran], tested: Sequence[Observation]) -> Running | None:
    """VDOT after these runs and tested runs; None without any that tells."""
    seen = [*tested, *(o for run in runs if (o := _observed(run)) is not None)]
    least = [
        v
        for run in runs
        if run.rpe < LEAST_RPE and run.age_days <= FRESH_DAYS
        if (v := vdot_of(run)) is not None
    ]
    if not seen and not least:
        return None
    prior = Belief(mean=math.log(ability.vdot), variance=(TESTED if ability.vdot_tested else GUESSED) ** 2)
    found = believe(prior, seen)
    most = math.exp(found.mean + 3 * math.sqrt(found.variance))
    vdot = max(math.exp(found.mean), min(max(least, default=0.0), most))
    best = min(seen, key=lambda o: (o.variance, -o.value, o.told), default=None)
    return Running(vdot=min(max(vdot, LEAST_VDOT), MOST_VDOT), best=best, bounded=found.bounded)


def vdot_of(run: Ran) -> float | None:
    """The ability that a run shows; None outside the formula's range of 3.5-240 min and 50-450 m/min."""
    minutes = run.seconds / 60
    speed = run.distance_m / minutes
    if not SHORTEST_MIN <= minutes <= LONGEST_MIN or not SLOWEST_M_MIN <= speed <= FASTEST_M_MIN:
        return None
    share = sustainable_fraction(minutes)
    if LEAST_RPE <= run.rpe < RACE_RPE:
        share = min(share, float(np.interp(run.rpe, RPES, SHARES)))
    return oxygen_cost(speed) / share


def _observed(run: Ran) -> Observation | None:
    vdot = vdot_of(run)
    if vdot is None or vdot <= 1 or run.rpe < LEAST_RPE:
        return None
    return Observation(
        value=math.log(vdot),
        deviation=RACE if run.rpe >= RACE_RPE else HELD_BACK,
        age_days=run.age_days,
        half_life=HALF_LIFE,
        told=told_run(run),
    )


def told_run(run: Ran) -> str:
    """`5 km in 24:10`."""
    seconds = round(run.seconds)
    hours, rest = divmod(seconds, 3600)
    clock = f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"
    return f"{run.distance_m / 1000:.3g} km in {clock}"
