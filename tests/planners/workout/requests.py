"""Requests of the tests: one that is easy to change, and random ones for Hypothesis."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from planners.spec import (
    Equipment,
    FitnessTest,
    Level,
    Restriction,
    Weekday,
    WorkoutGoal,
    WorkoutRequest,
    read_request,
)

TODAY = date(2026, 11, 30)
SOLDIER: dict[str, Any] = {
    "kind": "workout",
    "seed": 7,
    "weeks": 8,
    "start_date": "2026-12-01",
    "goal": "fitness_test",
    "days_per_week": 4,
    "available_days": ["mon", "tue", "thu", "sat"],
    "minutes_per_day": 60,
    "equipment": ["barbell", "dumbbell", "pull_up_bar"],
    "level": "novice",
    "member": {"sex": "female", "age_years": 30, "height_cm": 168, "weight_kg": 66, "branch": "army"},
    "test": {
        "name": "aft",
        "date": "2027-01-25",
        "current": {"MDL": 160, "HRP": 22, "SDC": 150, "PLK": 95, "2MR": 1240},
    },
}


def workout(**changes: Any) -> WorkoutRequest:
    """The soldier's request with other fields; None leaves a field out."""
    data = {k: v for k, v in {**SOLDIER, **changes}.items() if v is not None}
    request = read_request(data, TODAY)
    assert isinstance(request, WorkoutRequest)
    return request


@st.composite
def requests(draw: st.DrawFn) -> WorkoutRequest:
    """Any member with any goal, days, minutes, equipment and restrictions."""
    days = draw(st.lists(st.sampled_from([*Weekday]), min_size=1, max_size=7, unique=True))
    start = date(2026, 12, 1) + timedelta(days=draw(st.integers(0, 13)))
    weeks = draw(st.integers(1, 20))
    goal = draw(st.sampled_from([*WorkoutGoal]))
    tested = goal is WorkoutGoal.FITNESS_TEST or draw(st.booleans())
    test = None
    if tested:
        on = start + timedelta(days=draw(st.integers(1, 7 * weeks + 30)))
        test = {"name": str(draw(st.sampled_from([*FitnessTest]))), "date": on.isoformat()}
    return workout(
        seed=draw(st.integers(0, 3)),
        weeks=weeks,
        start_date=start.isoformat(),
        goal=str(goal),
        available_days=[str(day) for day in days],
        days_per_week=draw(st.integers(1, len(days))),
        minutes_per_day=draw(st.sampled_from([15, 20, 30, 45, 60, 90, 180])),
        equipment=[str(e) for e in draw(st.lists(st.sampled_from([*Equipment]), max_size=20, unique=True))],
        level=str(draw(st.sampled_from([*Level]))),
        restrictions=[
            str(r) for r in draw(st.lists(st.sampled_from([*Restriction]), max_size=4, unique=True))
        ],
        member={
            "sex": draw(st.sampled_from(["male", "female"])),
            "age_years": draw(st.integers(18, 55)),
            "height_cm": draw(st.integers(145, 205)),
            "weight_kg": draw(st.integers(45, 150)),
        },
        test=test,
    )
