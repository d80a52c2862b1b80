"""The official score charts, read from planners/data, and the one way to look a result up in them.

A chart's line is `event,sex,ages,from_altitude_ft,rows`; `rows` is "threshold=points" from the best result to
the worst. A row marked "!" is printed out of order, a row marked "~" was derived (planners/data/SOURCES.md).
"""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from planners.errors import CatalogueError

AS_PRINTED = ""
OUT_OF_ORDER = "!"
DERIVED = "~"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of a chart: a result at least as good as `threshold` earns `points`."""

    threshold: float
    points: float
    mark: str = AS_PRINTED


@dataclass(frozen=True, kw_only=True)
class StepTable:
    """The rows of one event, sex and age group that count, from the worst result to the best.

    Attributes
    ----------
    lower_is_better : True for times and for the waist-to-height ratio.
    rows : both results and points strictly rising in worth: a printed row that another row beats is left out.
    """

    lower_is_better: bool
    rows: tuple[Row, ...]
    worths: tuple[float, ...]

    def row(self, result: float) -> Row | None:
        """The best row whose threshold `result` meets, None below the chart; never interpolated."""
        met = bisect_right(self.worths, -result if self.lower_is_better else result)
        return self.rows[met - 1] if met else None

    def points(self, result: float) -> float:
        """The points of the best row that `result` meets, 0 below the chart."""
        row = self.row(result)
        return row.points if row else 0.0

    def row_for(self, points: float) -> Row | None:
        """The easiest row that earns at least `points`, None above the chart."""
        return next((row for row in self.rows if row.points >= points), None)

    @property
    def most(self) -> float:
        """The most points that the chart gives."""
        return self.rows[-1].points


def step_table(printed: Iterable[Row], lower_is_better: bool) -> StepTable:
    """Keep of the printed rows those that are the best for some result.

    The best row whose threshold is met is a running maximum over the rows, so that a row which asks for more
    and gives no more than another can never be the answer.
    """
    sign = -1.0 if lower_is_better else 1.0
    ranked = sorted((sign * row.threshold, row.points, i, row) for i, row in enumerate(printed))
    kept: list[tuple[float, Row]] = []
    for worth, points, _, row in ranked:
        if not kept or points > kept[-1][1].points:
            if kept and kept[-1][0] == worth:
                kept.pop()
            kept.append((worth, row))
    rows = tuple(row for _, row in kept)
    return StepTable(lower_is_better=lower_is_better, rows=rows, worths=tuple(worth for worth, _ in kept))


@dataclass(frozen=True, kw_only=True)
class Ages:
    """An age group in whole years, both ends in it; `last` is None when it is open."""

    first: int
    last: int | None

    def __contains__(self, age_years: object) -> bool:
        return isinstance(age_years, int) and self.first <= age_years <= (self.last or age_years)

    def __str__(self) -> str:
        return f"{self.first}+" if self.last is None else f"{self.first}-{self.last}"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a chart's file: the printed rows of one event, sex, age group and altitude."""

    event: str
    sex: str
    ages: Ages
    from_altitude_ft: float
    rows: tuple[Row, ...]


@cache
def chart(name: str) -> tuple[Line, ...]:
    """The lines of planners/data/test_<name>.csv.

    Raises
    ------
    CatalogueError
        When the file cannot be read as a chart.
    """
    path = files("planners") / "data" / f"test_{name}.csv"
    try:
        lines = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
        return tuple(_line(line) for line in lines)
    except (OSError, KeyError, ValueError) as fault:
        raise CatalogueError(f"the score chart {path} is damaged: {fault}") from fault


def _line(line: Mapping[str, str]) -> Line:
    return Line(
        event=line["event"],
        sex=line["sex"],
        ages=_ages(line["ages"]),
        from_altitude_ft=float(line["from_altitude_ft"]),
        rows=tuple(_row(text) for text in line["rows"].split()),
    )


def _ages(text: str) -> Ages:
    if text.endswith("+"):
        return Ages(first=int(text[:-1]), last=None)
    first, last = text.split("-")
    return Ages(first=int(first), last=int(last))


def _row(text: str) -> Row:
    mark = text[-1] if text[-1] in (OUT_OF_ORDER, DERIVED) else AS_PRINTED
    threshold, points = text.removesuffix(mark).split("=")
    return Row(threshold=float(threshold), points=float(points), mark=mark)
