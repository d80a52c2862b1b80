"""Members as they come to the platform: drawn at random, the same for every run."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from planners.spec import Allergen, Diet, NutritionRequest, read_request

TODAY = date(2026, 11, 30)
ACTIVITIES = ("low_active", "active", "very_active")
GOALS = ("maintenance", "weight_loss", "muscle_gain")


def nutrition_request(number: int) -> NutritionRequest:
    """The request of member `number`: one in five has a diet, one in five an allergy."""
    request = read_request(_data(np.random.Generator(np.random.PCG64([17, number])), number), TODAY)
    assert isinstance(request, NutritionRequest)  # noqa: S101 - the kind is in the data
    return request


def _data(rng: np.random.Generator, number: int) -> dict[str, Any]:
    sex = "male" if rng.random() < 0.8 else "female"
    height = round(float(rng.normal(176.0 if sex == "male" else 163.0, 6.0)))
    weight = round(float(np.clip(rng.normal(25.5, 2.5), 20.0, 34.0)) * (height / 100.0) ** 2, 1)
    diets = [str(rng.choice([str(d) for d in Diet]))] if rng.random() < 0.2 else []
    allergies = [str(rng.choice([str(a) for a in Allergen]))] if rng.random() < 0.2 else []
    return {
        "kind": "nutrition",
        "seed": number,
        "meals_per_day": int(rng.choice([3, 4, 4, 4, 5])),
        "goal": str(rng.choice(GOALS, p=[0.6, 0.25, 0.15])),
        "diets": diets,
        "allergies": allergies,
        "member": {
            "sex": sex,
            "age_years": int(rng.integers(18, 46)),
            "height_cm": height,
            "weight_kg": weight,
            "activity": str(rng.choice(ACTIVITIES)),
        },
    }
