"""What can be wrong with a request, said so that a person can mend it.

Every error here is permanent: the same request would fail again, so nobody retries it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class FieldError:
    """One fault of one field.

    Attributes
    ----------
    pointer : RFC 6901 JSON pointer into the request, "" for the whole.
    detail : one sentence that says what is wrong and what would be right.
    allowed : the words or the range that the field takes, or None when it is not a choice.
    """

    pointer: str
    detail: str
    allowed: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Change:
    """A change that, made alone, turns an impossible request into a possible one.

    `change` is the field's dotted name, `to` its new value, `text` the same as a sentence.
    """

    change: str
    to: float | int | str
    text: str


class PlannerError(Exception):
    """The root of what planners raise."""

    permanent = True


class InvalidRequest(PlannerError):
    """The request cannot be read: it carries every fault found, not only the first."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        self.errors = tuple(errors)
        super().__init__(sentences_of_faults(self.errors))


class Infeasible(PlannerError):
    """The request is well formed and no plan can meet it.

    `conflicts` says in words what works against what; each of `any_one_of`, made alone, has been solved
    again and is known to make the request possible. No allergy, diet or medical restriction is.
    """

    def __init__(self, conflicts: Sequence[str], any_one_of: Sequence[Change] = ()) -> None:
        self.conflicts = tuple(conflicts)
        self.any_one_of = tuple(any_one_of)
        super().__init__(sentences_of_conflicts(self.conflicts))


class Stopped(PlannerError):
    """The caller's stop signal was up: the plan was abandoned, no part of it is kept.

    Not permanent: the same request may well succeed with more time.
    """

    permanent = False


class CatalogueError(PlannerError):
    """A table that the planners carry is damaged: a fault of the installation, not of the request."""


def sentences_of_faults(faults: Iterable[FieldError], whole: str = "the request") -> str:
    """The faults in a row, each with its field; `whole` is what the whole document is called."""
    return sentences_of_conflicts(f"{fault.pointer or whole}: {fault.detail}" for fault in faults)


def sentences_of_conflicts(parts: Iterable[str]) -> str:
    """The parts as sentences in a row: each ends with a full stop, and none stands there twice."""
    ended = (part if part.endswith((".", "!", "?")) else f"{part}." for part in map(str.strip, parts))
    return " ".join(dict.fromkeys(ended))
