"""What is believed of a member's response before anything is logged, and the scale it is reckoned on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from planners.spec import Level
from planners.workout.tests.charts import StepTable
from planners.workout.tests.rules import Event, Unit


class Family(StrEnum):
    """Events that respond to training alike."""

    STRENGTH = "strength"
    ENDURANCE = "endurance"
    RUN = "run"
    SHUTTLE = "shuttle"
    WAIST = "waist"


@dataclass(frozen=True, kw_only=True)
class Prior:
    """A belief about one event.

    Attributes
    ----------
    gain : median gain on the scale of `worth` from a week of full training; 0.02 is 2 %.
    spread : standard deviation of ln gain between people.
    noise : standard deviation of a tested result on the scale of `worth`.
    """

    gain: float
    spread: float
    noise: float


GAINS: Mapping[Family, Mapping[Level, float]] = {
    Family.STRENGTH: {Level.NOVICE: 0.020, Level.INTERMEDIATE: 0.0075, Level.ADVANCED: 0.0025},
    Family.ENDURANCE: {Level.NOVICE: 0.030, Level.INTERMEDIATE: 0.015, Level.ADVANCED: 0.0075},
    Family.RUN: {Level.NOVICE: 0.008, Level.INTERMEDIATE: 0.003, Level.ADVANCED: 0.001},
    Family.SHUTTLE: {Level.NOVICE: 0.016, Level.INTERMEDIATE: 0.006, Level.ADVANCED: 0.002},
    Family.WAIST: {Level.NOVICE: 0.001, Level.INTERMEDIATE: 0.001, Level.ADVANCED: 0.001},
}
"""Gains a week: all guesses. They keep the order of what is published: eight weeks of an Army programme took
14-15 % off a loaded 3.2 km (Harman 2008), seven weeks put 3-8 % on the bench press (Lester 2014), and
military training gives much endurance and little strength without lifting (Vickers & Barnard 2010)."""

SPREAD = 0.4
"""Two people in three gain between 0.67 and 1.5 times the median: a guess."""

NOISE: Mapping[Family, float] = {
    Family.STRENGTH: 0.025,
    Family.ENDURANCE: 0.06,
    Family.RUN: 0.015,
    Family.SHUTTLE: 0.05,
    Family.WAIST: 0.01,
}
"""How much a result varies from day to day: guesses."""

CEILING_MARGIN: Mapping[Family, float] = {
    Family.STRENGTH: 1.15,
    Family.ENDURANCE: 1.25,
    Family.RUN: 0.93,
    Family.SHUTTLE: 1.15,
    Family.WAIST: 0.85,
}
"""A member's limit as a multiple of the result that earns the most points: guesses."""


def family_of(event: Event) -> Family:
    """The family an event belongs to, by its unit."""
    if event.unit is Unit.SECONDS:
        return Family.RUN if event.lower_is_better else Family.ENDURANCE
    return {
        Unit.POUNDS: Family.STRENGTH,
        Unit.REPS: Family.ENDURANCE,
        Unit.SHUTTLES: Family.SHUTTLE,
        Unit.RATIO: Family.WAIST,
    }[event.unit]


def prior_for(event: Event, level: Level) -> Prior:
    """What is believed of the response of a member of this level in this event."""
    family = family_of(event)
    return Prior(gain=GAINS[family][level], spread=SPREAD, noise=NOISE[family])


def ceiling(event: Event, table: StepTable) -> float:
    """The result that a member's training works towards: the most points' result, bettered by a margin."""
    return table.rows[-1].threshold * CEILING_MARGIN[family_of(event)]


def worth(event: Event, result: float) -> float:
    """A result on the scale on which gains add up; more is better.

    -ln r where less is better, ln(r + 1) elsewhere, so that no repetition at all has a worth
    """
    return -math.log(result) if event.lower_is_better else math.log1p(result)


def result_of(event: Event, value: float) -> float:
    """The result of a worth: the inverse of `worth`, never below nothing."""
    return math.exp(-value) if event.lower_is_better else max(math.expm1(value), 0.0)
