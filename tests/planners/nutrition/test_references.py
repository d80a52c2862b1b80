"""The reference table: complete, unambiguous, with the figures of the design's table."""

from __future__ import annotations

import pytest

from planners.errors import CatalogueError
from planners.nutrition.nutrients import NUTRIENTS
from planners.nutrition.references import (
    Binds,
    Reference,
    ReferenceKind,
    _reference,
    all_references,
    references_for,
)
from planners.spec import Sex

AGES = range(17, 91)
ROW = {
    "nutrient": "iron_mg",
    "kind": "rda",
    "sex": "male",
    "age_from": "19",
    "age_to": "50",
    "min": "8",
    "max": "",
    "unit": "mg/d",
    "binds": "food",
    "source": "a book",
    "verified": "yes",
}


def least(nutrient: str, sex: Sex, age: int) -> float | None:
    rows = references_for(sex, age)
    row = rows.get((nutrient, ReferenceKind.RDA)) or rows[nutrient, ReferenceKind.AI]
    return row.min


def most(nutrient: str, sex: Sex, age: int) -> Reference:
    return references_for(sex, age)[nutrient, ReferenceKind.UL]


@pytest.mark.parametrize("sex", Sex)
def test_every_age_has_the_same_nutrients_and_kinds(sex: Sex) -> None:
    first = set(references_for(sex, AGES[0]))
    assert all(set(references_for(sex, age)) == first for age in AGES)


def test_every_row_names_its_source_and_its_unit_fits_the_nutrient() -> None:
    for row in all_references():
        unit = row.nutrient.split("_")[-1] if not row.nutrient.endswith(("_rae", "_dfe")) else "ug"
        assert row.source
        assert row.unit.startswith((unit, "%", "g/")), row


@pytest.mark.parametrize(
    ("nutrient", "man", "woman"),
    [
        ("vitamin_a_ug_rae", 900, 700),
        ("vitamin_c_mg", 90, 75),
        ("vitamin_d_ug", 15, 15),
        ("vitamin_e_mg", 15, 15),
        ("vitamin_k_ug", 120, 90),
        ("thiamin_mg", 1.2, 1.1),
        ("riboflavin_mg", 1.3, 1.1),
        ("niacin_mg", 16, 14),
        ("vitamin_b6_mg", 1.3, 1.3),
        ("folate_ug_dfe", 400, 400),
        ("vitamin_b12_ug", 2.4, 2.4),
        ("choline_mg", 550, 425),
        ("calcium_mg", 1000, 1000),
        ("phosphorus_mg", 700, 700),
        ("magnesium_mg", 400, 310),
        ("iron_mg", 8, 18),
        ("zinc_mg", 11, 8),
        ("copper_mg", 0.9, 0.9),
        ("selenium_ug", 55, 55),
        ("potassium_mg", 3400, 2600),
        ("sodium_mg", 1500, 1500),
        ("linoleic_acid_g", 17, 12),
        ("alpha_linolenic_acid_g", 1.6, 1.1),
        ("carbohydrate_g", 130, 130),
        ("fiber_g", 14, 14),
        ("protein_g", 0.8, 0.8),
        ("water_g", 3700, 2700),
    ],
)
def test_intakes_at_19_to_30_are_the_dietary_reference_intakes(
    nutrient: str, man: float, woman: float
) -> None:
    for age in (19, 30):
        assert least(nutrient, Sex.MALE, age) == man
        assert least(nutrient, Sex.FEMALE, age) == woman


@pytest.mark.parametrize(
    ("nutrient", "sex", "last_age", "until", "after"),
    [
        ("iron_mg", Sex.FEMALE, 18, 15, 18),
        ("iron_mg", Sex.FEMALE, 50, 18, 8),
        ("magnesium_mg", Sex.MALE, 30, 400, 420),
        ("calcium_mg", Sex.FEMALE, 50, 1000, 1200),
        ("calcium_mg", Sex.MALE, 70, 1000, 1200),
        ("vitamin_d_ug", Sex.MALE, 70, 15, 20),
        ("vitamin_b6_mg", Sex.FEMALE, 50, 1.3, 1.5),
        ("calcium_mg", Sex.MALE, 18, 1300, 1000),
        ("potassium_mg", Sex.FEMALE, 18, 2300, 2600),
        ("protein_g", Sex.MALE, 18, 0.85, 0.8),
    ],
)
def test_intakes_change_on_the_birthday_that_ends_a_life_stage(
    nutrient: str, sex: Sex, last_age: int, until: float, after: float
) -> None:
    assert least(nutrient, sex, last_age) == until
    assert least(nutrient, sex, last_age + 1) == after


@pytest.mark.parametrize("nutrient", ["magnesium_mg", "vitamin_e_mg", "niacin_mg"])
def test_upper_limits_of_supplements_and_added_forms_do_not_bind_food(nutrient: str) -> None:
    for sex in Sex:
        assert most(nutrient, sex, 24).binds != Binds.FOOD


def test_vitamin_a_and_folate_are_capped_only_as_retinol_and_folic_acid() -> None:
    rows = references_for(Sex.MALE, 24)
    assert ("vitamin_a_ug_rae", ReferenceKind.UL) not in rows
    assert ("folate_ug_dfe", ReferenceKind.UL) not in rows
    assert most("retinol_ug", Sex.MALE, 24).max == 3000
    assert most("folic_acid_ug", Sex.MALE, 24).max == 1000


def test_caffeine_goes_by_body_mass_below_18() -> None:
    young, grown = (references_for(Sex.MALE, age)["caffeine_mg", ReferenceKind.GUIDELINE] for age in (17, 18))
    assert (young.max, young.unit) == (3, "mg/kg/d")
    assert (grown.max, grown.unit) == (400, "mg/d")


def test_a_good_row_is_read() -> None:
    row = _reference(ROW, 2)
    assert (row.nutrient, row.min, row.max, row.sex) == ("iron_mg", 8, None, Sex.MALE)


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("nutrient", "iodine_ug"),
        ("kind", "rdi"),
        ("min", "eight"),
        ("min", ""),
        ("min", "-1"),
        ("min", "nan"),
        ("max", "7"),
        ("unit", "cups"),
        ("source", ""),
        ("verified", "perhaps"),
        ("age_to", "18"),
    ],
)
def test_a_damaged_row_is_refused_with_its_line(column: str, text: str) -> None:
    with pytest.raises(CatalogueError, match="line 2"):
        _reference({**ROW, column: text}, 2)


def test_only_nutrients_of_the_food_tables_are_there() -> None:
    assert {row.nutrient for row in all_references()} <= set(NUTRIENTS)
