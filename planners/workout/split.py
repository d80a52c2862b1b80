"""Which sessions a training week holds: for each goal and number of days, lists from the best to the safest.

A session is written in a few letters: F full body, L lower body, U upper body; then, after a plus, H a hard
aerobic part, e an easy one, l the week's longest. R is a short easy day that keeps the monotony down. Heavy
legs and a hard aerobic part never share a session. The lists are design choices [G] after ACSM's frequencies
(doi:10.1249/MSS.0b013e3181915670): two to three full-body days for most, four when split.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from planners.spec import WorkoutGoal


class Focus(StrEnum):
    """Which muscles the resistance part of a session trains."""

    FULL = "full_body"
    LOWER = "lower_body"
    UPPER = "upper_body"


class Easy(StrEnum):
    """The easy aerobic part of a session."""

    SHORT = "easy"
    LONG = "long"


@dataclass(frozen=True, kw_only=True)
class Session:
    """What one training day of a week is made of."""

    focus: Focus | None = None
    hard: bool = False
    easy: Easy | None = None
    recovery: bool = False

    @property
    def heavy_legs(self) -> bool:
        """True when the day trains the legs against resistance."""
        return self.focus in (Focus.FULL, Focus.LOWER)


SESSIONS: Mapping[str, Session] = {
    "F": Session(focus=Focus.FULL),
    "F+e": Session(focus=Focus.FULL, easy=Easy.SHORT),
    "L+e": Session(focus=Focus.LOWER, easy=Easy.SHORT),
    "U+e": Session(focus=Focus.UPPER, easy=Easy.SHORT),
    "U+H": Session(focus=Focus.UPPER, hard=True),
    "H+e": Session(hard=True, easy=Easy.SHORT),
    "e": Session(easy=Easy.SHORT),
    "l": Session(easy=Easy.LONG),
    "R": Session(recovery=True),
}

_STRENGTH = {
    1: ("F+e",),
    2: ("F+e F+e", "L+e U+e"),
    3: ("F+e F+e F+e", "F+e l F+e", "L+e U+e L+e"),
    4: ("L+e U+e L+e U+e", "F+e l F+e U+e"),
    5: ("L+e U+e l L+e U+e", "F+e l F+e l F+e"),
    6: ("L+e U+e l L+e U+e R", "F+e R F+e l F+e R"),
    7: ("L+e U+e R L+e U+e R R", "F+e R F+e R F+e R R"),
}
_ENDURANCE = {
    1: ("F+e",),
    2: ("F+e H+e", "F+e l"),
    3: ("F+e H+e l", "F+e l H+e"),
    4: ("F+e H+e U+H l", "F+e l U+H e"),
    5: ("F+e H+e U+H l e", "F+e l U+H e H+e"),
    6: ("F+e H+e U+H l e R", "F+e l U+H e H+e R"),
    7: ("F+e R U+H R H+e R l", "F+e R U+H R e l R"),
}
_WEIGHT_LOSS = {
    1: ("F+e",),
    2: ("F+e F+e", "F+e l"),
    3: ("F+e F+e F+e", "F+e l F+e"),
    4: ("F+e l F+e H+e", "F+e l F+e e"),
    5: ("F+e l F+e H+e e", "F+e l F+e e e"),
    6: ("F+e l F+e H+e e R", "F+e l F+e e e R"),
    7: ("F+e R F+e R H+e l R", "F+e R F+e l e R R"),
}
_GENERAL = {
    1: ("F+e",),
    2: ("F+e F+e", "F+e l"),
    3: ("F+e H+e F+e", "F+e l F+e"),
    4: ("F+e H+e F+e l", "F+e l F+e e"),
    5: ("F+e l F+e H+e e", "F+e l F+e U+H e", "F+e l F+e e e"),
    6: ("F+e l F+e H+e e R", "F+e l F+e e e R"),
    7: ("F+e R F+e R H+e l R", "F+e R F+e l e R R"),
}
_FITNESS_TEST = {
    1: ("F+e",),
    2: ("F+e U+H", "F+e H+e", "F+e l"),
    3: ("F+e U+H F+e", "F+e l U+H", "F+e l F+e"),
    4: ("F+e U+H F+e H+e", "F+e U+H H+e l", "F+e l F+e e"),
    5: ("F+e l U+H e F+e", "F+e U+H F+e l e", "F+e l F+e e e"),
    6: ("F+e l U+H e F+e R", "F+e l F+e e e R"),
    7: ("F+e R U+H R F+e l R", "F+e R F+e l e R R"),
}
_TABLE = {
    WorkoutGoal.STRENGTH: _STRENGTH,
    WorkoutGoal.ENDURANCE: _ENDURANCE,
    WorkoutGoal.WEIGHT_LOSS: _WEIGHT_LOSS,
    WorkoutGoal.GENERAL_FITNESS: _GENERAL,
    WorkoutGoal.FITNESS_TEST: _FITNESS_TEST,
}


@cache
def splits(goal: WorkoutGoal, days: int) -> tuple[tuple[Session, ...], ...]:
    """The lists of sessions to try for a week of `days` training days, the best first.

    The last list of each holds only easy days and full-body days, which any seven days can carry.
    """
    lists = [tuple(SESSIONS[word] for word in text.split()) for text in _TABLE[goal][days]]
    return (*lists, _fallback(days))


def _fallback(days: int) -> tuple[Session, ...]:
    easy = SESSIONS["e"] if days < 6 else SESSIONS["R"]
    return (SESSIONS["F+e"], *([easy] * (days - 1)))
