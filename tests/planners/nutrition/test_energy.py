"""Energy equations against figures worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planners.nutrition.energy import (
    bmi,
    cunningham,
    estimated_expenditure,
    estimated_requirement,
    exercise_kcal,
    expected_fat_free_kg,
    fat_free_kg,
    mifflin_st_jeor,
    resting_kcal,
)
from planners.spec import Activity, Member, Sex

MAN = Member(sex=Sex.MALE, age_years=30, height_cm=170, weight_kg=70)
WOMAN = Member(sex=Sex.FEMALE, age_years=30, height_cm=170, weight_kg=70)


@pytest.mark.parametrize(
    ("member", "activity", "kcal"),
    [
        (MAN, Activity.INACTIVE, 2520.17),
        (MAN, Activity.LOW_ACTIVE, 2713.37),  # 581.47 − 324.9 + 1411 + 1045.8
        (MAN, Activity.ACTIVE, 2902.02),
        (MAN, Activity.VERY_ACTIVE, 3148.62),
        (WOMAN, Activity.INACTIVE, 2166.70),
        (WOMAN, Activity.LOW_ACTIVE, 2337.27),
        (WOMAN, Activity.ACTIVE, 2475.55),
        (WOMAN, Activity.VERY_ACTIVE, 2722.63),
    ],
)
def test_adult_requirement_is_the_published_equation(member: Member, activity: Activity, kcal: float) -> None:
    assert estimated_requirement(member, activity) == pytest.approx(kcal, abs=0.005)


@pytest.mark.parametrize(
    ("sex", "activity", "kcal"),
    [
        (Sex.MALE, Activity.INACTIVE, 2770.23),  # −447.51 + 66.24 + 2276.75 + 854.75 + 20
        (Sex.MALE, Activity.LOW_ACTIVE, 2932.06),
        (Sex.MALE, Activity.ACTIVE, 3243.45),
        (Sex.MALE, Activity.VERY_ACTIVE, 3617.24),
        (Sex.FEMALE, Activity.INACTIVE, 2259.89),
        (Sex.FEMALE, Activity.LOW_ACTIVE, 2514.16),
        (Sex.FEMALE, Activity.ACTIVE, 2676.55),
        (Sex.FEMALE, Activity.VERY_ACTIVE, 3024.66),
    ],
)
def test_requirement_below_19_years_has_its_own_equation_and_growth(
    sex: Sex, activity: Activity, kcal: float
) -> None:
    recruit = Member(sex=sex, age_years=18, height_cm=175, weight_kg=65)
    assert estimated_requirement(recruit, activity) == pytest.approx(kcal, abs=0.005)


def test_adult_equation_starts_on_the_nineteenth_birthday() -> None:
    at_18, at_19 = (replace(MAN, age_years=years) for years in (18, 19))
    adult = 753.07 - 10.83 * 19 + 6.50 * 170 + 14.10 * 70
    assert estimated_requirement(at_19, Activity.INACTIVE) == pytest.approx(adult)
    assert estimated_requirement(at_18, Activity.INACTIVE) != pytest.approx(adult + 10.83)


def test_resting_rate_without_body_fat_is_mifflin_st_jeor() -> None:
    assert mifflin_st_jeor(Sex.MALE, 30, 170, 70) == 10 * 70 + 6.25 * 170 - 150 + 5
    assert resting_kcal(MAN) == 1617.5
    assert resting_kcal(WOMAN) == 1451.5


def test_resting_rate_with_body_fat_is_cunningham() -> None:
    lean = replace(MAN, body_fat_percent=20)
    assert fat_free_kg(lean) == pytest.approx(56)
    assert resting_kcal(lean) == pytest.approx(500 + 22 * 56)


def test_average_fat_free_mass_follows_janmahasatian() -> None:
    assert bmi(70, 170) == pytest.approx(24.2215, abs=1e-4)
    assert expected_fat_free_kg(Sex.MALE, 170, 70) == pytest.approx(648900 / 11911.84, abs=1e-3)
    assert expected_fat_free_kg(Sex.FEMALE, 170, 70) == pytest.approx(648900 / 14690.04, abs=1e-3)


def test_average_build_spends_what_the_equation_says() -> None:
    share = expected_fat_free_kg(Sex.MALE, 170, 70) / 70
    average = replace(MAN, body_fat_percent=100 * (1 - share))
    assert estimated_expenditure(average) == pytest.approx(estimated_expenditure(MAN))


def test_lean_build_spends_more_and_fat_build_less() -> None:
    lean, fat = (estimated_expenditure(replace(MAN, body_fat_percent=p)) for p in (12, 35))
    assert fat < estimated_expenditure(MAN) < lean
    average = cunningham(expected_fat_free_kg(Sex.MALE, 170, 70))
    assert lean == pytest.approx(2713.37 * cunningham(70 * 0.88) / average)


def test_exercise_is_what_the_level_adds_to_an_inactive_day() -> None:
    assert exercise_kcal(replace(MAN, activity=Activity.INACTIVE)) == 0
    assert exercise_kcal(replace(MAN, activity=Activity.ACTIVE)) == pytest.approx(2902.02 - 2520.17)
