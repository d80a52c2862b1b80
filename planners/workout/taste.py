"""What a coach would rather write down: staples before odd variants, drills last, nothing far too easy.

Every figure is a design choice [G], in the unit of the choice's objective: the worth of a set.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from planners.workout.catalog import Bools, Floats, Ints, load_catalogue
from planners.workout.scheme import Kind, is_kind
from planners.workout.vocabulary import Pattern, Quality

STAPLE, DRILL, EASIER, JOINED = 0.2, 0.5, 0.2, 0.2
STAPLES = (
    "back_squat", "front_squat", "goblet_squat_dumbbell", "goblet_squat_kettlebell", "leg_press",
    "deadlift", "hex_bar_deadlift",
    "kettlebell_deadlift", "bench_press", "dumbbell_bench_press", "overhead_press",
    "dumbbell_overhead_press", "push_up", "pull_up", "chin_up", "lat_pulldown", "machine_pulldown",
    "barbell_row", "dumbbell_row", "cable_row", "inverted_row", "split_squat", "walking_lunge",
    "reverse_lunge", "step_up", "forearm_plank", "dead_bug",
)  # fmt: skip
"""Liked by STAPLE more than other exercises of their kind."""
DRILLS = ("jumping_jack", "step_jack", "pogo_hop", "squat_thrust", "wall_push_up", "grip_squeeze")
"""Warm-up drills, liked by DRILL less: for those who have nothing else."""


BIG_LIFT = 0.2
BIG_LIFTS = ("back_squat", "deadlift", "bench_press", "overhead_press")
"""Liked by BIG_LIFT more where strength is the goal: what strength is measured by."""

PRESSES_AND_ROWS = (Pattern.HORIZONTAL_PUSH, Pattern.VERTICAL_PUSH, Pattern.HORIZONTAL_PULL)


def taste(rows: Ints, *, strength: bool) -> Floats:
    """(E,) what a set of each candidate costs more or less.

    Presses and rows with dumbbells are liked by JOINED more than other small lifts.
    A body-weight exercise of which a harder form is a candidate too costs EASIER more, staples aside.
    """
    found: Floats = _names()[rows] + EASIER * _has_harder(rows)
    return found - BIG_LIFT * _big()[rows] if strength else found


@cache
def _big() -> Bools:
    return np.isin(load_catalogue().ids, BIG_LIFTS)


@cache
def _names() -> Floats:
    ids = load_catalogue().ids
    catalogue = load_catalogue()
    joined = (
        is_kind(Kind.ACCESSORY) & catalogue.of_pattern(*PRESSES_AND_ROWS) & catalogue.trains(Quality.STRENGTH)
    )
    found: Floats = DRILL * np.isin(ids, DRILLS) - STAPLE * np.isin(ids, STAPLES) - JOINED * joined
    return found


def _has_harder(rows: Ints) -> Bools:
    bare = is_kind(Kind.REPS, Kind.HOLD)[rows] & (_names()[rows] >= 0)
    found: Bools = bare & np.isin(load_catalogue().progression[rows], rows)
    return found
