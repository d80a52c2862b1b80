"""What a member has told once for all plans: a profile's fields, and what they add to a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from planners.spec import Allergen, NutritionRequest, PlanRequest

ALLERGIES = "allergies"


def of_member(profile: Mapping[str, Any]) -> dict[str, Any]:
    """What a profile says of the person: fields of planners.spec.Member."""
    return {name: value for name, value in profile.items() if name != ALLERGIES}


def told_allergies(profile: Mapping[str, Any]) -> tuple[Allergen, ...]:
    """The allergies of a profile, or of a request as JSON data."""
    return tuple(Allergen(word) for word in profile.get(ALLERGIES) or ())


def with_allergies(request: PlanRequest, told: tuple[Allergen, ...]) -> PlanRequest:
    """The request with these allergies after its own; none is ever taken away.

    >>> from planners.spec import Member, Sex
    >>> anna = Member(sex=Sex.FEMALE, age_years=30, height_cm=168, weight_kg=66)
    >>> asked = NutritionRequest(member=anna, allergies=(Allergen.MILK,))
    >>> [str(word) for word in with_allergies(asked, (Allergen.EGG, Allergen.MILK)).allergies]
    ['milk', 'egg']
    """
    if not isinstance(request, NutritionRequest):
        return request
    more = tuple(word for word in told if word not in request.allergies)
    return replace(request, allergies=(*request.allergies, *more)) if more else request
