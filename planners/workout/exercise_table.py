"""The text of the exercise catalogue: its columns and its cells, read with a clear word about any damage.

The first line says the version; the second names the columns; each further line is one exercise. Cells that
hold several words part them with semicolons.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from planners.errors import CatalogueError

COLUMNS = (
    "exercise_id",
    "name",
    "pattern",
    "quality",
    "primary",
    "secondary",
    "equipment",
    "level",
    "unilateral",
    "load_type",
    "each_hand",
    "basis",
    "ratio",
    "seconds_per_rep",
    "setup_s",
    "joints",
    "impact",
    "overhead",
    "spinal_load",
    "met",
    "progression",
    "regression",
    "transfer",
)

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One exercise as written: `line` is its line in the file."""

    line: int
    cells: dict[str, str]

    def fault(self, column: str, text: str) -> CatalogueError:
        """The error that names this line and the column."""
        return CatalogueError(f"exercises.csv, line {self.line}, column {column}: {text}")

    def text(self, column: str) -> str:
        """A cell that must not be empty."""
        value = self.cells[column]
        if not value.strip():
            raise self.fault(column, "is empty")
        return value

    def number(self, column: str, *, least: float, most: float) -> float:
        """A number within its range."""
        try:
            value = float(self.cells[column])
        except ValueError:
            value = math.nan
        if not least <= value <= most:
            raise self.fault(column, f"must be from {least:g} to {most:g}, not {self.cells[column]!r}")
        return value

    def word(self, column: str, kind: type[Word]) -> Word:
        """One word of `kind`."""
        return self._word(column, self.cells[column], kind)

    def words(self, column: str, kind: type[Word]) -> frozenset[Word]:
        """Words of `kind`, parted by semicolons; an empty cell holds none."""
        return frozenset(self._word(column, part, kind) for part in self.parts(column))

    def parts(self, column: str) -> tuple[str, ...]:
        """The pieces of a cell between its semicolons."""
        return tuple(part for part in self.cells[column].split(";") if part)

    def yes(self, column: str) -> bool:
        """True for yes, False for no."""
        value = self.cells[column]
        if value not in ("yes", "no"):
            raise self.fault(column, f"must be yes or no, not {value!r}")
        return value == "yes"

    def _word(self, column: str, value: str, kind: type[Word]) -> Word:
        if value not in tuple(kind):
            raise self.fault(column, f"must be one of {', '.join(kind)}, not {value!r}")
        return kind(value)


@dataclass(frozen=True, kw_only=True)
class Table:
    """The whole text."""

    version: str
    rows: tuple[Row, ...]


def read_table(text: str) -> Table:
    """The rows of the text; CatalogueError when it is damaged."""
    first, _, rest = text.partition("\n")
    version = re.fullmatch(r"# exercises (\S+)", first.strip())
    if version is None:
        raise CatalogueError("exercises.csv, line 1: must read '# exercises VERSION'")
    lines = list(csv.reader(io.StringIO(rest), strict=True))
    if not lines or tuple(lines[0]) != COLUMNS:
        raise CatalogueError(f"exercises.csv, line 2: must name the columns {', '.join(COLUMNS)}")
    rows = tuple(_row(number, cells) for number, cells in enumerate(lines[1:], start=3))
    if not rows:
        raise CatalogueError("exercises.csv holds no exercise")
    _unique(rows)
    return Table(version=version[1], rows=rows)


def _row(line: int, cells: Sequence[str]) -> Row:
    if len(cells) != len(COLUMNS):
        text = f"exercises.csv, line {line}: has {len(cells)} cells, must have {len(COLUMNS)}"
        raise CatalogueError(text)
    return Row(line=line, cells=dict(zip(COLUMNS, cells, strict=True)))


def _unique(rows: tuple[Row, ...]) -> None:
    seen: set[str] = set()
    for row in rows:
        if row.cells["exercise_id"] in seen:
            raise row.fault("exercise_id", f"{row.cells['exercise_id']} stands here a second time")
        seen.add(row.cells["exercise_id"])
