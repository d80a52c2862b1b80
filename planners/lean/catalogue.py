"""One version of the tables that lean plans are read with: its text, and the figures taken from it."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from uuid import UUID

from planners.spec import Kind

TABLES = {Kind.NUTRITION: "foods.csv", Kind.WORKOUT: "exercises.csv"}
EXAMPLES = {Kind.NUTRITION: "lean_menus.txt", Kind.WORKOUT: "lean_trainings.txt"}


@dataclass(frozen=True, kw_only=True)
class Foods:
    """n foods by row; `nutrients` and `patterns` are per 100 g, in the order of their names."""

    codes: tuple[int, ...]
    names: tuple[str, ...]
    measure: tuple[str, ...]
    measures: tuple[str, ...]
    measure_g: tuple[float, ...]
    usd_per_100g: tuple[float, ...]
    purchase_unit: tuple[str, ...]
    purchase_g: tuple[float, ...]
    purchase_yield: tuple[float, ...]
    nutrient_names: tuple[str, ...]
    nutrients: tuple[tuple[float, ...], ...]
    pattern_names: tuple[str, ...]
    patterns: tuple[tuple[float, ...], ...]
    row_of: Mapping[int, int]


@dataclass(frozen=True, kw_only=True)
class Exercises:
    """n exercises by row."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    row_of: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """`table` is the catalogue's file, `examples` plans that the packing starts from; both as text.

    >>> carried(Kind.WORKOUT) is carried(Kind.WORKOUT)
    True
    """

    kind: Kind
    table: str
    examples: str

    @cached_property
    def id(self) -> UUID:
        """The name of this content: its SHA-256, cut to 128 bits."""
        digest = hashlib.sha256()
        for text in (self.kind, self.table, self.examples):
            raw = text.encode()
            digest.update(len(raw).to_bytes(8, "big") + raw)
        return UUID(bytes=digest.digest()[:16])

    @cached_property
    def dictionary(self) -> bytes:
        """What deflate starts from."""
        return self.examples.encode()

    @cached_property
    def foods(self) -> Foods:
        """The figures of a food table."""
        return _foods(self.table)

    @cached_property
    def exercises(self) -> Exercises:
        """The names of an exercise table."""
        rows = list(csv.DictReader(self.table.splitlines()[1:]))
        ids = tuple(row["exercise_id"] for row in rows)
        return Exercises(
            ids=ids,
            names=tuple(row["name"] for row in rows),
            row_of={name: i for i, name in enumerate(ids)},
        )


@cache
def carried(kind: Kind) -> Catalogue:
    """The version that these planners carry."""
    return Catalogue(kind=kind, table=_text(TABLES[kind]), examples=_text(EXAMPLES[kind]))


def _text(name: str) -> str:
    return files("planners").joinpath("data", name).read_text(encoding="utf-8")


FIRST_NUTRIENT, LAST_NUTRIENT = "energy_kcal", "water_g"
FIRST_PATTERN, LAST_PATTERN = "total_fruit_cup", "added_sugars_tsp"


def _foods(text: str) -> Foods:
    rows = list(csv.DictReader(text.splitlines()[1:]))
    columns = list(rows[0])
    nutrients = columns[columns.index(FIRST_NUTRIENT) : columns.index(LAST_NUTRIENT) + 1]
    patterns = columns[columns.index(FIRST_PATTERN) : columns.index(LAST_PATTERN) + 1]
    codes = tuple(int(row["code"]) for row in rows)

    def words(column: str) -> tuple[str, ...]:
        return tuple(row[column].strip() for row in rows)

    def numbers(column: str) -> tuple[float, ...]:
        return tuple(float(row[column]) for row in rows)

    return Foods(
        codes=codes,
        names=words("name"),
        measure=words("measure"),
        measures=words("measures"),
        measure_g=numbers("measure_g"),
        usd_per_100g=numbers("usd_per_100g"),
        purchase_unit=words("purchase_unit"),
        purchase_g=numbers("purchase_g"),
        purchase_yield=numbers("purchase_yield"),
        nutrient_names=tuple(nutrients),
        nutrients=tuple(tuple(float(row[c]) for c in nutrients) for row in rows),
        pattern_names=tuple(patterns),
        patterns=tuple(tuple(float(row[c]) for c in patterns) for row in rows),
        row_of={code: i for i, code in enumerate(codes)},
    )
