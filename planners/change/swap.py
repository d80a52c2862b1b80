"""The words for what is swapped, and the refusal of what cannot be."""

from __future__ import annotations

from enum import StrEnum

from planners.errors import FieldError, InvalidRequest


class Swap(StrEnum):
    """What is put in the place of what."""

    ITEM = "item"
    MEAL = "meal"
    DAY = "day"
    DAYS = "days"
    EXERCISE = "exercise"
    SESSION = "session"


def refusal(field: str, text: str, allowed: tuple[str, ...] | None = None) -> InvalidRequest:
    """The refusal of one field of a change or a question."""
    return InvalidRequest([FieldError(pointer=f"/{field}", detail=text, allowed=allowed)])
