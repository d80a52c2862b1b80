"""Changes and questions by the kind of plan that takes them: read, kept as JSON, held against a plan."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from planners.change.menu import (
    DaySwap,
    DayTrade,
    ItemOffer,
    ItemQuestion,
    ItemSwap,
    MealSwap,
    MenuChange,
    check_in_menu,
)
from planners.change.swap import Swap, refusal
from planners.change.training import (
    ExerciseSwap,
    SessionSwap,
    TrainingChange,
    TrainingOffer,
    TrainingQuestion,
    check_in_training,
)
from planners.errors import FieldError, InvalidRequest
from planners.reading import kind_of, read, shown
from planners.spec import Kind, plain

Change = MenuChange | TrainingChange
Question = ItemQuestion | TrainingQuestion
Offer = ItemOffer | TrainingOffer

CHANGES: Mapping[Kind, Mapping[Swap, type[Change]]] = {
    Kind.NUTRITION: {
        Swap.ITEM: ItemSwap,
        Swap.MEAL: MealSwap,
        Swap.DAY: DaySwap,
        Swap.DAYS: DayTrade,
    },
    Kind.WORKOUT: {
        Swap.EXERCISE: ExerciseSwap,
        Swap.SESSION: SessionSwap,
    },
}
"""The changes that plans of each kind take, by their word."""

QUESTIONS: Mapping[Kind, type[Question]] = {
    Kind.NUTRITION: ItemQuestion,
    Kind.WORKOUT: TrainingQuestion,
}
"""What is asked of plans of each kind."""


def read_change(kind: Kind, data: object) -> Change:
    """Read what is to be changed in a plan of a kind.

    Raises
    ------
    InvalidRequest
        With a JSON pointer for every fault.
    """
    if not isinstance(data, dict):
        text = f"must be an object, not {kind_of(data)}"
        raise InvalidRequest([FieldError(pointer="", detail=text)])
    words = tuple(str(word) for word in CHANGES[kind])
    if data.get("swap") not in words:
        said = f"not {shown(data['swap'])}" if "swap" in data else "and is required"
        raise refusal("swap", f"must be one of {', '.join(words)} for a {kind} plan, {said}", words)
    return read(CHANGES[kind][Swap(data["swap"])], data)


def read_question(kind: Kind, data: object) -> Question:
    """Read what is asked about a plan of a kind. Raises InvalidRequest with a pointer for every fault."""
    return read(QUESTIONS[kind], data)


def asked_json(asked: Change | Question) -> dict[str, Any]:
    """The change or question as JSON data, which `read_change` and `read_question` read back."""
    return {name: plain(value) for name, value in dataclasses.asdict(asked).items()}


def check_in_plan(body: Mapping[str, Any], asked: Change | Question) -> None:
    """Look that a plan, as JSON data, has what a change or question names.

    Raises
    ------
    InvalidRequest
        With a pointer to what the plan has not.
    """
    if isinstance(asked, TrainingChange | TrainingQuestion):
        check_in_training(body, asked)
    else:
        check_in_menu(body["days"], asked)
