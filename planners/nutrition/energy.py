"""Energy: what a member's body spends at rest and in a day, in kcal, and the tissue it is reckoned by."""

from __future__ import annotations

from planners.spec import Activity, Member, Sex

ADULT_AGE_YEARS = 19
GROWTH_KCAL = 20.0  # energy laid down in growth at 14-18 years, both sexes

Coefficients = tuple[float, float, float, float]

# Constant, per year of age, per cm of height, per kg of body mass.
ADULT: dict[tuple[Sex, Activity], Coefficients] = {
    (Sex.MALE, Activity.INACTIVE): (753.07, -10.83, 6.50, 14.10),
    (Sex.MALE, Activity.LOW_ACTIVE): (581.47, -10.83, 8.30, 14.94),
    (Sex.MALE, Activity.ACTIVE): (1004.82, -10.83, 6.52, 15.91),
    (Sex.MALE, Activity.VERY_ACTIVE): (-517.88, -10.83, 15.61, 19.11),
    (Sex.FEMALE, Activity.INACTIVE): (584.90, -7.01, 5.72, 11.71),
    (Sex.FEMALE, Activity.LOW_ACTIVE): (575.77, -7.01, 6.60, 12.14),
    (Sex.FEMALE, Activity.ACTIVE): (710.25, -7.01, 6.54, 12.34),
    (Sex.FEMALE, Activity.VERY_ACTIVE): (511.83, -7.01, 9.07, 12.56),
}
YOUTH: dict[tuple[Sex, Activity], Coefficients] = {  # 3 to 18 years; the planner asks it for 17 and 18
    (Sex.MALE, Activity.INACTIVE): (-447.51, 3.68, 13.01, 13.15),
    (Sex.MALE, Activity.LOW_ACTIVE): (19.12, 3.68, 8.62, 20.28),
    (Sex.MALE, Activity.ACTIVE): (-388.19, 3.68, 12.66, 20.46),
    (Sex.MALE, Activity.VERY_ACTIVE): (-671.75, 3.68, 15.38, 23.25),
    (Sex.FEMALE, Activity.INACTIVE): (55.59, -22.25, 8.43, 17.07),
    (Sex.FEMALE, Activity.LOW_ACTIVE): (-297.54, -22.25, 12.77, 14.73),
    (Sex.FEMALE, Activity.ACTIVE): (-189.55, -22.25, 11.74, 18.34),
    (Sex.FEMALE, Activity.VERY_ACTIVE): (-709.59, -22.25, 18.22, 14.25),
}


def estimated_requirement(member: Member, activity: Activity) -> float:
    """Energy that keeps the weight of a member of average build at a level of activity.

    EER = c0 + c1·a + c2·h + c3·w, and 20 kcal/d for growth below 19 years.

    | symbol | name | unit |
    |---|---|---|
    | EER | estimated energy requirement | kcal/d |
    | a, h, w | age, height, body mass | years, cm, kg |
    | c | coefficients by sex, activity and age group | kcal/d per unit |

    Valid for 14 years and older. Source: National Academies 2023, Dietary Reference Intakes for
    Energy, doi:10.17226/26818.
    """
    adult = member.age_years >= ADULT_AGE_YEARS
    c0, c1, c2, c3 = (ADULT if adult else YOUTH)[member.sex, activity]
    growth = 0.0 if adult else GROWTH_KCAL
    return c0 + c1 * member.age_years + c2 * member.height_cm + c3 * member.weight_kg + growth


def mifflin_st_jeor(sex: Sex, age_years: float, height_cm: float, weight_kg: float) -> float:
    """Resting metabolic rate in kcal/d from age, height and body mass.

    RMR = 10·w + 6.25·h − 5·a + s, with s = 5 for men and −161 for women.

    Made from 19-78 year-olds. Source: Mifflin et al. 1990, doi:10.1093/ajcn/51.2.241.
    """
    return 10.0 * weight_kg + 6.25 * height_cm - 5.0 * age_years + (5.0 if sex == Sex.MALE else -161.0)


def cunningham(fat_free_kg: float) -> float:
    """Resting metabolic rate in kcal/d from fat-free mass: RMR = 500 + 22·FFM.

    Source: Cunningham 1980, doi:10.1093/ajcn/33.11.2372.
    """
    return 500.0 + 22.0 * fat_free_kg


def bmi(weight_kg: float, height_cm: float) -> float:
    """Body mass index in kg/m²: w / (h/100)²."""
    return weight_kg / (height_cm / 100.0) ** 2


def expected_fat_free_kg(sex: Sex, height_cm: float, weight_kg: float) -> float:
    """Fat-free mass in kg of a person of average build.

    FFM = 9270·w / (6680 + 216·BMI) for men, 9270·w / (8780 + 244·BMI) for women.

    Source: Janmahasatian et al. 2005, doi:10.2165/00003088-200544100-00004.
    """
    per_mass = (6680.0, 216.0) if sex == Sex.MALE else (8780.0, 244.0)
    return 9270.0 * weight_kg / (per_mass[0] + per_mass[1] * bmi(weight_kg, height_cm))


def fat_free_kg(member: Member) -> float:
    """Fat-free mass in kg: from body fat when it was measured, else that of an average build."""
    if member.body_fat_percent is None:
        return expected_fat_free_kg(member.sex, member.height_cm, member.weight_kg)
    return member.weight_kg * (1.0 - member.body_fat_percent / 100.0)


def resting_kcal(member: Member) -> float:
    """Resting metabolic rate in kcal/d: Cunningham when body fat is known, else Mifflin-St Jeor."""
    if member.body_fat_percent is not None:
        return cunningham(fat_free_kg(member))
    return mifflin_st_jeor(member.sex, member.age_years, member.height_cm, member.weight_kg)


def estimated_expenditure(member: Member) -> float:
    """Daily expenditure in kcal by the equations, corrected for the build when body fat is known.

    E = EER · RMR(FFM) / RMR(FFM₀)

    FFM is the member's fat-free mass, FFM₀ that of an average build of the same height and mass, RMR
    Cunningham's line. Both resting rates come from one line, so an average build changes nothing; a
    lean one spends more. The ratio is this project's way to join the two published equations.
    """
    requirement = estimated_requirement(member, member.activity)
    average = expected_fat_free_kg(member.sex, member.height_cm, member.weight_kg)
    return requirement * cunningham(fat_free_kg(member)) / cunningham(average)


def exercise_kcal(member: Member) -> float:
    """Energy in kcal/d spent on activity beyond daily living: EER at the member's level less EER inactive."""
    at_level = estimated_requirement(member, member.activity)
    return max(0.0, at_level - estimated_requirement(member, Activity.INACTIVE))
