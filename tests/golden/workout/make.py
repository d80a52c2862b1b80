"""Write the golden training plans anew: `python -m tests.golden.workout.make`.

Do so only when a plan is meant to change, and look through what changed as a coach would.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from planners.plan import Exercise, WorkoutPlan, plan_json
from planners.spec import WorkoutRequest, read_request
from planners.workout.planner import plan_workout

FOLDER = Path(__file__).parent
TODAY = date(2026, 11, 30)
GYM = ["barbell", "squat_rack", "bench", "dumbbell", "pull_up_bar", "cable", "machine"]
SOLDIER = {"sex": "male", "age_years": 25, "height_cm": 180, "weight_kg": 82, "branch": "army"}
MARINE = {"sex": "female", "age_years": 23, "height_cm": 166, "weight_kg": 63, "branch": "marine_corps"}
SAILOR = {"sex": "female", "age_years": 34, "height_cm": 165, "weight_kg": 70, "branch": "navy"}
AFT = {"MDL": 240, "HRP": 35, "SDC": 115, "PLK": 120, "2MR": 1020}

REQUESTS: dict[str, dict[str, Any]] = {
    "soldier_before_the_aft": {
        "member": SOLDIER,
        "seed": 7,
        "goal": "fitness_test",
        "level": "intermediate",
        "equipment": [*GYM, "hex_bar", "sled", "kettlebell"],
        "test": {"name": "aft", "date": "2027-01-29", "current": AFT},
    },
    "marine_without_a_gym": {
        "member": MARINE,
        "goal": "fitness_test",
        "level": "intermediate",
        "equipment": ["pull_up_bar"],
        "test": {"name": "usmc_pft", "date": "2027-01-29", "current": {"pull_ups": 7, "run_3mi": 1_620}},
    },
    "sailor_with_a_bad_knee": {
        "member": SAILOR,
        "goal": "weight_loss",
        "days_per_week": 3,
        "minutes_per_day": 45,
        "restrictions": ["knee", "no_jumping"],
        "equipment": ["dumbbell", "bike", "pool"],
    },
    "two_short_days": {
        "member": SOLDIER,
        "goal": "general_fitness",
        "days_per_week": 2,
        "minutes_per_day": 20,
        "weeks": 5,
    },
    "a_year_of_strength": {
        "member": SOLDIER,
        "goal": "strength",
        "equipment": GYM,
        "weeks": 52,
        "days_per_week": 3,
    },
}


def golden_request(name: str) -> WorkoutRequest:
    """The request of a golden plan."""
    request = read_request({"kind": "workout", "start_date": "2026-12-07"} | REQUESTS[name], TODAY)
    assert isinstance(request, WorkoutRequest)
    return request


def condensed(plan: WorkoutPlan) -> dict[str, Any]:
    """What a golden file keeps: every line between warm-up and cool-down, loads, prediction; little prose."""
    data = plan_json(plan)
    return {
        "versions": data["versions"],
        "solution": data["solution"],
        "weeks": {
            f"{week.week} {week.phase}{' deload' if week.deload else ''}": {
                f"{day.date} {day.session_type}, {day.minutes:g} min, load {day.load:g}": [
                    _line(line) for line in day.exercises if line.note not in ("warm-up", "cool-down")
                ]
                for day in week.days
            }
            for week in plan.weeks
        },
        "prediction": {name: [e.expected, e.cautious, e.points] for name, e in plan.prediction.items()},
        "unmet": sorted(name for name, check in plan.checks.items() if not check.met),
        "warnings": data["warnings"],
    }


def _line(line: Exercise) -> str:
    amount = line.reps or (f"{line.seconds:g} s" if line.seconds else f"{line.distance_m or 0:g} m")
    load = f", {line.load_kg:g} kg" if line.load_kg is not None else ""
    pace = f", {line.pace_s_per_km:g} s/km" if line.pace_s_per_km is not None else ""
    return f"{line.exercise_id}: {line.sets} x {amount}{load}{pace} @ {line.rpe}"


def main() -> None:
    """Write one file for each request."""
    for name in REQUESTS:
        text = json.dumps(condensed(plan_workout(golden_request(name))), indent=1, ensure_ascii=False)
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
