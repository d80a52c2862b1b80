"""What a plan works towards: the worth of a minute of each quality, and the tested movements it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from planners.spec import WorkoutGoal
from planners.workout.catalog import Floats
from planners.workout.dose import DOSED
from planners.workout.periods import Period, Phase
from planners.workout.vocabulary import Quality, Tested

MOVEMENT_OF: Mapping[str, Tested] = {
    "MDL": Tested.DEADLIFT,
    "HRP": Tested.HAND_RELEASE_PUSH_UP,
    "hand_release_push_ups": Tested.HAND_RELEASE_PUSH_UP,
    "push_ups": Tested.PUSH_UP,
    "SDC": Tested.SPRINT_DRAG_CARRY,
    "PLK": Tested.PLANK,
    "plank": Tested.PLANK,
    "pull_ups": Tested.PULL_UP,
    "sit_ups": Tested.SIT_UP,
    "cross_leg_reverse_crunch": Tested.REVERSE_CRUNCH,
    "2MR": Tested.DISTANCE_RUN,
    "run_2mi": Tested.DISTANCE_RUN,
    "run_3mi": Tested.DISTANCE_RUN,
    "run_1_5mi": Tested.DISTANCE_RUN,
    "hamr": Tested.SHUTTLE_RUN,
    "MTC": Tested.MOVEMENT_TO_CONTACT,
    "AL": Tested.AMMO_LIFT,
    "MANUF": Tested.MANEUVER_UNDER_FIRE,
    "row_5k": Tested.ROW,
    "row_5km": Tested.ROW,
    "row_2k": Tested.ROW,
    "swim_1km": Tested.SWIM,
    "swim_12min": Tested.SWIM,
}
"""The movement an event is trained with; events that are not here are not trained as such."""

MIX: Mapping[Tested, Mapping[Quality, float]] = {
    Tested.DEADLIFT: {Quality.STRENGTH: 1.0},
    Tested.PUSH_UP: {Quality.ENDURANCE: 0.8, Quality.STRENGTH: 0.2},
    Tested.HAND_RELEASE_PUSH_UP: {Quality.ENDURANCE: 0.8, Quality.STRENGTH: 0.2},
    Tested.PULL_UP: {Quality.ENDURANCE: 0.6, Quality.STRENGTH: 0.4},
    Tested.PLANK: {Quality.ENDURANCE: 1.0},
    Tested.SIT_UP: {Quality.ENDURANCE: 1.0},
    Tested.REVERSE_CRUNCH: {Quality.ENDURANCE: 1.0},
    Tested.AMMO_LIFT: {Quality.ENDURANCE: 0.8, Quality.STRENGTH: 0.2},
    Tested.SPRINT_DRAG_CARRY: {Quality.SPEED: 0.5, Quality.STRENGTH: 0.3, Quality.THRESHOLD: 0.2},
    Tested.MANEUVER_UNDER_FIRE: {Quality.SPEED: 0.5, Quality.STRENGTH: 0.2, Quality.ENDURANCE: 0.3},
    Tested.MOVEMENT_TO_CONTACT: {Quality.SPEED: 0.5, Quality.THRESHOLD: 0.3, Quality.AEROBIC: 0.2},
    Tested.DISTANCE_RUN: {Quality.AEROBIC: 0.4, Quality.THRESHOLD: 0.35, Quality.SPEED: 0.25},
    Tested.SHUTTLE_RUN: {Quality.AEROBIC: 0.3, Quality.THRESHOLD: 0.3, Quality.SPEED: 0.4},
    Tested.ROW: {Quality.AEROBIC: 0.45, Quality.THRESHOLD: 0.35, Quality.SPEED: 0.2},
    Tested.SWIM: {Quality.AEROBIC: 0.5, Quality.THRESHOLD: 0.3, Quality.SPEED: 0.2},
    Tested.RUCK_MARCH: {Quality.RUCK: 0.6, Quality.AEROBIC: 0.3, Quality.STRENGTH: 0.1},
}
"""Share of each quality in a tested movement: which minutes better it [G]."""

WORTH: Mapping[WorkoutGoal, tuple[float, ...]] = {
    WorkoutGoal.STRENGTH: (1.00, 0.50, 0.30, 0.25, 0.20, 0.20),
    WorkoutGoal.ENDURANCE: (0.40, 0.35, 0.90, 0.90, 0.70, 0.50),
    WorkoutGoal.WEIGHT_LOSS: (0.60, 0.50, 0.90, 0.55, 0.45, 0.40),
    WorkoutGoal.GENERAL_FITNESS: (0.70, 0.60, 0.65, 0.55, 0.45, 0.40),
    WorkoutGoal.FITNESS_TEST: (0.35, 0.35, 0.60, 0.55, 0.50, 0.10),
}
"""Worth of a minute by goal, in the order of DOSED [G]; running takes more minutes than lifting."""
TEST_WORTH = 1.6
"""How much of the worth of a fitness test's plan follows the events' needs."""
PEAK_HARD, PEAK_EASY = 1.25, 0.85
"""In build and peak hard work gains worth and easy work loses it [G]."""

FLOOR_MIN: Mapping[WorkoutGoal, float] = {
    WorkoutGoal.STRENGTH: 75.0,
    WorkoutGoal.ENDURANCE: 150.0,
    WorkoutGoal.WEIGHT_LOSS: 250.0,
    WorkoutGoal.GENERAL_FITNESS: 150.0,
    WorkoutGoal.FITNESS_TEST: 150.0,
}
"""Moderate minutes a week, a vigorous one counting twice: 150-300 (PAG 2018, doi:10.1001/jama.2018.14854
[S]); above 250 for weight loss (ACSM 2009 [M]); half the least dose beside strength work [G]."""
FLOOR_SHARE = {
    WorkoutGoal.STRENGTH: 0.30,
    WorkoutGoal.ENDURANCE: 0.60,
    WorkoutGoal.WEIGHT_LOSS: 0.60,
    WorkoutGoal.GENERAL_FITNESS: 0.45,
    WorkoutGoal.FITNESS_TEST: 0.45,
}
"""Where the week is too short for the floor, this share of its minutes stands for it [G]."""
RETENTION_SHARE = np.array([0.24, 0.14, 0.18, 0.20, 0.20, 0.0])
"""Least share of a loading week's session for each quality that it holds, so that none is lost [G]: a third
of the volume keeps a quality while its intensity is kept (Mujika & Padilla 2000,
doi:10.2165/00007256-200030030-00001 [M])."""


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """What the plan is for. `needs`: tested movements, 0-1, the neediest 1."""

    goal: WorkoutGoal
    needs: Mapping[Tested, float]


def worth(purpose: Purpose, weeks: tuple[Period, ...]) -> Floats:
    """(W, 6) worth of a minute of each quality in each week.

    worth[w,q] = (goal_q + 1.6 Σ_f need_f mix_fq / Σ_f need_f) · phase[w,q]
    """
    base = np.array(WORTH[purpose.goal])
    total = sum(purpose.needs.values())
    if total:
        mix = sum(need * np.array([MIX[f].get(q, 0.0) for q in DOSED]) for f, need in purpose.needs.items())
        base = base + (TEST_WORTH if purpose.goal is WorkoutGoal.FITNESS_TEST else 0.4) * mix / total
    hard = np.array([q in (Quality.STRENGTH, Quality.THRESHOLD, Quality.SPEED) for q in DOSED])
    later = np.where(hard, PEAK_HARD, PEAK_EASY)
    factors = np.array([np.ones(len(DOSED)) if p.phase is Phase.BASE else later for p in weeks])
    found: Floats = base * factors
    return found
