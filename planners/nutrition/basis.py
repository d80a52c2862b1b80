"""Programs and starting bases kept between members, so that most plans begin next to their optimum."""

from __future__ import annotations

from functools import lru_cache

from planners.nutrition.catalog import Catalog
from planners.nutrition.diet import Basis, PatternProgram
from planners.nutrition.pattern import make_pattern
from planners.nutrition.slots import DayTable, day_table
from planners.nutrition.targets import daily_targets
from planners.nutrition.tastes import taste_usd
from planners.nutrition.week import make_week
from planners.spec import Activity, Allergen, Diet, Member, NutritionRequest, Sex

PROGRAMS = 12  # patterns kept in solvers, some 10 MB each
BASES = 512  # starting bases kept, some 30 kB each

KCAL_STEP = 500.0  # width of a class of energy needs
LEAST_CLASS, MOST_CLASS = 3, 8  # classes from 1,500 to 4,000 kcal; who needs less or more starts at the end
HEIGHT_CM = {Sex.MALE: 176.0, Sex.FEMALE: 163.0}
KCAL_PER_KG = 37.0  # energy for each kilogram of the ordinary member (chosen)


@lru_cache(maxsize=PROGRAMS)
def program(
    catalog: Catalog, table: DayTable, diets: tuple[Diet, ...], allergies: tuple[Allergen, ...]
) -> PatternProgram:
    """The program of everyone with this table, these diets and these allergies."""
    return PatternProgram(make_pattern(catalog, table, diets, allergies))


def program_of(catalog: Catalog, request: NutritionRequest) -> PatternProgram:
    """The kept program that a request belongs to."""
    diets = tuple(d for d in Diet if d in request.diets)
    allergies = tuple(a for a in Allergen if a in request.allergies)
    return program(catalog, day_table(request), diets, allergies)


def start_of(kept: PatternProgram, sex: Sex, energy_kcal: float, taste: int) -> Basis | None:
    """The basis to start from: that of the ordinary member of the class of energy needs.

    It is a function of the class alone, never of who was planned before, so a plan is the same to the last
    bit whether the basis was at hand or had to be found first.
    """
    nth = min(max(round(energy_kcal / KCAL_STEP), LEAST_CLASS), MOST_CLASS)
    return _class_basis(kept, sex, nth, taste)


@lru_cache(maxsize=BASES)
def _class_basis(kept: PatternProgram, sex: Sex, nth: int, taste: int) -> Basis | None:
    targets = daily_targets(NutritionRequest(member=_ordinary(sex, nth * KCAL_STEP)))
    week = make_week(kept.pattern, targets, 7, taste=taste_usd(kept.pattern.catalog, taste))
    return kept.basis() if kept.solve(week) is not None else None


def _ordinary(sex: Sex, kcal: float) -> Member:
    """A member of 30 years and mean height who spends `kcal` a day."""
    return Member(
        sex=sex,
        age_years=30,
        height_cm=HEIGHT_CM[sex],
        weight_kg=min(max(kcal / KCAL_PER_KG, 52.0), 110.0),
        activity=Activity.LOW_ACTIVE if kcal < 2_200.0 else Activity.ACTIVE,
        expenditure_kcal=kcal,
    )
