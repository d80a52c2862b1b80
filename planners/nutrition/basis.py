"""Programs and starting bases kept between members, so that most plans begin next to their optimum."""

from __future__ import annotations

from functools import cache, lru_cache, partial

from planners.nutrition.catalog import Catalog
from planners.nutrition.diet import Basis, PatternProgram, Starts
from planners.nutrition.pattern import Pattern, make_pattern
from planners.nutrition.repeats import WEEK
from planners.nutrition.slots import DayTable, day_table
from planners.nutrition.targets import DailyTargets, daily_targets
from planners.nutrition.tastes import taste_usd
from planners.nutrition.week import Week, make_week
from planners.spec import Activity, Allergen, Diet, Member, NutritionRequest, Sex

PROGRAMS = 4  # patterns kept in solvers, some 20 MB each
STARTS = 32  # patterns whose starting bases are kept, at most BASES of them each

CLASSES_KCAL = (1_900.0, 2_700.0, 3_700.0)  # energy of the ordinary member of each class; the nearest counts
HEIGHT_CM = {Sex.MALE: 176.0, Sex.FEMALE: 163.0}
WEIGHT_KG = {Sex.MALE: 78.0, Sex.FEMALE: 62.0}


@lru_cache(maxsize=PROGRAMS)
def program(
    catalog: Catalog, table: DayTable, diets: tuple[Diet, ...], allergies: tuple[Allergen, ...]
) -> PatternProgram:
    """The program of everyone with this table, these diets and these allergies."""
    return PatternProgram(
        make_pattern(catalog, table, diets, allergies), _starts(catalog, table, diets, allergies)
    )


@lru_cache(maxsize=STARTS)
def _starts(
    catalog: Catalog, table: DayTable, diets: tuple[Diet, ...], allergies: tuple[Allergen, ...]
) -> Starts:
    """The starting bases of a program, kept when the program itself has made room for others."""
    return Starts()


def program_of(catalog: Catalog, request: NutritionRequest) -> PatternProgram:
    """The kept program that a request belongs to."""
    diets = tuple(d for d in Diet if d in request.diets)
    allergies = tuple(a for a in Allergen if a in request.allergies)
    return program(catalog, day_table(request), diets, allergies)


def start_of(kept: PatternProgram, energy_kcal: float, taste: int) -> Basis | None:
    """The basis to start from: that of the ordinary member of the class of energy needs.

    It is a function of the class alone, never of who was planned before, so a plan is the same to the last
    bit whether the basis was at hand or had to be found first.
    """
    kcal = min(CLASSES_KCAL, key=lambda centre: abs(centre - energy_kcal))
    return kept.start((kcal, taste), partial(_class_week, kept.pattern, kcal, taste))


def _class_week(pattern: Pattern, kcal: float, taste: int) -> Week:
    return make_week(pattern, _class_targets(kcal), WEEK, taste=taste_usd(pattern.catalog, taste))


@cache
def _class_targets(kcal: float) -> DailyTargets:
    """The targets of the ordinary member of a class, who is 30 years old and spends `kcal` a day."""
    sex = Sex.FEMALE if kcal == CLASSES_KCAL[0] else Sex.MALE
    member = Member(
        sex=sex,
        age_years=30,
        height_cm=HEIGHT_CM[sex],
        weight_kg=WEIGHT_KG[sex],
        activity=Activity.ACTIVE,
        expenditure_kcal=kcal,
    )
    return daily_targets(NutritionRequest(member=member))
