"""The reference table against a published transcription of the Dietary Reference Intakes.

The transcription's figures are compared one by one for every sex, age, nutrient and kind; where it is known
to be wrong or out of date, the mended figure is listed here with the reason.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from planners.nutrition.references import ReferenceKind, references_for
from planners.spec import Sex

TABLE = Path(os.environ["REVEILLE_REFERENCE_DATA"]) / "food" / "dris_nutriR.csv"

# The transcription's nutrient → ours of RDA and AI, ours of UL, ours per unit of theirs.
NAMES: dict[str, tuple[str, str, float]] = {
    "Carbohydrates": ("carbohydrate_g", "", 1),
    "Linoleic acid": ("linoleic_acid_g", "", 1),
    "α-Linolenic acid": ("alpha_linolenic_acid_g", "", 1),
    "Vitamin A": ("vitamin_a_ug_rae", "retinol_ug", 1),
    "Thiamin": ("thiamin_mg", "", 1),
    "Riboflavin": ("riboflavin_mg", "", 1),
    "Niacin": ("niacin_mg", "niacin_mg", 1),
    "Vitamin B6": ("vitamin_b6_mg", "vitamin_b6_mg", 1),
    "Folate": ("folate_ug_dfe", "folic_acid_ug", 1),
    "Vitamin B12": ("vitamin_b12_ug", "", 1),
    "Choline": ("choline_mg", "choline_mg", 1),
    "Vitamin C": ("vitamin_c_mg", "vitamin_c_mg", 1),
    "Vitamin D": ("vitamin_d_ug", "vitamin_d_ug", 1),
    "Vitamin E": ("vitamin_e_mg", "vitamin_e_mg", 1),
    "Vitamin K": ("vitamin_k_ug", "", 1),
    "Calcium": ("calcium_mg", "calcium_mg", 1),
    "Phosphorus": ("phosphorus_mg", "phosphorus_mg", 1),
    "Magnesium": ("magnesium_mg", "magnesium_mg", 1),
    "Iron": ("iron_mg", "iron_mg", 1),
    "Zinc": ("zinc_mg", "zinc_mg", 1),
    "Copper": ("copper_mg", "copper_mg", 0.001),
    "Selenium": ("selenium_ug", "selenium_ug", 1),
    "Potassium": ("potassium_mg", "", 1_000),
    "Sodium": ("sodium_mg", "sodium_mg", 1_000),
    "Total water": ("water_g", "", 1_000),
}
STAGES = {
    "14-18 yr": (17, 18),
    "19-30 yr": (19, 30),
    "31-50 yr": (31, 50),
    "51-70 yr": (51, 70),
    ">70 yr": (71, 90),
}
SEXES = {"Men": Sex.MALE, "Women": Sex.FEMALE}

# Replaced in 2019 (doi:10.17226/25353): (nutrient, sex, stage) → (theirs, the figure now), in our unit.
MENDED: dict[tuple[str, str, str], tuple[float, float]] = {
    **{("Potassium", "Men", stage): (4_700, 3_400) for stage in STAGES},
    **{("Potassium", "Women", stage): (4_700, 2_600) for stage in STAGES},
    ("Potassium", "Men", "14-18 yr"): (4_700, 3_000),
    ("Potassium", "Women", "14-18 yr"): (4_700, 2_300),
    **{("Sodium", who, "51-70 yr"): (1_300, 1_500) for who in SEXES},
    **{("Sodium", who, ">70 yr"): (1_200, 1_500) for who in SEXES},
}
# Rows whose unit is printed as g/d though the figure is in mg, in the column that joins name and unit.
UNIT_SLIPS = {("Choline", "Choline (g/d)"), ("Phosphorus", "Phosphorus (g/d)")}


def transcription() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8-sig", newline="") as file:
        return [
            row
            for row in csv.DictReader(file)
            if row["sex_stage"] in SEXES and row["age_range"] in STAGES and row["value"]
        ]


def rows_of(kind: str) -> list[dict[str, str]]:
    return [row for row in transcription() if row["dri_type"].endswith(f"({kind})")]


def test_every_recommendation_is_the_published_one_but_for_the_mended() -> None:
    checked, mended = 0, set()
    for row in [*rows_of("RDA"), *rows_of("AI")]:
        if row["nutrient"] not in NAMES:
            continue
        ours, _, per = NAMES[row["nutrient"]]
        kind = ReferenceKind.AI if row["dri_type"].endswith("(AI)") else ReferenceKind.RDA
        expected = float(row["value"]) * per
        key = (row["nutrient"], row["sex_stage"], row["age_range"])
        if key in MENDED:
            assert expected == pytest.approx(MENDED[key][0])
            expected = MENDED[key][1]
            mended.add(key)
        for age in STAGES[row["age_range"]]:
            found = references_for(SEXES[row["sex_stage"]], age)[ours, kind].min
            assert found == pytest.approx(expected), key
            checked += 1
    assert mended == set(MENDED)
    assert checked == 2 * 2 * 5 * len(NAMES)


def test_every_upper_limit_is_the_published_one() -> None:
    checked = 0
    for row in rows_of("UL"):
        ours, per = NAMES.get(row["nutrient"], ("", "", 0))[1:]
        if not ours:
            continue
        # The sodium row of 2005 holds the figure that is since 2019 the CDRR.
        kind = ReferenceKind.CDRR if row["nutrient"] == "Sodium" else ReferenceKind.UL
        for age in STAGES[row["age_range"]]:
            found = references_for(SEXES[row["sex_stage"]], age)[ours, kind].max
            assert found == pytest.approx(float(row["value"]) * per), row
            checked += 1
    assert checked == 2 * 2 * 5 * sum(1 for _, upper, _ in NAMES.values() if upper)


def test_the_rows_with_a_slip_of_unit_are_the_known_ones() -> None:
    """Their figures only make sense as mg: a gram of choline is no thousandfold of its intake."""
    slips = set()
    for row in [*rows_of("RDA"), *rows_of("AI"), *rows_of("UL")]:
        unit = row["nutrient_units"].partition("(")[2].rstrip(")").replace("ug", "µg")
        if row["nutrient"] in NAMES and unit and unit != row["units"]:
            slips.add((row["nutrient"], row["nutrient_units"]))
    assert slips == UNIT_SLIPS


def test_fibre_gives_the_published_grams_at_2700_and_1800_kcal() -> None:
    fibre = {
        row["sex_stage"]: float(row["value"])
        for row in rows_of("AI")
        if row["nutrient"] == "Total fiber" and row["age_range"] == "19-30 yr"
    }
    assert fibre == {"Men": 38, "Women": 25}
    per_1000 = references_for(Sex.MALE, 24)["fiber_g", ReferenceKind.AI].min
    assert per_1000 == 14
    for who, kcal in (("Men", 2_700), ("Women", 1_800)):
        assert per_1000 * kcal / 1_000 == pytest.approx(fibre[who], abs=0.5)


def test_protein_per_kilogram_gives_the_published_grams_of_the_reference_bodies() -> None:
    """70 kg and 57 kg: the reference man and woman of 2005."""
    grams = {
        row["sex_stage"]: float(row["value"])
        for row in rows_of("RDA")
        if row["nutrient"] == "Protein" and row["age_range"] == "19-30 yr"
    }
    per_kg = references_for(Sex.MALE, 24)["protein_g", ReferenceKind.RDA].min
    assert per_kg == 0.8
    assert grams == {"Men": round(per_kg * 70), "Women": round(per_kg * 57)}
