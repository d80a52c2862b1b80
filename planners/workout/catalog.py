"""The exercises a plan may hold, as read-only arrays in the order of the file.

What an exercise asks of a body fails closed: joints, impact, overhead work or spinal load that the file does
not state count as all joints, high impact, overhead and high.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from planners.spec import Equipment, Level
from planners.workout.exercise_table import Row, Table, read_table
from planners.workout.vocabulary import Basis, Grade, Joint, LoadType, Muscle, Pattern, Quality, Tested

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

LEVELS = tuple(Level)
GRADES = tuple(Grade)
QUALITIES = tuple(Quality)
MUSCLES = tuple(Muscle)
TESTED = tuple(Tested)


@dataclass(frozen=True, kw_only=True, eq=False)
class Catalogue:
    """n exercises; every array is read-only.

    Attributes
    ----------
    version : of the file.
    ids, names, patterns, load_types, bases : (n,)
    quality : (n, 7) what the exercise trains, in the order of `Quality`.
    primary, secondary : (n, 17) muscles, in the order of `Muscle`.
    needs : (n, 20) equipment, all of which must be at hand, in the order of `Equipment`.
    level : (n,) 0 novice, 1 intermediate, 2 advanced: the least experience it takes.
    unilateral : (n,) one side at a time: repetitions and seconds are per side.
    each_hand : (n,) the load is that of one hand.
    ratio : (n,) share of the basis; kg where the basis is `fixed`.
    seconds_per_rep : (n,) seconds a repetition; a metre where the exercise is dosed by distance; else 1.
    setup_s : (n,) seconds to make ready.
    joints : (n, 8) in the order of `Joint`; loaded beyond everyday life.
    impact, spinal_load : (n,) 0 none to 3 high.
    overhead : (n,) a hand above the shoulder under load.
    met : (n,) metabolic equivalents of the exercise with its rests.
    progression, regression : (n,) row of the harder and the easier exercise, -1 for none.
    transfer : (n, 16) carry-over to test movements, 0-1, in the order of `Tested`.
    row_of : id → row.
    """

    version: str
    ids: tuple[str, ...]
    names: tuple[str, ...]
    patterns: tuple[Pattern, ...]
    load_types: tuple[LoadType, ...]
    bases: tuple[Basis, ...]
    quality: Bools
    primary: Bools
    secondary: Bools
    needs: Bools
    level: Ints
    unilateral: Bools
    each_hand: Bools
    ratio: Floats
    seconds_per_rep: Floats
    setup_s: Floats
    joints: Bools
    impact: Ints
    overhead: Bools
    spinal_load: Ints
    met: Floats
    progression: Ints
    regression: Ints
    transfer: Floats
    row_of: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.ids)

    def trains(self, quality: Quality) -> Bools:
        """(n,) True where the exercise trains the quality."""
        found: Bools = self.quality[:, QUALITIES.index(quality)]
        return found

    def of_pattern(self, *patterns: Pattern) -> Bools:
        """(n,) True where the exercise is of one of the patterns."""
        return np.array([p in patterns for p in self.patterns], dtype=np.bool_)


@cache
def load_catalogue() -> Catalogue:
    """The catalogue that the planners carry.

    Raises
    ------
    CatalogueError
        When its file is damaged; it names the line and the column.
    """
    return read_catalogue(catalogue_text())


def catalogue_text() -> str:
    """The raw text of the catalogue."""
    return files("planners").joinpath("data/exercises.csv").read_text(encoding="utf-8")


def read_catalogue(text: str) -> Catalogue:
    """The catalogue from its text. Raises CatalogueError as `load_catalogue` does."""
    table = read_table(text)
    rows = table.rows
    row_of = {r.text("exercise_id"): i for i, r in enumerate(rows)}
    bases = tuple(r.word("basis", Basis) for r in rows)
    return Catalogue(
        version=table.version,
        ids=tuple(row_of),
        names=tuple(r.text("name") for r in rows),
        patterns=tuple(r.word("pattern", Pattern) for r in rows),
        load_types=tuple(r.word("load_type", LoadType) for r in rows),
        bases=bases,
        quality=_sets(table, "quality", Quality, least=1),
        primary=_sets(table, "primary", Muscle, least=1),
        secondary=_sets(table, "secondary", Muscle),
        needs=_sets(table, "equipment", Equipment),
        level=_frozen_ints([LEVELS.index(r.word("level", Level)) for r in rows]),
        unilateral=_bools([r.yes("unilateral") for r in rows]),
        each_hand=_bools([r.yes("each_hand") for r in rows]),
        ratio=_frozen([_ratio(r, basis) for r, basis in zip(rows, bases, strict=True)]),
        seconds_per_rep=_frozen([r.number("seconds_per_rep", least=0.1, most=60) for r in rows]),
        setup_s=_frozen([r.number("setup_s", least=0, most=600) for r in rows]),
        joints=_bools([_joints(r) for r in rows]),
        impact=_frozen_ints([_grade(r, "impact") for r in rows]),
        overhead=_bools([r.cells["overhead"] == "" or r.yes("overhead") for r in rows]),
        spinal_load=_frozen_ints([_grade(r, "spinal_load") for r in rows]),
        met=_frozen([r.number("met", least=1, most=25) for r in rows]),
        progression=_frozen_ints([_other(r, "progression", row_of) for r in rows]),
        regression=_frozen_ints([_other(r, "regression", row_of) for r in rows]),
        transfer=_frozen([_transfer(r) for r in rows]),
        row_of=MappingProxyType(row_of),
    )


def _frozen(values: Sequence[object]) -> Floats:
    array: Floats = np.array(values, dtype=np.float64)
    array.setflags(write=False)
    return array


def _frozen_ints(values: Sequence[int]) -> Ints:
    array: Ints = np.array(values, dtype=np.int64)
    array.setflags(write=False)
    return array


def _bools(values: Sequence[object]) -> Bools:
    array: Bools = np.array(values, dtype=np.bool_)
    array.setflags(write=False)
    return array


def _sets(table: Table, column: str, kind: type[StrEnum], *, least: int = 0) -> Bools:
    found = [row.words(column, kind) for row in table.rows]
    for row, words in zip(table.rows, found, strict=True):
        if len(words) < least:
            raise row.fault(column, "is empty")
    return _bools([[word in words for word in kind] for words in found])


def _ratio(row: Row, basis: Basis) -> float:
    if basis is Basis.NONE:
        if row.cells["ratio"]:
            raise row.fault("ratio", "must be empty where there is no basis")
        return 1.0
    return row.number("ratio", least=0.05, most=60)


def _joints(row: Row) -> list[bool]:
    if row.cells["joints"] == "":
        return [True] * len(Joint)
    if row.cells["joints"] == "none":
        return [False] * len(Joint)
    found = row.words("joints", Joint)
    return [joint in found for joint in Joint]


def _grade(row: Row, column: str) -> int:
    return GRADES.index(row.word(column, Grade) if row.cells[column] else Grade.HIGH)


def _other(row: Row, column: str, row_of: Mapping[str, int]) -> int:
    name = row.cells[column]
    if not name:
        return -1
    if name not in row_of or name == row.cells["exercise_id"]:
        raise row.fault(column, f"must be another exercise of the table, not {name!r}")
    return row_of[name]


def _transfer(row: Row) -> list[float]:
    found = {}
    for part in row.parts("transfer"):
        name, _, share = part.partition("=")
        if name not in tuple(Tested):
            raise row.fault("transfer", f"must name one of {', '.join(Tested)}, not {name!r}")
        found[name] = _share(row, share)
    return [found.get(str(movement), 0.0) for movement in Tested]


def _share(row: Row, text: str) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise row.fault("transfer", f"must be a share such as 0.5, not {text!r}") from error
    if not 0 < value <= 1:
        raise row.fault("transfer", f"must be above 0 and at most 1, not {text!r}")
    return value
