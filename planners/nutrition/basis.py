"""Programs and starting bases kept between members, so that most plans begin next to their optimum."""

from __future__ import annotations

from functools import lru_cache

from planners import spec
from planners.nutrition.catalog import Catalog
from planners.nutrition.diet import Basis, PatternProgram
from planners.nutrition.pattern import make_pattern
from planners.nutrition.slots import DayTable, day_table
from planners.nutrition.targets import DailyTargets, daily_targets
from planners.nutrition.week import make_week
from planners.spec import Member, NutritionGoal, NutritionRequest, Sex

PROGRAMS = 24  # patterns kept in solvers, some 3 MB each
BASES = 1024  # starting bases kept, some kB each

AGES = (18, 25, 40, 60, 75)
HEIGHT_CM = {Sex.MALE: 176.0, Sex.FEMALE: 163.0}  # means of US adults; NHANES 2015-2018
WEIGHT_STEP_KG = 15.0


@lru_cache(maxsize=PROGRAMS)
def program(
    catalog: Catalog, table: DayTable, diets: tuple[spec.Diet, ...], allergies: tuple[spec.Allergen, ...]
) -> PatternProgram:
    """The program of everyone with this table, these diets and these allergies."""
    return PatternProgram(make_pattern(catalog, table, diets, allergies))


def program_of(catalog: Catalog, request: NutritionRequest) -> PatternProgram:
    """The kept program that a request belongs to."""
    diets = tuple(d for d in spec.Diet if d in request.diets)
    allergies = tuple(a for a in spec.Allergen if a in request.allergies)
    return program(catalog, day_table(request), diets, allergies)


def start_of(diet: PatternProgram, request: NutritionRequest) -> Basis | None:
    """The basis to start from: that of the ordinary member of the request's class.

    It is a function of the class alone, never of who was planned before, so a plan is the same to the last bit
    whether the basis was at hand or had to be found first.
    """
    return _class_basis(diet, _ordinary(request.member), request.goal)


@lru_cache(maxsize=BASES)
def _class_basis(diet: PatternProgram, member: Member, goal: NutritionGoal) -> Basis | None:
    targets = _targets(member, goal)
    return None if diet.solve(make_week(diet.pattern, targets, 7)) is None else diet.basis()


def _targets(member: Member, goal: NutritionGoal) -> DailyTargets:
    return daily_targets(NutritionRequest(member=member, goal=goal))


def _ordinary(member: Member) -> Member:
    """The member of mean height, whole class of age and weight rounded to WEIGHT_STEP_KG, healthy in any case."""
    weight = round(member.weight_kg / WEIGHT_STEP_KG) * WEIGHT_STEP_KG
    return Member(
        sex=member.sex,
        age_years=min(AGES, key=lambda age: abs(age - member.age_years)),
        height_cm=HEIGHT_CM[member.sex],
        weight_kg=min(max(weight, 75.0 if member.sex == Sex.MALE else 60.0), 120.0),
        activity=member.activity,
    )
