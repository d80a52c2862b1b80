"""The exercise table read a second time, as plain text: what the finished plan is checked against.

Nothing here uses the arrays that the planner chose from; a fault of theirs cannot hide itself.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, kw_only=True)
class RawExercise:
    """One line of the table; an empty cell of `joints`, `impact`, `overhead` or `spinal` says the worst."""

    exercise_id: str
    pattern: str
    primary: frozenset[str]
    secondary: frozenset[str]
    equipment: frozenset[str]
    level: str
    sides: int
    load_type: str
    seconds_per_rep: float
    setup_s: float
    joints: frozenset[str]
    impact: str
    overhead: bool
    spinal: str
    mobility: bool


JOINTS = frozenset(("knee", "hip", "ankle", "lower_back", "shoulder", "elbow", "wrist", "neck"))


@cache
def raw_exercises() -> Mapping[str, RawExercise]:
    """Every exercise by its id."""
    text = files("planners").joinpath("data", "exercises.csv").read_text(encoding="utf-8")
    lines = text.splitlines()[1:]
    return {line["exercise_id"]: _raw(line) for line in csv.DictReader(lines)}


def _raw(line: Mapping[str, str]) -> RawExercise:
    joints = line["joints"]
    return RawExercise(
        exercise_id=line["exercise_id"],
        pattern=line["pattern"],
        primary=_words(line["primary"]),
        secondary=_words(line["secondary"]),
        equipment=_words(line["equipment"]),
        level=line["level"],
        sides=2 if line["unilateral"] == "yes" else 1,
        load_type=line["load_type"],
        seconds_per_rep=float(line["seconds_per_rep"]),
        setup_s=float(line["setup_s"]),
        joints=JOINTS if not joints else frozenset() if joints == "none" else _words(joints),
        impact=line["impact"] or "high",
        overhead=line["overhead"] != "no",
        spinal=line["spinal_load"] or "high",
        mobility="mobility" in line["quality"].split(";"),
    )


def _words(cell: str) -> frozenset[str]:
    return frozenset(cell.split(";")) - {""}
