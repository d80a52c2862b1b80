"""What a member may change in a plan: plain data, with limits, as the interface reads it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from planners.reading import limits
from planners.training_log import EXERCISE


@dataclass(frozen=True, kw_only=True)
class ExerciseSwap:
    """Another exercise in the place of one."""

    date: datetime.date = limits("The day of the session.")
    exercise_id: str = limits("The exercise to replace.", pattern=EXERCISE, longest=64, example="bench_press")
    to: str | None = limits(
        "The exercise that is wanted instead; the best alternative when left out.",
        default=None,
        pattern=EXERCISE,
        longest=64,
        example="push_up",
    )


@dataclass(frozen=True, kw_only=True)
class SessionSwap:
    """Another session of the same purpose and length in the place of one."""

    date: datetime.date = limits("The day of the session.")
    seed: int = limits("Another seed, another session.", default=1, least=0, most=2**31)


Change = ExerciseSwap | SessionSwap
