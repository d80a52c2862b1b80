"""Members as they come to the platform: drawn at random, the same for every run."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np

from planners.spec import Allergen, Diet, NutritionRequest, WorkoutGoal, WorkoutRequest, read_request

TODAY = date(2026, 11, 30)
ACTIVITIES = ("low_active", "active", "very_active")
GOALS = ("maintenance", "weight_loss", "muscle_gain")
TESTS = ("aft", "usmc_pft", "navy_prt", "usaf_pfra", "uscg_pft")
MEANS = (
    ["dumbbell", "pull_up_bar"],
    ["kettlebell", "pull_up_bar", "rucksack"],
    ["barbell", "squat_rack", "bench", "dumbbell", "pull_up_bar", "cable", "machine"],
    [],
)


def nutrition_request(number: int, today: date = TODAY) -> NutritionRequest:
    """The request of member `number`: one in five has a diet, one in five an allergy."""
    request = read_request(_data(np.random.Generator(np.random.PCG64([17, number])), number), today)
    assert isinstance(request, NutritionRequest)  # noqa: S101 - the kind is in the data
    return request


def workout_request(number: int, today: date = TODAY) -> WorkoutRequest:
    """The training request of member `number`: goals, tests, days, means and spared joints at random."""
    rng = np.random.Generator(np.random.PCG64([29, number]))
    goal = str(rng.choice([str(goal) for goal in WorkoutGoal]))
    data: dict[str, Any] = {
        "kind": "workout",
        "seed": number,
        "weeks": int(rng.choice([4, 8, 8, 12])),
        "goal": goal,
        "days_per_week": int(rng.integers(3, 6)),
        "minutes_per_day": int(rng.choice([45, 60, 60, 75])),
        "equipment": MEANS[int(rng.integers(len(MEANS)))],
        "level": str(rng.choice(["novice", "intermediate", "advanced"], p=[0.5, 0.35, 0.15])),
        "restrictions": [str(rng.choice(["knee", "lower_back", "shoulder"]))] if rng.random() < 0.15 else [],
        "member": _data(np.random.Generator(np.random.PCG64([17, number])), number)["member"],
    }
    if goal == WorkoutGoal.FITNESS_TEST:
        data["test"] = {"name": str(rng.choice(TESTS)), "date": (TODAY + timedelta(days=70)).isoformat()}
    request = read_request(data, today)
    assert isinstance(request, WorkoutRequest)  # noqa: S101 - the kind is in the data
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
