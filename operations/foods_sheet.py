"""One CSV file of the public food tables: columns by name, and the place of a cell that is wrong."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from models.errors import ModelError
from operations.foods_columns import MARKS

BANNER_ROWS = 10
"""Rows among which the columns are looked for; a banner stands above them."""


class DownloadError(ModelError):
    """The downloaded tables cannot be used as they are; the sentence says which file and what to do."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One file: its name and kind of table, the place of each column, its rows with their line numbers."""

    name: str
    kind: str
    columns: Mapping[str, int]
    rows: list[tuple[int, list[str]]]

    def text(self, line: int, row: list[str], column: str) -> str:
        place = self.columns.get(column)
        if place is None:
            raise DownloadError(f"{self.name}: there is no column {column!r}")
        if place >= len(row):
            raise DownloadError(f"{self.name}, line {line}: the row ends before the column {column!r}")
        return row[place].strip()

    def number(self, line: int, row: list[str], column: str) -> float:
        text = self.text(line, row, column)
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value) or value < 0:
            wrong = f"{column!r} must be a number of at least 0, not {text!r}"
            raise DownloadError(f"{self.name}, line {line}: {wrong}")
        return value

    def coded(self) -> list[tuple[int, int, list[str]]]:
        """(code, line, cells) of every row whose food code is sound."""
        column = MARKS[self.kind][0]
        rows = ((self.text(line, row, column), line, row) for line, row in self.rows)
        return [(int(text), line, row) for text, line, row in rows if re.fullmatch(r"[1-9]\d{7}", text)]


def read_sheet(path: Path) -> Sheet | None:
    """The table in a file, known by its columns; None for a file of another kind."""
    lines = csv.reader(io.StringIO(_decoded(path), newline=""))
    for _, row in zip(range(BANNER_ROWS), lines, strict=False):
        columns = {" ".join(name.split()): i for i, name in enumerate(row)}
        for kind, marks in MARKS.items():
            if all(mark in columns for mark in marks):
                rows = [(lines.line_num, cells) for cells in lines if any(cells)]
                return Sheet(name=path.name, kind=kind, columns=columns, rows=rows)
    return None


def _decoded(path: Path) -> str:
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252")
