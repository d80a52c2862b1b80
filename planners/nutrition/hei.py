"""The Healthy Eating Index 2020 of what was eaten in a day or a longer time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planners.errors import FieldError, InvalidRequest
from planners.nutrition.nutrients import NUTRIENTS, PATTERNS
from planners.plan import Hei

Floats = NDArray[np.float64]

KCAL_PER_TSP_SUGAR = 16.0
KCAL_PER_G_FAT = 9.0


@dataclass(frozen=True, kw_only=True)
class HeiStandard:
    """One component: points rise linearly from 0 at the amount `zero` to `points` at `full`."""

    points: float
    full: float
    zero: float
    columns: tuple[str, ...]


HEI_AMOUNTS = {  # cups or ounces per 1,000 kcal
    "total_fruits": HeiStandard(points=5, full=0.8, zero=0, columns=("total_fruit_cup",)),
    "whole_fruits": HeiStandard(points=5, full=0.4, zero=0, columns=("whole_fruit_cup",)),
    "total_vegetables": HeiStandard(points=5, full=1.1, zero=0, columns=("vegetables_cup", "legumes_cup")),
    "greens_and_beans": HeiStandard(points=5, full=0.2, zero=0, columns=("dark_green_cup", "legumes_cup")),
    "whole_grains": HeiStandard(points=10, full=1.5, zero=0, columns=("whole_grains_oz",)),
    "dairy": HeiStandard(points=10, full=1.3, zero=0, columns=("dairy_cup",)),
    "total_protein_foods": HeiStandard(
        points=5,
        full=2.5,
        zero=0,
        columns=("meat_poultry_oz", "seafood_oz", "eggs_oz", "soy_oz", "nuts_seeds_oz", "legumes_oz"),
    ),
    "seafood_and_plant_proteins": HeiStandard(
        points=5, full=0.8, zero=0, columns=("seafood_oz", "soy_oz", "nuts_seeds_oz", "legumes_oz")
    ),
    "refined_grains": HeiStandard(points=10, full=1.8, zero=4.3, columns=("refined_grains_oz",)),
}
HEI_SODIUM = HeiStandard(points=10, full=1_100, zero=2_000, columns=("sodium_mg",))  # mg per 1,000 kcal
HEI_ADDED_SUGARS = HeiStandard(points=10, full=0.065, zero=0.26, columns=("added_sugars_tsp",))  # of energy
HEI_SATURATED_FATS = HeiStandard(points=10, full=0.08, zero=0.16, columns=("saturated_fat_g",))  # of energy
HEI_FATTY_ACIDS = HeiStandard(  # (unsaturated) / (saturated)
    points=10, full=2.5, zero=1.2, columns=("monounsaturated_fat_g", "polyunsaturated_fat_g")
)
HEI_COMPONENTS = (*HEI_AMOUNTS, "sodium", "added_sugars", "saturated_fats", "fatty_acids")


def hei_points(nutrients: Floats, patterns: Floats) -> Floats:
    """Points of every component of the Healthy Eating Index 2020 for many days at once.

    points = max · clip((x − zero) / (full − zero), 0, 1)

    | symbol | name | shape, unit |
    |---|---|---|
    | nutrients | totals of a day or period | (n, len(NUTRIENTS)), units of NUTRIENTS |
    | patterns | totals of the same | (n, len(PATTERNS)), units of PATTERNS |
    | x | amount per 1,000 kcal, share of energy or ratio of fats | by component |
    | returned | points in the order of HEI_COMPONENTS | (n, 13), 0 to 5 or 10 |

    Beans count as vegetables and as protein foods. Fats without any saturated score full. Source: Shams-White
    et al. 2023, doi:10.1016/j.jand.2023.05.015.

    Raises
    ------
    InvalidRequest
        For totals that are missing or below zero, and for a row without energy, which has no score.
    """
    check_totals(nutrients, patterns)
    kcal = column(nutrients, NUTRIENTS, "energy_kcal")
    amounts = [
        _points(s, sum(column(patterns, PATTERNS, c) for c in s.columns) / kcal * 1_000.0)
        for s in HEI_AMOUNTS.values()
    ]
    sodium = column(nutrients, NUTRIENTS, "sodium_mg") / kcal * 1_000.0
    sugars = column(patterns, PATTERNS, "added_sugars_tsp") * KCAL_PER_TSP_SUGAR / kcal
    saturated = column(nutrients, NUTRIENTS, "saturated_fat_g")
    others = [
        _points(HEI_SODIUM, sodium),
        _points(HEI_ADDED_SUGARS, sugars),
        _points(HEI_SATURATED_FATS, saturated * KCAL_PER_G_FAT / kcal),
        _points(HEI_FATTY_ACIDS, _fat_ratio(nutrients, saturated)),
    ]
    return np.column_stack(amounts + others)


def hei_2020(nutrients: Floats, patterns: Floats) -> Hei:
    """Index of one day or period from its totals, (len(NUTRIENTS),) and (len(PATTERNS),)."""
    points = hei_points(nutrients[np.newaxis], patterns[np.newaxis])[0]
    return Hei(total=float(points.sum()), components=dict(zip(HEI_COMPONENTS, points.tolist(), strict=True)))


def _points(standard: HeiStandard, x: Floats) -> Floats:
    share = (x - standard.zero) / (standard.full - standard.zero)
    return np.asarray(standard.points * np.clip(share, 0.0, 1.0))


def _fat_ratio(nutrients: Floats, saturated: Floats) -> Floats:
    """Unsaturated over saturated; infinite where only unsaturated fat is there, 0 where there is no fat."""
    unsaturated = sum(column(nutrients, NUTRIENTS, c) for c in HEI_FATTY_ACIDS.columns)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(unsaturated > 0.0, unsaturated / saturated, 0.0))


def column(table: Floats, names: tuple[str, ...], name: str) -> Floats:
    """The column of (n, len(names)) totals that a nutrient or pattern stands in."""
    return np.asarray(table[:, names.index(name)])


def check_totals(nutrients: Floats, patterns: Floats) -> None:
    """Refuse totals that no score can be made from: missing, negative, or of a day without energy."""
    errors = []
    for name, table, columns in (("nutrients", nutrients, NUTRIENTS), ("patterns", patterns, PATTERNS)):
        if table.ndim != 2 or table.shape[1] != len(columns):
            raise ValueError(f"{name} must have {len(columns)} columns, not the shape {table.shape}")
        for i, j in np.argwhere(~(np.isfinite(table) & (table >= 0.0))).tolist():
            text = f"{columns[j]} must be a number of at least 0"
            errors.append(FieldError(pointer=f"/{name}/{i}/{columns[j]}", detail=text))
    for i in np.flatnonzero(nutrients[:, NUTRIENTS.index("energy_kcal")] <= 0.0).tolist():
        errors.append(
            FieldError(pointer=f"/nutrients/{i}/energy_kcal", detail="a day without food has no score")
        )
    if errors:
        raise InvalidRequest(errors)
