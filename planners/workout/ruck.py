"""Marches under load: two of every four weeks, one of distance and load up at a time, never both."""

from __future__ import annotations

from planners.spec import Equipment, Level
from planners.workout.aerobic import MARCH_S_PER_KM
from planners.workout.implements import IMPLEMENTS, rounded
from planners.workout.vocabulary import Basis

FIRST_SHARE = 0.20
MOST_SHARE = {Level.NOVICE: 0.30, Level.INTERMEDIATE: 0.35, Level.ADVANCED: 0.45}
"""Load of the first march as a share of body mass, and the most: FM 21-20; 30 % keeps agility, 45 % is the
approach march (ADP 3-90, Knapik 2012, doi:10.1519/JSC.0b013e3182429853) [S]. Who may carry which is [G]."""
FIRST_M = {Level.NOVICE: 3_000, Level.INTERMEDIATE: 5_000, Level.ADVANCED: 6_500}
STEP_M = 500
STEP_KG = 2.5
SETUP_S = 30.0


def march(
    before: tuple[int, float] | None, number: int, weight_kg: float, level: Level, minutes: float
) -> tuple[int, float]:
    """Metres and load of the `number`-th march of the plan, from 0, in at most so many minutes.

    Odd marches are longer than the one `before`, even ones heavier, so that both never rise together.
    """
    pack = IMPLEMENTS[Equipment.RUCKSACK]
    most_m = max(int((60 * minutes - SETUP_S) * 1_000 / MARCH_S_PER_KM[Basis.RUCK] / STEP_M) * STEP_M, STEP_M)
    if before is None:
        return min(FIRST_M[level], most_m), rounded(FIRST_SHARE * weight_kg, pack)
    metres, load_kg = before
    if number % 2:
        return min(metres + STEP_M, max(most_m, STEP_M)), load_kg
    heavier = min(load_kg + STEP_KG, MOST_SHARE[level] * weight_kg)
    return min(metres, most_m), max(rounded(heavier, pack), load_kg) if heavier > load_kg else load_kg
