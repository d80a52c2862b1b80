"""The text of the food catalogue: its columns, and its cells, read with a clear word about any damage.

The first line of the file says its version and the year of its prices; the second names the columns; each
further line is one food, in the order of the codes.
"""

from __future__ import annotations

import csv
import io
import math
import re
from dataclasses import dataclass

from planners.errors import CatalogueError
from planners.nutrition.nutrients import NUTRIENTS, PATTERNS
from planners.spec import Allergen, Diet

CONTAINS = tuple(f"contains_{word}" for word in Allergen)
SUITS = tuple(f"suits_{word}" for word in Diet)

CHOICES = (  # written by hand
    "code",
    "name",
    "roles",
    "measure",
    "measures",
    "measure_g",
    "smallest",
    "largest",
    "step",
    *CONTAINS,
    *SUITS,
    "kosher_kind",
    "kitchen",
    "servings_at_a_time",
    "purchase_unit",
    "purchase_g",
    "purchase_yield",
    "own_usd_per_100g",
    "keywords",
)
FIGURES = ("description", *NUTRIENTS, *PATTERNS, "usd_per_100g")  # filled in from the public tables
COLUMNS = CHOICES + FIGURES

_FIRST_LINE = re.compile(r"# food catalogue (?P<version>[0-9.]+), prices of (?P<price_year>\d{4}-\d{4})")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One food as text, and the line of the file that it stands on."""

    line: int
    cells: dict[str, str]

    def fault(self, column: str, text: str) -> CatalogueError:
        """The error that names this row and a column of it."""
        return CatalogueError(f"foods.csv, line {self.line}, column {column}: {text}")

    def text(self, column: str) -> str:
        """A cell that must not be empty."""
        value = self.cells[column].strip()
        if not value:
            raise self.fault(column, "is empty")
        return value

    def number(self, column: str, least: float = 0.0) -> float:
        """A finite number of at least `least`."""
        text = self.cells[column]
        try:
            value = float(text)
        except ValueError:
            raise self.fault(column, f"must be a number, not {text!r}") from None
        if not math.isfinite(value) or value < least:
            raise self.fault(column, f"must be a finite number of at least {least:g}, not {text!r}")
        return value

    def tag(self, column: str, *, unknown: bool) -> bool:
        """True for "yes", False for "no", `unknown` for an empty cell; any other word is damage."""
        text = self.cells[column].strip()
        if text not in ("yes", "no", ""):
            raise self.fault(column, f'must be "yes", "no" or empty, not {text!r}')
        return text == "yes" if text else unknown

    def word(self, column: str, allowed: tuple[str, ...]) -> str:
        """One of a few words."""
        text = self.cells[column].strip()
        if text not in allowed:
            raise self.fault(column, f"must be one of {', '.join(allowed)}, not {text!r}")
        return text

    def words(self, column: str, allowed: tuple[str, ...]) -> frozenset[str]:
        """At least one of a few words, with spaces between."""
        found = self.text(column).split()
        for word in found:
            if word not in allowed:
                raise self.fault(column, f"{word!r} is not one of {', '.join(allowed)}")
        return frozenset(found)


@dataclass(frozen=True, kw_only=True)
class Table:
    """The whole file, still as text."""

    version: str
    price_year: str
    rows: tuple[Row, ...]


def read_table(text: str) -> Table:
    """Read the catalogue's text.

    Raises
    ------
    CatalogueError
        When the first line, the columns, the length of a row or the order of the codes is not as it must be.
    """
    lines = csv.reader(io.StringIO(text, newline=""))
    first = _FIRST_LINE.fullmatch(",".join(next(lines, [])))
    if first is None:
        raise CatalogueError("foods.csv, line 1: must say the version and the years of the prices")
    if tuple(next(lines, ())) != COLUMNS:
        raise CatalogueError("foods.csv, line 2: these are not the columns that this code reads")
    rows = tuple(_row(lines.line_num, cells) for cells in lines)
    _check_order(rows)
    return Table(version=first["version"], price_year=first["price_year"], rows=rows)


def _row(line: int, cells: list[str]) -> Row:
    if len(cells) != len(COLUMNS):
        text = f"has {len(cells)} cells, the table has {len(COLUMNS)} columns"
        raise CatalogueError(f"foods.csv, line {line}: {text}")
    return Row(line=line, cells=dict(zip(COLUMNS, cells, strict=True)))


def _check_order(rows: tuple[Row, ...]) -> None:
    last = 0
    for row in rows:
        text = row.cells["code"]
        if not re.fullmatch(r"[1-9]\d{7}", text):
            raise row.fault("code", f"must be eight digits, not {text!r}")
        if int(text) <= last:
            raise row.fault("code", f"{text} must stand after every smaller code, and once")
        last = int(text)
