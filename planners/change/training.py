"""Changes of training plans, the question about one, and what is offered."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from planners.change.swap import Swap, refusal
from planners.plan import Exercise, TrainingDay
from planners.reading import limits
from planners.spec import Equipment
from planners.training_log import EXERCISE

AROUND = ("warm-up", "cool-down")
"""What the lines around a session's work are noted as; they stay."""


@dataclass(frozen=True, kw_only=True)
class ExerciseSwap:
    """Another exercise in the place of one, for that day."""

    swap: Swap = limits('The word "exercise".', default=Swap.EXERCISE)
    date: datetime.date = limits("The day of the session, today or later.")
    exercise_id: str = limits("The exercise to replace.", pattern=EXERCISE, longest=64, example="push_up")
    to: str | None = limits(
        "The exercise that is wanted instead; the best alternative when left out.",
        default=None,
        pattern=EXERCISE,
        longest=64,
        example="tempo_push_up",
    )


@dataclass(frozen=True, kw_only=True)
class SessionSwap:
    """Other exercises for one session, of the same purpose and length."""

    swap: Swap = limits('The word "session".', default=Swap.SESSION)
    date: datetime.date = limits("The day of the session, today or later.")
    seed: int = limits("Another seed, another session.", default=1, least=0, most=2**31)


TrainingChange = ExerciseSwap | SessionSwap


@dataclass(frozen=True, kw_only=True)
class TrainingQuestion:
    """Which exercise or session of a training plan alternatives are asked for."""

    date: datetime.date = limits("The day of the session, today or later.")
    exercise_id: str | None = limits(
        "The exercise that another could stand for; the whole session when left out.",
        default=None,
        pattern=EXERCISE,
        longest=64,
        example="push_up",
    )


@dataclass(frozen=True, kw_only=True)
class TrainingOffer:
    """An exercise or a session that could stand instead of another, and what the day then gains."""

    exercise: Exercise | None = limits(
        "The exercise with its dose; name its id as `to` in the swap. Absent where a session was asked for.",
        default=None,
    )
    seed: int | None = limits(
        "Name it in the swap to get this session. Absent where an exercise was asked for.", default=None
    )
    day: TrainingDay = limits("The whole session as it would be.")
    muscles_more: tuple[str, ...] = limits("Muscles that the day then trains more.")
    muscles_less: tuple[str, ...] = limits("Muscles that it trains less.")
    minutes: float = limits("Minutes that the day gains.")
    load: float = limits("Load (effort times minutes) that the day gains.")
    kcal: float = limits("Energy that the day gains, in kcal.")
    equipment: tuple[Equipment, ...] = limits("What the new exercises need.")
    points: float | None = limits(
        "What the expected total of the test gains. Absent without a test that has one.", default=None
    )


def check_in_training(body: Mapping[str, Any], asked: TrainingChange | TrainingQuestion) -> None:
    """Look that a training plan has the session and the exercise that a change or question names.

    Raises
    ------
    InvalidRequest
        With a pointer to what the plan has not.
    """
    on, name = asked.date.isoformat(), getattr(asked, "exercise_id", None)
    found = [day for week in body["weeks"] for day in week["days"] if day["date"] == on]
    if not found:
        raise refusal("date", f"the plan has no session on {on}")
    if name is None:
        return
    lines = found[0]["exercises"]
    work = tuple(dict.fromkeys(line["exercise_id"] for line in lines if line["note"] not in AROUND))
    if name in work:
        return
    around = any(line["exercise_id"] == name for line in lines)
    stays = f"is part of warm-up or cool-down on {on} and stays"
    raise refusal("exercise_id", stays if around else f"is not in the session of {on}", work)


def check_to_come(asked: Mapping[str, Any], today: datetime.date) -> None:
    """Look that the day that a change or question, as JSON data, names is not lived.

    Raises
    ------
    InvalidRequest
        When it is; days of menus are numbers and pass.
    """
    on = asked.get("date")
    if on is not None and on < today.isoformat():
        raise refusal("date", f"{on} is lived and stays as it was; name a day from {today.isoformat()} on")
