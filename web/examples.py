"""Requests that the document shows; a test sends each of them."""

from __future__ import annotations

from typing import Any

MEMBER = {"sex": "male", "age_years": 24, "height_cm": 178, "weight_kg": 82, "activity": "active"}

NUTRITION: dict[str, Any] = {
    "kind": "nutrition",
    "seed": 7,
    "days": 7,
    "meals_per_day": 4,
    "goal": "maintenance",
    "member": MEMBER,
    "allergies": ["peanut"],
    "budget_usd_per_day": 15.0,
}

WORKOUT: dict[str, Any] = {
    "kind": "workout",
    "seed": 7,
    "weeks": 8,
    "goal": "general_fitness",
    "days_per_week": 4,
    "available_days": ["mon", "tue", "thu", "sat"],
    "minutes_per_day": 60,
    "equipment": ["dumbbell", "pull_up_bar"],
    "level": "intermediate",
    "restrictions": ["no_overhead"],
    "member": MEMBER,
}

PLAN_REQUESTS = {"nutrition": NUTRITION, "workout": WORKOUT}

SWAPS: dict[str, Any] = {
    "item": {"swap": "item", "day": 1, "slot": "breakfast", "food_code": 11112210, "to": 11511400},
    "meal": {"swap": "meal", "day": 2, "slot": "lunch", "seed": 3},
    "day": {"swap": "day", "day": 3, "seed": 1},
    "days": {"swap": "days", "day": 1, "other": 5},
    "exercise": {"swap": "exercise", "date": "2026-12-03", "exercise_id": "push_up", "to": "tempo_push_up"},
    "session": {"swap": "session", "date": "2026-12-05", "seed": 2},
}
