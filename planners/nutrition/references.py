"""The reference intakes: how much of each nutrient a person of a sex and age should and may eat a day."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from planners.errors import CatalogueError
from planners.nutrition.nutrients import NUTRIENTS
from planners.spec import Sex

REFERENCES_VERSION = "dri-2023.1"
"""The Dietary Reference Intakes as of 2023, first revision of the table."""

UNITS = ("g/d", "mg/d", "ug/d", "g/kg/d", "mg/kg/d", "% kcal", "g/1000 kcal")


class ReferenceKind(StrEnum):
    """What kind of figure a reference is."""

    RDA = "rda"  # covers nearly all healthy people
    AI = "ai"  # believed to; evidence too thin for an RDA
    UL = "ul"  # most that is unlikely to do harm
    AMDR = "amdr"  # range of a macronutrient's share of energy
    CDRR = "cdrr"  # above it, less means less chronic disease
    GUIDELINE = "guideline"  # a public body's advice that is no Dietary Reference Intake


class Binds(StrEnum):
    """Which intake an upper figure is about. Only those about food limit a menu."""

    FOOD = "food"
    ADDED_FORMS = "added_forms"
    SUPPLEMENTS = "supplements"


@dataclass(frozen=True, kw_only=True)
class Reference:
    """One row of the table: the least and the most of a nutrient for a sex (None: both) and ages."""

    nutrient: str
    kind: ReferenceKind
    sex: Sex | None
    age_from: int
    age_to: int
    min: float | None
    max: float | None
    unit: str
    binds: Binds
    source: str
    verified: bool

    def covers(self, sex: Sex, age_years: int) -> bool:
        """Whether the row is about people of this sex and age."""
        return self.sex in (None, sex) and self.age_from <= age_years <= self.age_to


@cache
def all_references() -> tuple[Reference, ...]:
    """Every row of the table, in its order.

    Raises
    ------
    CatalogueError
        When a row cannot be read.
    """
    text = (files("planners") / "data" / "references.csv").read_text(encoding="utf-8")
    return tuple(_reference(row, line) for line, row in enumerate(csv.DictReader(text.splitlines()), start=2))


@cache
def references_for(sex: Sex, age_years: int) -> dict[tuple[str, ReferenceKind], Reference]:
    """The rows for a sex and age, by nutrient and kind.

    Raises
    ------
    CatalogueError
        When two rows say something about the same nutrient and kind.
    """
    found: dict[tuple[str, ReferenceKind], Reference] = {}
    for row in all_references():
        if not row.covers(sex, age_years):
            continue
        if (row.nutrient, row.kind) in found:
            who = f"{sex}, {age_years} years"
            raise CatalogueError(f"references.csv: two rows of {row.kind} {row.nutrient} for {who}")
        found[row.nutrient, row.kind] = row
    return found


def _reference(row: dict[str, str], line: int) -> Reference:
    try:
        reference = Reference(
            nutrient=row["nutrient"],
            kind=ReferenceKind(row["kind"]),
            sex=None if row["sex"] == "any" else Sex(row["sex"]),
            age_from=int(row["age_from"]),
            age_to=int(row["age_to"]),
            min=float(row["min"]) if row["min"] else None,
            max=float(row["max"]) if row["max"] else None,
            unit=row["unit"],
            binds=Binds(row["binds"]),
            source=row["source"],
            verified={"yes": True, "no": False}[row["verified"]],
        )
    except (KeyError, ValueError) as error:
        raise CatalogueError(f"references.csv, line {line}: {error}") from error
    fault = _fault(reference)
    if fault:
        raise CatalogueError(f"references.csv, line {line}: {fault}")
    return reference


def _fault(row: Reference) -> str:
    if row.nutrient not in NUTRIENTS:
        return f"{row.nutrient} is no nutrient of the food tables"
    if row.unit not in UNITS:
        return f"{row.unit} is no unit of a reference"
    if row.min is None and row.max is None:
        return "a reference needs a least or a most"
    low, high = row.min or 0.0, row.max if row.max is not None else float("inf")
    if not 0.0 <= low <= high or row.age_from > row.age_to:
        return "least and most, or the ages, are the wrong way round"
    return "" if row.source else "a reference needs its source"
