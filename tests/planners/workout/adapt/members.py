"""Synthetic members of known maxima and running, and the logs that they would keep."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np

from planners.workout.formulas import fraction_for, race_time_s

START = date(2026, 12, 1)
LIFTS = ("back_squat", "bench_press", "deadlift", "overhead_press")
GYM = ["barbell", "bench", "squat_rack", "dumbbell", "pull_up_bar"]


def day(before: int) -> str:
    return (START - timedelta(days=before)).isoformat()


def logged_sets(rng: np.random.Generator, maxima: dict[str, float], weeks: int = 4) -> list[dict[str, Any]]:
    """Two sessions a week: what a member of these maxima lifts, and feels, with a deviation of 0.7."""
    found = []
    for name, maximum in maxima.items():
        for before in range(3, 7 * weeks, 4):
            reps = int(rng.integers(3, 11))
            load = round(maximum * fraction_for(reps + 2.5) / 2.5) * 2.5
            felt = 10 - (_most_reps(load / maximum) - reps) + rng.normal(0, 0.7)
            rpe = float(np.clip(round(2 * felt) / 2, 5, 10))
            found.append(
                {
                    "exercise_id": name,
                    "date": day(before),
                    "sets": 3,
                    "reps": reps,
                    "load_kg": load,
                    "rpe": rpe,
                }
            )
    return found


def _most_reps(share: float) -> float:
    grid = np.arange(1, 20, 0.1)
    return float(grid[np.argmin([abs(fraction_for(n) - share) for n in grid])])


def logged_runs(rng: np.random.Generator, vdot: float, number: int = 3) -> list[dict[str, Any]]:
    """All-out runs of 3 to 6 km, with a day's form of 1.5 %."""
    found = []
    for at in range(number):
        metres = float(rng.integers(3, 7) * 1000)
        seconds = race_time_s(vdot * float(np.exp(rng.normal(0, 0.015))), metres)
        found.append({"date": day(4 + 9 * at), "distance_m": metres, "seconds": round(seconds), "rpe": 9.5})
    return found
