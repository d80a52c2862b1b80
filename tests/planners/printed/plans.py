"""Plans to print: real ones from the planners, and small ones full of text that means harm."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from planners.make import make_plan
from planners.outcome import Termination
from planners.plan import (
    EventPrediction,
    Exercise,
    Hei,
    Item,
    Meal,
    MenuDay,
    MenuWeek,
    NutritionPlan,
    Purchase,
    RuleCheck,
    Solution,
    Target,
    TrainingDay,
    TrainingWeek,
    WorkoutPlan,
    plan_json,
)
from planners.spec import Slot, Weekday, read_request, request_json

Json = dict[str, Any]

HARM = "<script>alert('x')</script> & \"quotes\" 'single' </td></table> \u2028 é 🥦"
BODY = {"sex": "female", "age_years": 30, "height_cm": 168, "weight_kg": 66}
NOW = {"MDL": 160, "HRP": 22, "SDC": 150, "PLK": 95, "2MR": 1240}
TEST = {"name": "aft", "date": "2027-01-25", "standard": "general", "target_points": 350, "current": NOW}
ASKED: dict[str, Json] = {
    "nutrition": {
        "days": 8, "start_date": "2026-12-28", "budget_usd_per_day": 14.5, "diets": ["lactose_free"],
        "allergies": ["peanut", "tree_nut"], "dislikes": ["liver"], "likes": ["salmon"],
    },
    "workout": {
        "weeks": 8, "start_date": "2026-12-01", "goal": "fitness_test", "test": TEST, "days_per_week": 4,
        "equipment": ["barbell", "pull_up_bar"], "level": "intermediate", "restrictions": ["shoulder"],
    },
}  # fmt: skip


@cache
def request(kind: str) -> Json:
    """The request of the real plan, as it is stored."""
    told = {"kind": kind, "seed": 7, "member": BODY, **ASKED[kind]}
    return request_json(read_request(told, today=date(2026, 11, 1)))


@cache
def real(kind: str) -> Json:
    """A plan as the planners make it."""
    return plan_json(make_plan(read_request(request(kind), today=date(2026, 11, 1))))


SOLUTION = Solution(status=Termination.WITHIN_GAP, objective=2.0, lower_bound=1.9, gap=0.05, seed=3)


def harmful_menu(text: str = HARM) -> Json:
    """One day, one meal, two foods; every text that can be free is `text`."""
    items = tuple(
        Item(food_code=code, name=text, grams=12.5, measure=text, role="fruit", cost_usd=0.1234, locked=True)
        for code in (11111000, 7)
    )
    hei = Hei(total=61.25, components={"dairy": 9.5, "sodium": 0.0})
    sums: Json = {"nutrients": {"water_g": 900.4, "energy_kcal": 2001.6}, "cost_usd": 0.2468, "hei_2020": hei}
    limits = {
        "energy_kcal": Target(min=2100.0, max=2500.0, source=text),
        "water_g": Target(max=900.0, source=text),
    }
    day = MenuDay(
        day=1,
        date=date(2026, 12, 31),
        meals=(Meal(slot=Slot.BREAKFAST, kcal=2001.6, items=items),),
        targets=limits,
        **sums,
    )
    bought = [("=SUM(A1:A9)", "2 × 15 oz can"), (text, text), ("plain, name", "+1 × bag")]
    return plan_json(
        NutritionPlan(
            start_date=date(2026, 12, 31),
            days=(day,),
            weeks=(MenuWeek(week=1, first_day=1, last_day=1, targets=limits, **sums),),
            shopping_list=tuple(
                Purchase(food_code=11111000 + i, name=name, grams=25.0 + i, measure=measure, cost_usd=0.5)
                for i, (name, measure) in enumerate(bought)
            ),
            solution=SOLUTION,
            versions={"engine": text, "prices": "2018"},
            warnings=(text,),
        )
    )


def harmful_training(text: str = HARM) -> Json:
    """One week, one session with every kind of dose, one day of rest; every free text is `text`."""
    doses: list[Json] = [
        {"reps": 5, "load_kg": 32.5, "rpe": 7.5, "rest_s": 150},
        {"seconds": 95.0, "pace_s_per_km": 409.0},
        {"distance_m": 40.0, "load_kg": 45.0, "pace_s_per_km": 300.0, "rpe": 9.0},
    ]
    exercises = tuple(
        Exercise(exercise_id=f"e{i}", name=text, sets=i + 1, note=text, **dose)
        for i, dose in enumerate(doses)
    )
    done: Json = {"minutes": 42.1, "kcal": 228.4, "rpe": 5.42, "load": 228.2}
    rest: Json = {"minutes": 0.0, "kcal": 0.0, "rpe": 0.0, "load": 0.0}
    days = (
        TrainingDay(
            date=date(2026, 12, 31), weekday=Weekday.THU, session_type=text, exercises=exercises, **done
        ),
        TrainingDay(date=date(2027, 1, 1), weekday=Weekday.FRI, session_type="rest", exercises=(), **rest),
    )
    week: Json = {"phase": "build", "load": 228.2, "minutes": 42.1, "deload": True, "taper": False}
    prediction = EventPrediction(
        unit="s", now=1240.0, expected=1226.0, cautious=1261.0, points=75.5, points_cautious=69.0
    )
    return plan_json(
        WorkoutPlan(
            start_date=date(2026, 12, 31),
            weeks=(TrainingWeek(week=1, days=days, **week),),
            prediction={"2MR": prediction},
            checks={
                "ramp": RuleCheck(limit=text, value=1.097, met=True),
                "monotony": RuleCheck(limit=text, value=2.25, met=False),
            },
            because=(text,),
            solution=SOLUTION,
            versions={"engine": text},
            warnings=(text,),
        )
    )
