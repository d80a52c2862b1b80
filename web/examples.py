"""Bodies of requests that the document shows: a test holds each against its schema."""

from __future__ import annotations

from collections.abc import Mapping
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

LOGIN = {"email": "alex@example.mil", "password": "correct horse battery"}
REFRESH = {"refresh_token": "kP3vT9xQ7mZ2rW8yB5nC1dF6gH4jL0sA"}

BODIES: Mapping[str, Mapping[str, object]] = {
    "register": {"member": {**LOGIN, "name": "Alex Doe"}},
    "login": {"member": LOGIN},
    "refresh": {"token": REFRESH},
    "logout": {"token": REFRESH},
    "change_password": {"new": {"password": LOGIN["password"], "new_password": "another horse battery"}},
    "make_key": {"wearable": {"name": "wearable sync", "scopes": ["plans:read", "logs:write"], "days": 90}},
    "put_account": {"leader": {"role": "unit_leader", "state": "active"}},
    "put_unit": {"platoon": {"unit": "3rd Platoon"}, "none": {"unit": None}},
    "put_profile": {"member": {**MEMBER, "branch": "army"}},
    "put_time_zone": {"deployed": {"time_zone": "Asia/Tokyo"}, "home": {"time_zone": None}},
    "erase_own": {"confirmation": {"email": "alex@example.mil"}},
    "request_plan": PLAN_REQUESTS,
    "change_plan": SWAPS,
    "log_weight": {"weigh-in": {"date": "2026-11-20", "weight_kg": 81.4}},
    "log_intake": {"day": {"date": "2026-11-20", "kcal": 2450, "protein_g": 140}},
    "log_workout": {
        "run": {
            "date": "2026-11-20", "status": "done", "minutes": 45, "rpe": 6,
            "runs": [{"distance_m": 5000, "seconds": 1500, "rpe": 6}],
        },
        "missed": {"date": "2026-11-21", "status": "missed"},
    },
    "rate_food": {"favourite": {"food_code": 57100100, "verdict": "liked"}},
    "put_share": {"double": {"weight": 2, "most_waiting": None}},
    "put_priority": {"sooner": {"priority": 1}},
    "pause_queue": {"release": {"reason": "a bad release"}},
    "start_batches": {"one": {"tenant": "default", "kind": "nutrition"}, "all": {}},
    "register_webhook": {"member": {"url": "https://hooks.example.mil/reveille", "scope": "member"}},
}  # fmt: skip
"""By operation, as a client would write them."""
