"""What a gram of each food brings to every limit that is linear in the amounts eaten."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from planners.nutrition.catalog import Catalog
from planners.nutrition.hei import (
    HEI_ADDED_SUGARS,
    HEI_AMOUNTS,
    HEI_FATTY_ACIDS,
    HEI_SATURATED_FATS,
    HEI_SODIUM,
    KCAL_PER_G_FAT,
    KCAL_PER_TSP_SUGAR,
    HeiStandard,
)
from planners.nutrition.nutrients import NUTRIENTS, PATTERNS

Floats = NDArray[np.float64]
COST = "cost_usd"
ENERGY = "energy_kcal"
PROTEIN = "protein_g"
USUAL_SATURATED_SHARE = 0.08  # of energy; the fat ratio's points are lost at this much saturated fat


@dataclass(frozen=True, kw_only=True)
class HeiRow:
    """A component of the index as a linear row: full score where row ≥ 0 (or ≤ 0 if `moderation`).

    `points_per_unit` are the points lost for each unit short at a diet of 1 kcal a day: divide by energy.
    """

    name: str
    moderation: bool
    points_per_unit: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Amounts:
    """What a gram of a food brings to each row.

    per_gram : (n foods, m); names : (m,) of the rows; hei : the rows of the index, which stand last.
    """

    per_gram: Floats
    names: tuple[str, ...]
    hei: tuple[HeiRow, ...]


@lru_cache(maxsize=4)
def amounts(catalog: Catalog) -> Amounts:
    """Nutrients, cost and the thirteen rows of the Healthy Eating Index, per gram as eaten.

    adequacy:    Σ xᵢ − full · E/1000 ≥ 0,   points lost = max · short / (full − zero) / (E/1000)
    moderation:  Σ xᵢ − full · E/1000 ≤ 0,   the same of the excess, (zero − full)

    | symbol | name | shape, unit |
    |---|---|---|
    | x | amount of the component | (n,), cup, oz, mg or kcal per gram of food |
    | E | energy | (n,), kcal per gram of food |

    Standards: `planners.nutrition.hei`. The fat ratio is taken at a saturated fat of 8 % of energy.
    """
    nutrients, energy = catalog.per_100g / 100.0, catalog.per_100g[:, NUTRIENTS.index(ENERGY)] / 100.0
    columns, rows = [], []
    for name, standard in HEI_AMOUNTS.items():
        amount = sum(_pattern(catalog, c) for c in standard.columns)
        columns.append(amount - standard.full / 1_000.0 * energy)
        rows.append(_row(name, standard, per_kcal=1_000.0))
    for name, standard, amount, per_kcal in _shares(catalog):
        columns.append(amount - standard.full / per_kcal * energy)
        rows.append(_row(name, standard, per_kcal))
    unsaturated = sum(_nutrient(catalog, c) for c in HEI_FATTY_ACIDS.columns)
    columns.append(unsaturated - HEI_FATTY_ACIDS.full * _nutrient(catalog, "saturated_fat_g"))
    rows.append(_row("fatty_acids", HEI_FATTY_ACIDS, KCAL_PER_G_FAT / USUAL_SATURATED_SHARE))
    usd = catalog.usd_per_100g[:, np.newaxis] / 100.0
    return Amounts(
        per_gram=np.ascontiguousarray(np.column_stack([nutrients, usd, *columns])),
        names=(*NUTRIENTS, COST, *(f"hei_{row.name}" for row in rows)),
        hei=tuple(rows),
    )


def _row(name: str, standard: HeiStandard, per_kcal: float) -> HeiRow:
    span = standard.full - standard.zero
    return HeiRow(name=name, moderation=span < 0.0, points_per_unit=standard.points / abs(span) * per_kcal)


def _shares(catalog: Catalog) -> list[tuple[str, HeiStandard, Floats, float]]:
    sugar_kcal = _pattern(catalog, "added_sugars_tsp") * KCAL_PER_TSP_SUGAR
    saturated_kcal = _nutrient(catalog, "saturated_fat_g") * KCAL_PER_G_FAT
    return [
        ("sodium", HEI_SODIUM, _nutrient(catalog, "sodium_mg"), 1_000.0),
        ("added_sugars", HEI_ADDED_SUGARS, sugar_kcal, 1.0),
        ("saturated_fats", HEI_SATURATED_FATS, saturated_kcal, 1.0),
    ]


def _nutrient(catalog: Catalog, name: str) -> Floats:
    return np.asarray(catalog.per_100g[:, NUTRIENTS.index(name)] / 100.0)


def _pattern(catalog: Catalog, name: str) -> Floats:
    return np.asarray(catalog.patterns_per_100g[:, PATTERNS.index(name)] / 100.0)
