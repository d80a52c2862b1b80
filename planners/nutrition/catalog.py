"""The foods a menu may hold, as read-only arrays in the order of their codes.

Tags fail closed: an allergen that a food is not positively said to be free of counts as contained, and a diet
that it is not positively said to suit counts as unsuited.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from planners.errors import CatalogueError
from planners.nutrition.food_table import CONTAINS, SUITS, Row, read_table
from planners.nutrition.food_words import fraction, stems
from planners.nutrition.nutrients import NUTRIENTS, PATTERNS, ROLES

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Array = TypeVar("Array", Floats, Bools, Ints)


class Kitchen(StrEnum):
    """What it takes to put a food on the table."""

    NO_COOK = "no_cook"  # opened, washed or cut
    REHEAT = "reheat"  # kettle, toaster or microwave oven
    COOK = "cook"  # a kitchen with a stove
    DINING_FACILITY = "dining_facility"  # seldom made at home; a dining facility or restaurant serves it


@dataclass(frozen=True, kw_only=True, eq=False)
class Catalog:
    """n foods; every array is read-only.

    Attributes
    ----------
    version, price_year : of the table; prices are US dollars of those years.
    codes : (n,) FNDDS food codes, ascending.
    names, descriptions : our own name; the FNDDS description that the figures belong to.
    per_100g : (n, len(NUTRIENTS)) per 100 g as eaten, in the units of NUTRIENTS.
    patterns_per_100g : (n, len(PATTERNS)).
    usd_per_100g : (n,) per 100 g as eaten.
    measures, measures_plural : household measure, "cup" and "cups".
    measure_g : (n,) grams of one measure.
    smallest, largest, step : (n,) portions in measures; largest = smallest + a whole number of steps.
    contains : (n, 9) in the order of `Allergen`.
    suits : (n, 6) in the order of `Diet`.
    kosher_meat, kosher_dairy : (n,) for the rule that one meal never holds both.
    roles : (n, len(ROLES)) what a food can be in a meal.
    kitchens : what it takes to serve it.
    servings_at_a_time : (n,) servings usually made at once; 1 = does not keep as a leftover.
    purchase_units : what one buys, "1 lb bag, dry".
    purchase_g : (n,) grams of one unit as bought.
    purchase_yield : (n,) grams as eaten that one gram as bought gives (cooking and waste).
    words : the stems by which likes and dislikes find a food.
    row_of : code → row.
    """

    version: str
    price_year: str
    codes: Ints
    names: tuple[str, ...]
    descriptions: tuple[str, ...]
    per_100g: Floats
    patterns_per_100g: Floats
    usd_per_100g: Floats
    measures: tuple[str, ...]
    measures_plural: tuple[str, ...]
    measure_g: Floats
    smallest: Floats
    largest: Floats
    step: Floats
    contains: Bools
    suits: Bools
    kosher_meat: Bools
    kosher_dairy: Bools
    roles: Bools
    kitchens: tuple[Kitchen, ...]
    servings_at_a_time: Ints
    purchase_units: tuple[str, ...]
    purchase_g: Floats
    purchase_yield: Floats
    words: tuple[frozenset[str], ...]
    row_of: Mapping[int, int]

    def __len__(self) -> int:
        return len(self.names)

    def mentioning(self, text: str) -> Bools:
        """(n,) True where the food's name or keywords hold every word of `text`, in singular or plural."""
        wanted = stems(text)
        return np.array([bool(wanted) and wanted <= words for words in self.words], dtype=np.bool_)

    def household(self, row: int, amount: float) -> str:
        """`amount` measures of the food in words: "1 1/2 cups"."""
        return f"{fraction(amount)} {self.measures[row] if amount <= 1 else self.measures_plural[row]}"


@cache
def load_catalog() -> Catalog:
    """The catalogue that the planners carry.

    Raises
    ------
    CatalogueError
        When its file is damaged; it names the line and the column.
    """
    return read_catalog(files("planners").joinpath("data/foods.csv").read_text(encoding="utf-8"))


