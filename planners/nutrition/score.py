"""How good a day's food is: Healthy Eating Index 2020, Nutrient-Rich Foods 9.3, mean adequacy ratio."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planners.errors import FieldError, InvalidRequest
from planners.nutrition.catalog import Catalog
from planners.nutrition.hei import check_totals, column, hei_2020
from planners.nutrition.nutrients import NUTRIENTS, PATTERNS
from planners.nutrition.references import Binds, ReferenceKind, references_for
from planners.plan import Hei, MenuDay
from planners.spec import Member

Floats = NDArray[np.float64]

# Daily Values and the limits of the nutrients to limit; 21 CFR 101.9(c)(8)-(9), 2016.
NRF_ENCOURAGE = {
    "protein_g": 50.0,
    "fiber_g": 28.0,
    "vitamin_a_ug_rae": 900.0,
    "vitamin_c_mg": 90.0,
    "vitamin_e_mg": 15.0,
    "calcium_mg": 1_300.0,
    "iron_mg": 18.0,
    "potassium_mg": 4_700.0,
    "magnesium_mg": 420.0,
}
NRF_LIMIT = {"saturated_fat_g": 20.0, "added_sugars_g": 50.0, "sodium_mg": 2_300.0}
NRF_KCAL = 2_000.0  # the energy that the Daily Values are for


def nrf_9_3(nutrients: Floats) -> Floats:
    """Nutrient-Rich Foods index 9.3 of days, per 2,000 kcal: at most 900.

    NRF9.3 = 100 · (Σ min(aᵢ/DVᵢ, 1) − Σ aⱼ/MRVⱼ), i over nine to encourage, j over three to limit

    `nutrients` (n, len(NUTRIENTS)) are totals, a the same per 2,000 kcal; the result is (n,). Source: Fulgoni
    et al. 2009, doi:10.3945/jn.108.101840, with the Daily Values of 2016.
    """
    check_totals(nutrients, np.zeros((len(nutrients), len(PATTERNS))))
    scaled = nutrients * (NRF_KCAL / column(nutrients, NUTRIENTS, "energy_kcal"))[:, np.newaxis]
    good = [np.minimum(column(scaled, NUTRIENTS, n) / dv, 1.0) for n, dv in NRF_ENCOURAGE.items()]
    bad = [column(scaled, NUTRIENTS, n) / most for n, most in NRF_LIMIT.items()]
    return np.asarray(100.0 * (np.sum(good, axis=0) - np.sum(bad, axis=0)))


MAR_NUTRIENTS = NUTRIENTS[NUTRIENTS.index("vitamin_a_ug_rae") : NUTRIENTS.index("sodium_mg")]
"""Vitamins and minerals, sodium left out."""


def recommended(member: Member) -> dict[str, float]:
    """RDA, or AI where there is none, of every vitamin and mineral for a member; in the nutrient's unit."""
    rows = references_for(member.sex, member.age_years)
    wanted = (ReferenceKind.RDA, ReferenceKind.AI)
    return {
        name: row.min
        for name in MAR_NUTRIENTS
        for kind in wanted
        if (row := rows.get((name, kind))) and row.min is not None and row.binds == Binds.FOOD
    }


def mean_adequacy(nutrients: Floats, recommendations: Mapping[str, float]) -> Floats:
    """Mean adequacy ratio of days, 0 to 1: the mean over nutrients of min(intake / recommended, 1).

    `nutrients` is (n, len(NUTRIENTS)), the result (n,). Source: Guthrie and Scheer 1981,
    J Am Diet Assoc 78:240-245.
    """
    check_totals(nutrients, np.zeros((len(nutrients), len(PATTERNS))))
    ratios = [column(nutrients, NUTRIENTS, n) / least for n, least in recommendations.items()]
    return np.asarray(np.minimum(ratios, 1.0).mean(axis=0))


@dataclass(frozen=True, kw_only=True)
class DayScore:
    """Scores of one day, and the totals they were made from."""

    hei_2020: Hei
    nrf_9_3: float
    mean_adequacy_ratio: float
    nutrients: Mapping[str, float]


def foods_of(day: MenuDay) -> list[tuple[int, float]]:
    """What a planned day serves: pairs of FNDDS code and grams, as `score_day` takes them."""
    return [(item.food_code, item.grams) for meal in day.meals for item in meal.items]


def score_day(catalog: Catalog, foods: Sequence[tuple[int, float]], member: Member) -> DayScore:
    """Score what was eaten or planned in a day: pairs of FNDDS code and grams as eaten.

    Raises
    ------
    InvalidRequest
        For a code that the catalogue has not, for grams that are no amount, and for a day without energy.
    """
    rows, grams = _eaten(catalog, foods)
    nutrients = grams @ catalog.per_100g[rows] / 100.0
    patterns = grams @ catalog.patterns_per_100g[rows] / 100.0
    return DayScore(
        hei_2020=hei_2020(nutrients, patterns),
        nrf_9_3=float(nrf_9_3(nutrients[np.newaxis])[0]),
        mean_adequacy_ratio=float(mean_adequacy(nutrients[np.newaxis], recommended(member))[0]),
        nutrients=dict(zip(NUTRIENTS, nutrients.tolist(), strict=True)),
    )


def _eaten(catalog: Catalog, foods: Sequence[tuple[int, float]]) -> tuple[NDArray[np.int64], Floats]:
    errors = []
    for i, (code, grams) in enumerate(foods):
        if code not in catalog.row_of:
            errors.append(
                FieldError(pointer=f"/foods/{i}/food_code", detail=f"{code} is not in the catalogue")
            )
        if not 0.0 < grams < float("inf"):
            errors.append(FieldError(pointer=f"/foods/{i}/grams", detail="must be a number of grams above 0"))
    if not foods:
        errors.append(FieldError(pointer="/foods", detail="must name at least one food"))
    if errors:
        raise InvalidRequest(errors)
    rows = np.array([catalog.row_of[code] for code, _ in foods], dtype=np.int64)
    return rows, np.array([grams for _, grams in foods], dtype=np.float64)
