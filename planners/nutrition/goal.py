"""The energy to eat: expenditure, moved towards the goal at a safe rate and never below the floors."""

from __future__ import annotations

from dataclasses import dataclass

from planners.nutrition.energy import bmi, estimated_expenditure, exercise_kcal, fat_free_kg, resting_kcal
from planners.nutrition.safety import (
    ADULT_YEARS,
    HEALTHY_BMI,
    OBESE_BMI,
    OLDER_YEARS,
    OVERWEIGHT_BMI,
    weight_at,
)
from planners.spec import Member, NutritionGoal, NutritionRequest

KCAL_PER_KG = 7_700.0  # energy of a kilogram of body mass; Wishnofsky 1958, doi:10.1093/ajcn/6.5.542
LEAST_AVAILABILITY = 30.0  # kcal/kg fat-free mass; Mountjoy et al. 2018, doi:10.1136/bjsports-2018-099193
MOST_DEFICIT_KCAL = 1_000.0  # NHLBI 1998, Clinical Guidelines on Overweight and Obesity
LEARNED_BOUND = 0.30  # learned expenditure counts up to this share from the equations' (chosen)


@dataclass(frozen=True, kw_only=True)
class EnergyGoal:
    """Energies in kcal/d, the rate in kg/week (loss is negative), and what the member must be told."""

    expenditure_kcal: float
    target_kcal: float
    floor_kcal: float
    rate_kg_per_week: float
    source: str
    warnings: tuple[str, ...]


def energy_goal(request: NutritionRequest) -> EnergyGoal:
    """The daily energy that works towards the goal.

    target = max(E + 7700·r/7, floor),  floor = max(RMR, 30·FFM + X)

    | symbol | name | unit |
    |---|---|---|
    | E | expenditure | kcal/d |
    | r | planned change of body mass | kg/week |
    | RMR | resting metabolic rate | kcal/d |
    | FFM | fat-free mass | kg |
    | X | energy of exercise | kcal/d |

    The second floor is an energy availability of 30 kcal/kg of fat-free mass.
    """
    member = request.member
    spent, told = expenditure(member)
    rate = planned_rate(request)
    floor = energy_floor(member)
    wanted = spent + KCAL_PER_KG * rate / 7.0
    target = max(wanted, floor)
    return EnergyGoal(
        expenditure_kcal=spent,
        target_kcal=target,
        floor_kcal=floor,
        rate_kg_per_week=(target - spent) * 7.0 / KCAL_PER_KG,
        source=f"{told}; {request.goal} {target - spent:+.0f} kcal/d",
        warnings=_warnings(request, wanted, floor),
    )


def expenditure(member: Member) -> tuple[float, str]:
    """Daily expenditure in kcal and where it comes from: learned when known, else by equation."""
    by_equation = estimated_expenditure(member)
    if member.expenditure_kcal is None:
        return by_equation, f"NASEM 2023 doi:10.17226/26818, {member.activity}, {by_equation:.0f} kcal/d"
    low, high = by_equation * (1.0 - LEARNED_BOUND), by_equation * (1.0 + LEARNED_BOUND)
    spent = min(max(member.expenditure_kcal, low), high)
    return spent, f"learned from logs, {spent:.0f} kcal/d"


def energy_floor(member: Member) -> float:
    """Least energy in kcal/d that is ever planned: resting rate, and energy availability of 30 kcal/kg."""
    return max(resting_kcal(member), LEAST_AVAILABILITY * fat_free_kg(member) + exercise_kcal(member))


def planned_rate(request: NutritionRequest) -> float:
    """Change of body mass in kg/week that the goal asks for; slower when the target is near.

    Sources: 0.5-1 % of body mass a week for loss (Helms et al. 2014, doi:10.1186/1550-2783-11-20) and
    0.25-0.5 % for gain (Iraki et al. 2019, doi:10.3390/sports7070154); the steps between by body mass
    index and age are chosen.
    """
    if request.goal == NutritionGoal.MAINTENANCE:
        return 0.0
    weight, weeks = request.member.weight_kg, max(request.days, 7) / 7.0
    if request.goal == NutritionGoal.WEIGHT_LOSS:
        lowest = weight_at(request.member, HEALTHY_BMI)
        left = max(weight - max(request.target_weight_kg or 0.0, lowest), 0.0)
        most = MOST_DEFICIT_KCAL * 7.0 / KCAL_PER_KG
        return -min(loss_share(request.member) * weight, left / weeks, most)
    left = (request.target_weight_kg or float("inf")) - weight
    return min(gain_share(request.member) * weight, max(left, 0.0) / weeks)


def loss_share(member: Member) -> float:
    """Share of body mass to lose a week: 0.005 for the lean, young and old, 0.0075, 0.01 for the obese."""
    index = bmi(member.weight_kg, member.height_cm)
    if index < OVERWEIGHT_BMI or member.age_years < ADULT_YEARS or member.age_years >= OLDER_YEARS:
        return 0.005
    return 0.0075 if index < OBESE_BMI else 0.01


def gain_share(member: Member) -> float:
    """Share of body mass to gain a week: 0.005, or 0.0025 for the overweight."""
    return 0.005 if bmi(member.weight_kg, member.height_cm) < OVERWEIGHT_BMI else 0.0025


def _warnings(request: NutritionRequest, wanted: float, floor: float) -> tuple[str, ...]:
    told = []
    if wanted < floor:
        told.append(
            f"Energy is held at {floor:.0f} kcal a day, the least that is safe for this body and activity; "
            f"the goal alone would have asked for {wanted:.0f}."
        )
    member, target = request.member, request.target_weight_kg
    if request.goal == NutritionGoal.MAINTENANCE and target is not None and target != member.weight_kg:
        told.append(f"The goal maintenance keeps the present weight: the target of {target:g} kg is unused.")
    learned, by_equation = member.expenditure_kcal, estimated_expenditure(member)
    if learned is not None and abs(learned - by_equation) > LEARNED_BOUND * by_equation:
        told.append(
            f"The learned expenditure of {learned:.0f} kcal a day is more than {LEARNED_BOUND:.0%} away from "
            f"the equations' {by_equation:.0f}: it was held at that bound; please check the logs."
        )
    return tuple(told)
