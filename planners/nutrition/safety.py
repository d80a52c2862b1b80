"""Whom this service must not plan for, and what it must say to those it plans for with care."""

from __future__ import annotations

from planners.errors import FieldError, InvalidRequest
from planners.nutrition.energy import bmi
from planners.spec import Member, NutritionGoal, NutritionRequest, Pregnancy, Sex

LEAST_BMI = 17.0  # below it: moderate thinness (WHO 1995, Physical status); no menu without a clinician
HEALTHY_BMI = 18.5
OVERWEIGHT_BMI = 25.0
OBESE_BMI = 30.0
SEVERE_BMI = 40.0
ADULT_YEARS = 18
OLDER_YEARS = 65
OLDER_LEAST_BMI = 23.0  # below it older people die sooner (Winter et al. 2014, doi:10.3945/ajcn.113.068122)
ESSENTIAL_FAT_PERCENT = {Sex.MALE: 5.0, Sex.FEMALE: 12.0}  # ACSM's Guidelines, 11th edition 2021

CLINICIAN = "please see a dietitian or another clinician"


def weight_at(member: Member, body_mass_index: float) -> float:
    """Body mass in kg at which a member of this height has a body mass index in kg/m²."""
    return body_mass_index * (member.height_cm / 100.0) ** 2


def check_safety(request: NutritionRequest) -> tuple[str, ...]:
    """Sentences for a member who needs care.

    Raises
    ------
    InvalidRequest
        For pregnancy and nursing, for signs of an eating disorder and for loss that would do harm.
    """
    faults = _pregnancy_faults(request.member) + _thinness_faults(request.member)
    if request.goal == NutritionGoal.WEIGHT_LOSS:
        faults += _loss_faults(request)
    if faults:
        raise InvalidRequest(faults)
    return _flags(request)


def _pregnancy_faults(member: Member) -> list[FieldError]:
    if member.pregnancy == Pregnancy.NONE:
        return []
    text = f"no menu is made in pregnancy or while nursing, when needs differ by the month: {CLINICIAN}"
    return [FieldError(pointer="/member/pregnancy", detail=text, allowed=(str(Pregnancy.NONE),))]


def _thinness_faults(member: Member) -> list[FieldError]:
    index = bmi(member.weight_kg, member.height_cm)
    if index >= LEAST_BMI:
        return []
    text = (
        f"a body mass index of {index:.1f} is below {LEAST_BMI:g}: gaining weight from there "
        f"needs medical care, {CLINICIAN}"
    )
    return [FieldError(pointer="/member/weight_kg", detail=text)]


def _loss_faults(request: NutritionRequest) -> list[FieldError]:
    member, target = request.member, request.target_weight_kg
    index, lightest = bmi(member.weight_kg, member.height_cm), weight_at(member, HEALTHY_BMI)
    fat, essential = member.body_fat_percent, ESSENTIAL_FAT_PERCENT[member.sex]
    texts = []
    if index < HEALTHY_BMI:
        texts.append(("/goal", f"weight loss is not planned below a body mass index of {HEALTHY_BMI}"))
    elif member.age_years < ADULT_YEARS and index < OVERWEIGHT_BMI:
        texts.append(("/goal", f"weight loss below {ADULT_YEARS} years is planned only for the overweight"))
    if fat is not None and fat <= essential:
        texts.append(("/goal", f"body fat of {fat:g} % leaves none to lose: {essential:g} % is essential"))
    if target is not None and target < lightest:
        least = f"the least healthy weight at {member.height_cm:g} cm is {lightest:.1f} kg"
        texts.append(("/target_weight_kg", least))
    return [FieldError(pointer=pointer, detail=f"{text}; {CLINICIAN}") for pointer, text in texts]


def _flags(request: NutritionRequest) -> tuple[str, ...]:
    member = request.member
    index, loss = bmi(member.weight_kg, member.height_cm), request.goal == NutritionGoal.WEIGHT_LOSS
    fat, essential = member.body_fat_percent, ESSENTIAL_FAT_PERCENT[member.sex]
    flags = []
    if index < HEALTHY_BMI:
        flags.append(f"A body mass index of {index:.1f} is below {HEALTHY_BMI}: {CLINICIAN}.")
    if index >= SEVERE_BMI:
        flags.append(f"A body mass index of {index:.1f} calls for medical guidance: {CLINICIAN}.")
    if fat is not None and fat <= essential:
        flags.append(f"Body fat of {fat:g} % is no more than the essential {essential:g} %: {CLINICIAN}.")
    if loss and member.age_years < ADULT_YEARS:
        flags.append(f"Losing weight below {ADULT_YEARS} years needs guidance: {CLINICIAN}.")
    if loss and member.age_years >= OLDER_YEARS and index < OLDER_LEAST_BMI:
        flags.append(
            f"Losing weight from {OLDER_YEARS} years with a body mass index of {index:.1f}, below "
            f"{OLDER_LEAST_BMI:g}, may cost muscle and health: {CLINICIAN}."
        )
    return tuple(flags)
