"""Programs and starting bases kept between members, so that most plans begin next to their optimum."""

from __future__ import annotations

from functools import cache, lru_cache, partial

from planners.nutrition.catalog import Catalog
from planners.nutrition.diet import Basis, PatternProgram
from planners.nutrition.pattern import Pattern, make_pattern
from planners.nutrition.repeats import WEEK
from planners.nutrition.slots import DayTable, day_table
from planners.nutrition.targets import DailyTargets, daily_targets
from planners.nutrition.tastes import taste_usd
from planners.nutrition.week import Week, make_week
from planners.spec import Activity, Allergen, Diet, Member, NutritionRequest, Sex

PROGRAMS = 5  # patterns kept in solvers, some 20 MB each

KCAL_STEP = 500.0  # width of a class of energy needs
LEAST_CLASS, MOST_CLASS = 3, 8  # classes from 1,500 to 4,000 kcal; who needs less or more starts at the end
HEIGHT_CM = {Sex.MALE: 176.0, Sex.FEMALE: 163.0}
LEAST_KG = {Sex.MALE: 62.0, Sex.FEMALE: 54.0}  # a body mass index of 20 at those heights
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
    return kept.start((sex, nth, taste), partial(_class_week, kept.pattern, sex, nth, taste))


def _class_week(pattern: Pattern, sex: Sex, nth: int, taste: int) -> Week:
    return make_week(pattern, _class_targets(sex, nth), WEEK, taste=taste_usd(pattern.catalog, taste))


@cache
def _class_targets(sex: Sex, nth: int) -> DailyTargets:
    """The targets of the ordinary member of a class: one of a dozen."""
    return daily_targets(NutritionRequest(member=_ordinary(sex, nth * KCAL_STEP)))


def _ordinary(sex: Sex, kcal: float) -> Member:
    """A member of 30 years and mean height who spends `kcal` a day."""
    return Member(
        sex=sex,
        age_years=30,
        height_cm=HEIGHT_CM[sex],
        weight_kg=min(max(kcal / KCAL_PER_KG, LEAST_KG[sex]), 110.0),
        activity=Activity.LOW_ACTIVE if kcal < 2_200.0 else Activity.ACTIVE,
        expenditure_kcal=kcal,
    )
