"""What a better result costs: weeks of training, so that points of different events can be compared."""

from __future__ import annotations

import math
from collections.abc import Callable

from planners.workout.tests.rules import Event, Unit

Cost = Callable[[Event, float, float], float]
"""Of an event, the result now and a better one: what it costs to get there, at least 0."""

WEEKLY_GAIN = {
    Unit.POUNDS: 0.02,
    Unit.REPS: 0.03,
    Unit.SHUTTLES: 0.016,
    Unit.RATIO: 0.003,
}
WEEKLY_GAIN_HELD = 0.03
WEEKLY_GAIN_TIMED = 0.008
"""Share of the result by which a beginner betters it in a week. Guesses: they order the events, they
promise nothing (docs/planners/tests.md)."""

NOTHING = 0.5
"""Half a repetition, second or pound: what no result at all counts as (a guess)."""


def weeks_of_training(event: Event, now: float, needed: float) -> float:
    """Weeks of training from one result to another, at a beginner's rate.

    weeks = |ln(needed / now)| / gain

    Parameters
    ----------
    now, needed : results in the event's unit; `needed` the better one.

    Notes
    -----
    Valid for results from 0 up: a result below NOTHING counts as NOTHING, so that the first repetition is
    hard and not impossible. The rates are guesses.
    """
    floor = 0.0 if event.unit is Unit.RATIO else NOTHING
    return abs(math.log(max(needed, floor) / max(now, floor))) / weekly_gain(event)


def weekly_gain(event: Event) -> float:
    """The share of the result by which a week of training betters it."""
    if event.unit is Unit.SECONDS:
        return WEEKLY_GAIN_TIMED if event.lower_is_better else WEEKLY_GAIN_HELD
    return WEEKLY_GAIN[event.unit]
