"""The limits a menu is held against: from a request to a least and a most of each nutrient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planners.nutrition.goal import EnergyGoal, energy_goal
from planners.nutrition.intakes import protein_mass, reference_targets
from planners.nutrition.nutrients import NUTRIENTS
from planners.nutrition.safety import OLDER_YEARS, check_safety
from planners.plan import Target
from planners.spec import Activity, Diet, Member, NutritionGoal, NutritionRequest

DAILY_ENERGY_BAND = 0.10  # a day may stray this share from the target, the week's mean the next (chosen)
WEEKLY_ENERGY_BAND = 0.03
DAILY_PROTEIN_SHARE = 0.90  # of the week's least protein, on every day (chosen)
DAILY_SODIUM_SHARE = 1.25  # of the week's most sodium, on any day (chosen)

SWEAT_L = {  # litres a day beyond those of daily living (chosen; measure where heat or long marches matter)
    Activity.INACTIVE: 0.0,
    Activity.LOW_ACTIVE: 0.0,
    Activity.ACTIVE: 0.5,
    Activity.VERY_ACTIVE: 1.0,
}
SWEAT_SODIUM_MG_PER_L = 800.0  # 35 mmol/l; Sawka et al. 2007, doi:10.1249/mss.0b013e31802ca597
SODIUM_REFERENCE_KCAL = 2_000.0  # energy at which the 2,300 mg hold unscaled; 21 CFR 101.9(c)(9)
WATER_ML_PER_KCAL = 1.0  # National Research Council 1989, doi:10.17226/1349

SOFT = frozenset({"sodium_mg", "water_g"})

PROTEIN_G_PER_KG: dict[NutritionGoal, dict[Activity, float]] = {
    # 1.2-2.0 g/kg for those who train: Thomas et al. 2016, doi:10.1016/j.jand.2015.12.006; about 1.6 for
    # muscle: Morton et al. 2018, doi:10.1136/bjsports-2017-097608. The steps between are chosen.
    NutritionGoal.MAINTENANCE: dict(zip(Activity, (0.8, 1.2, 1.4, 1.6), strict=True)),
    NutritionGoal.WEIGHT_LOSS: dict(zip(Activity, (1.2, 1.6, 1.6, 1.8), strict=True)),
    NutritionGoal.MUSCLE_GAIN: dict(zip(Activity, (1.4, 1.6, 1.6, 1.8), strict=True)),
}
OLDER_PROTEIN_G_PER_KG = 1.0  # from 65 years: Bauer et al. 2013, doi:10.1016/j.jamda.2013.05.021


@dataclass(frozen=True, kw_only=True)
class DailyTargets:
    """What a member should eat a day.

    Attributes
    ----------
    energy_kcal : energy to eat.
    expenditure_kcal : energy spent.
    daily : limits that hold on every day, by nutrient.
    weekly : limits that hold on the mean of a week, by nutrient.
    soft : nutrients whose limits may be missed, with a word about it, where nothing else serves.
    warnings : sentences that the member must read.
    """

    energy_kcal: float
    expenditure_kcal: float
    daily: Mapping[str, Target]
    weekly: Mapping[str, Target]
    soft: frozenset[str]
    warnings: tuple[str, ...]


def daily_targets(request: NutritionRequest) -> DailyTargets:
    """The targets of a request, the Healthy Eating Index left aside.

    Raises
    ------
    InvalidRequest
        When the member must see a clinician instead (`planners.nutrition.safety`).
    """
    flags = check_safety(request)
    goal = energy_goal(request)
    weekly = _weekly(request, goal)
    return DailyTargets(
        energy_kcal=goal.target_kcal,
        expenditure_kcal=goal.expenditure_kcal,
        daily=_daily(goal, weekly),
        weekly=weekly,
        soft=SOFT,
        warnings=flags + goal.warnings + _diet_warnings(request),
    )


def _weekly(request: NutritionRequest, goal: EnergyGoal) -> dict[str, Target]:
    targets = reference_targets(request.member, goal.target_kcal)
    targets["energy_kcal"] = Target(
        min=max(goal.target_kcal * (1.0 - WEEKLY_ENERGY_BAND), goal.floor_kcal),
        max=goal.target_kcal * (1.0 + WEEKLY_ENERGY_BAND),
        source=goal.source,
    )
    targets["protein_g"] = _protein(request, targets["protein_g"])
    targets["sodium_mg"] = _sodium(request.member, goal.target_kcal, targets["sodium_mg"])
    targets["water_g"] = _water(request.member, goal.expenditure_kcal, targets["water_g"])
    return {name: targets[name] for name in NUTRIENTS if name in targets}


def _daily(goal: EnergyGoal, weekly: Mapping[str, Target]) -> dict[str, Target]:
    protein, sodium = weekly["protein_g"], weekly["sodium_mg"]
    return {
        "energy_kcal": Target(
            min=goal.target_kcal * (1.0 - DAILY_ENERGY_BAND),
            max=goal.target_kcal * (1.0 + DAILY_ENERGY_BAND),
            source=goal.source,
        ),
        "protein_g": Target(min=(protein.min or 0.0) * DAILY_PROTEIN_SHARE, source=protein.source),
        "sodium_mg": Target(max=(sodium.max or 0.0) * DAILY_SODIUM_SHARE, source=sodium.source),
        "caffeine_mg": weekly["caffeine_mg"],
        "water_g": weekly["water_g"],
    }


def _protein(request: NutritionRequest, reference: Target) -> Target:
    member = request.member
    per_kg = PROTEIN_G_PER_KG[request.goal][member.activity]
    if member.age_years >= OLDER_YEARS:
        per_kg = max(per_kg, OLDER_PROTEIN_G_PER_KG)
    wanted = max(per_kg * protein_mass(member), reference.min or 0.0)
    most = reference.max
    return Target(
        min=wanted if most is None else min(wanted, most),
        max=most,
        source=f"{per_kg:g} g/kg for {request.goal}, {member.activity}; {reference.source}",
    )


def _sodium(member: Member, energy_kcal: float, reference: Target) -> Target:
    """Sodium in mg/d: the CDRR grows with energy above 2,000 kcal and by what is sweated out."""
    scale = max(1.0, energy_kcal / SODIUM_REFERENCE_KCAL)
    sweated = SWEAT_L[member.activity] * SWEAT_SODIUM_MG_PER_L
    source = f"{reference.source}; scaled by {scale:.2f} for energy, {sweated:+.0f} mg for sweat"
    return Target(min=reference.min, max=(reference.max or 0.0) * scale + sweated, source=source)


def _water(member: Member, expenditure_kcal: float, reference: Target) -> Target:
    """Water in g/d from food and drink: the AI, or 1 ml/kcal when that is more, and what is sweated out."""
    base = max(reference.min or 0.0, WATER_ML_PER_KCAL * expenditure_kcal)
    sweated = SWEAT_L[member.activity] * 1_000.0
    return Target(min=base + sweated, source=f"{reference.source}; {sweated:+.0f} ml for sweat")


def _diet_warnings(request: NutritionRequest) -> tuple[str, ...]:
    if Diet.VEGAN in request.diets or Diet.VEGETARIAN in request.diets:
        return (
            "Iron from plants is taken up less well: eat fruit or vegetables rich in vitamin C with meals, "
            "and ask for a blood test if you tire easily.",
        )
    return ()
