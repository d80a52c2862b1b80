"""On which days the sessions of a week stand: every order of the seven days, scored exactly.

A week repeats, so its last day is followed by its first.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from planners.spec import WorkoutGoal
from planners.workout.split import Easy, Focus, Session, splits

DAYS = 7
BROKEN = 1_000.0
"""Score of a broken rule: more than all wishes together."""
TWO_HARD = 4.0
LONG_BESIDE_LEGS = 2.0
HARD_BESIDE_LONG = 1.0
LONG_OFF_WEEKEND = 0.5
IDLE_RUN = 1.5
"""Scores of what is allowed but not liked [G]."""

ORDERS: NDArray[np.intp] = np.array(list(permutations(range(DAYS))), dtype=np.intp)
"""(5040, 7) the slot that stands on each day."""


@dataclass(frozen=True, kw_only=True)
class Arrangement:
    """Seven days, each with its session or None; `score` is the sum of what is not liked."""

    days: tuple[Session | None, ...]
    score: float

    @property
    def sessions(self) -> tuple[Session, ...]:
        """The sessions in the order of the days."""
        return tuple(session for session in self.days if session is not None)

    @property
    def training_days(self) -> tuple[int, ...]:
        """Days of the week that hold a session, 0-6."""
        return tuple(day for day, session in enumerate(self.days) if session is not None)


@lru_cache(maxsize=4096)
def arrange(goal: WorkoutGoal, days: int, available: tuple[bool, ...], weekday: int) -> Arrangement:
    """The best order of the first list of sessions that breaks no rule on these days.

    minimise Σ_d pair(s_d, s_(d+1 mod 7)) + alone(s_d, d) over all 5,040 orders

    Parameters
    ----------
    available : whether training is possible on each day of the plan's week.
    weekday : weekday of the first day, 0 for Monday.
    """
    tried = [best_order(splits(goal, days)[0], available, weekday)]
    for sessions in splits(goal, days)[1:]:
        if tried[-1].score < BROKEN:
            return tried[-1]
        tried.append(best_order(sessions, available, weekday))
    return min(tried, key=lambda found: found.score)


def best_order(sessions: tuple[Session, ...], available: tuple[bool, ...], weekday: int) -> Arrangement:
    """The order of least score, the first of equals; checked against a plain loop in the tests."""
    slots: list[Session | None] = [*sessions, *([None] * (DAYS - len(sessions)))]
    pair = np.array([[pair_score(a, b) for b in slots] for a in slots])
    alone = np.array(
        [[day_score(slot, available[d], (weekday + d) % DAYS) for d in range(DAYS)] for slot in slots]
    )
    following = np.roll(ORDERS, -1, axis=1)
    scores = pair[ORDERS, following].sum(axis=1) + alone[ORDERS, np.arange(DAYS)].sum(axis=1)
    at = int(scores.argmin())
    return Arrangement(days=tuple(slots[i] for i in ORDERS[at]), score=float(scores[at]))


def pair_score(first: Session | None, second: Session | None) -> float:
    """What is wrong with two sessions on days that follow each other."""
    if first is None or second is None:
        return IDLE_RUN if first is None and second is None else 0.0
    score = 0.0
    if same_muscles(first, second):
        score += BROKEN
    if (first.heavy_legs and second.hard) or (first.hard and second.heavy_legs):
        score += BROKEN
    if first.hard and second.hard:
        score += TWO_HARD
    long = (first.easy is Easy.LONG, second.easy is Easy.LONG)
    if (long[0] and second.heavy_legs) or (long[1] and first.heavy_legs):
        score += LONG_BESIDE_LEGS
    if (long[0] and second.hard) or (long[1] and first.hard):
        score += HARD_BESIDE_LONG
    return score


def same_muscles(first: Session, second: Session) -> bool:
    """True when both days train a muscle group against resistance, so that 48 hours must lie between."""
    if first.focus is None or second.focus is None:
        return False
    return Focus.FULL in (first.focus, second.focus) or first.focus is second.focus


def day_score(session: Session | None, available: bool, weekday: int) -> float:
    """What is wrong with a session on one day."""
    if session is None:
        return 0.0
    if not available:
        return BROKEN
    return LONG_OFF_WEEKEND if session.easy is Easy.LONG and weekday < 5 else 0.0
