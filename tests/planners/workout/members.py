"""Random members by number: any goal, days, minutes, equipment, restrictions, test and results.

Faster than a search by Hypothesis, and every member can be looked at again by its number alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

from planners.spec import (
    Equipment,
    FitnessTest,
    Level,
    Restriction,
    Sex,
    Weekday,
    WorkoutGoal,
    WorkoutRequest,
    read_request,
)
from planners.workout.tests import RULES
from tests.planners.workout.requests import TODAY

MINUTES = (15, 16, 18, 20, 25, 30, 40, 45, 60, 75, 90, 120, 180)
RESULTS: Mapping[str, tuple[int, int]] = {
    "MDL": (80, 400), "HRP": (4, 75), "SDC": (80, 260), "PLK": (30, 280), "2MR": (760, 1500),
    "run_2mi": (760, 1500), "run_3mi": (1050, 2200), "run_1_5mi": (520, 1150), "plank": (30, 280),
    "push_ups": (4, 90), "pull_ups": (0, 26), "sit_ups": (15, 90), "hand_release_push_ups": (4, 70),
    "cross_leg_reverse_crunch": (10, 70), "hamr": (15, 120), "MTC": (150, 330), "AL": (30, 120),
    "MANUF": (120, 300),
}  # fmt: skip
"""Least and most of a result as a member may bring it."""


def member(number: int) -> WorkoutRequest:
    """The member of this number, always the same."""
    dice = Random(number)
    weeks = dice.choice((1, 1, 2, 2, 3, 4, 5, 6, 8, 8, 10, 12, 16, 20, 26, 52))
    start = date(2026, 12, 1) + timedelta(days=dice.randrange(14))
    days = dice.sample([*Weekday], dice.randint(1, 7))
    goal = dice.choice([*WorkoutGoal])
    data = {
        "kind": "workout",
        "seed": dice.randrange(5),
        "weeks": weeks,
        "start_date": start.isoformat(),
        "goal": str(goal),
        "available_days": [str(day) for day in days],
        "days_per_week": dice.randint(1, len(days)),
        "minutes_per_day": dice.choice(MINUTES),
        "equipment": [str(e) for e in dice.sample([*Equipment], dice.choice((0, 0, 1, 2, 3, 5, 8, 16)))],
        "level": str(dice.choice([*Level])),
        "restrictions": [str(r) for r in dice.sample([*Restriction], dice.choice((0, 0, 0, 1, 1, 2, 3, 4)))],
        "member": {
            "sex": str(dice.choice([*Sex])),
            "age_years": dice.randint(18, 59),
            "height_cm": dice.randint(145, 205),
            "weight_kg": dice.randint(45, 150),
        },
    }
    if goal is WorkoutGoal.FITNESS_TEST or dice.random() < 0.4:
        data["test"] = _test(dice, start, weeks)
    found = read_request(data, TODAY)
    if not isinstance(found, WorkoutRequest):
        raise TypeError("not a workout request")
    return found


def _test(dice: Random, start: date, weeks: int) -> dict[str, object]:
    """A test during the plan or some weeks after it, with some of the member's results."""
    name = dice.choice([*FitnessTest])
    events = [event.name for group in RULES[name].groups for event in [dice.choice(group)]]
    known = [event for event in events if event in RESULTS and dice.random() < 0.6]
    return {
        "name": str(name),
        "date": (start + timedelta(days=dice.randint(1, 7 * weeks + 30))).isoformat(),
        "current": {event: dice.randint(*RESULTS[event]) for event in known},
    }