def read_catalog(text: str) -> Catalog:
    """The catalogue from its text. Raises CatalogueError as `load_catalog` does."""
    table = read_table(text)
    rows = table.rows
    if not rows:
        raise CatalogueError("foods.csv holds no food")
    portions: Floats = np.array([_portions(r) for r in rows], dtype=np.float64)
    return Catalog(
        version=table.version,
        price_year=table.price_year,
        codes=_frozen(np.array([int(r.cells["code"]) for r in rows], dtype=np.int64)),
        names=tuple(r.text("name") for r in rows),
        descriptions=tuple(r.text("description") for r in rows),
        per_100g=_numbers(rows, NUTRIENTS),
        patterns_per_100g=_numbers(rows, PATTERNS),
        usd_per_100g=_positive(rows, "usd_per_100g"),
        measures=tuple(r.text("measure") for r in rows),
        measures_plural=tuple(r.text("measures") for r in rows),
        measure_g=_positive(rows, "measure_g"),
        smallest=_frozen(portions[:, 0].copy()),
        largest=_frozen(portions[:, 1].copy()),
        step=_frozen(portions[:, 2].copy()),
        contains=_tags(rows, CONTAINS, unknown=True),
        suits=_tags(rows, SUITS, unknown=False),
        kosher_meat=_kosher(rows, "meat"),
        kosher_dairy=_kosher(rows, "dairy"),
        roles=_bools([[role in found for role in ROLES] for found in map(_roles, rows)]),
        kitchens=tuple(Kitchen(r.word("kitchen", tuple(Kitchen))) for r in rows),
        servings_at_a_time=_frozen(_positive(rows, "servings_at_a_time").astype(np.int64)),
        purchase_units=tuple(r.text("purchase_unit") for r in rows),
        purchase_g=_positive(rows, "purchase_g"),
        purchase_yield=_positive(rows, "purchase_yield"),
        words=tuple(stems(f"{r.text('name')} {r.cells['keywords']}") for r in rows),
        row_of=MappingProxyType({int(r.cells["code"]): i for i, r in enumerate(rows)}),
    )


def _frozen(array: Array) -> Array:
    array.setflags(write=False)
    return array


def _bools(values: Sequence[object]) -> Bools:
    return _frozen(np.array(values, dtype=np.bool_))


def _tags(rows: tuple[Row, ...], columns: tuple[str, ...], *, unknown: bool) -> Bools:
    return _bools([[r.tag(c, unknown=unknown) for c in columns] for r in rows])


def _numbers(rows: tuple[Row, ...], columns: tuple[str, ...]) -> Floats:
    return _frozen(np.array([[r.number(c) for c in columns] for r in rows], dtype=np.float64))


def _positive(rows: tuple[Row, ...], column: str) -> Floats:
    return _frozen(np.array([r.number(column, least=1e-6) for r in rows], dtype=np.float64))


def _portions(row: Row) -> tuple[float, float, float]:
    smallest, largest, step = (row.number(c, least=0.01) for c in ("smallest", "largest", "step"))
    steps = (largest - smallest) / step
    if steps < 0 or abs(steps - round(steps)) > 1e-6:
        text = f"{largest:g} must be {smallest:g} and a whole number of steps of {step:g}"
        raise row.fault("largest", text)
    return smallest, largest, step


def _roles(row: Row) -> frozenset[str]:
    """Empty for an imported food: it is never chosen, it can only be locked in or scored."""
    return row.words("roles", ROLES) if row.cells["roles"].strip() else frozenset()


def _kosher(rows: tuple[Row, ...], kind: str) -> Bools:
    kinds = [r.word("kosher_kind", ("meat", "dairy", "neutral", "")) for r in rows]
    return _bools([k in (kind, "") for k in kinds])
