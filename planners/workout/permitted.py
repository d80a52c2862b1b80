"""Which exercises a member may do: equipment, level and restrictions. Never relaxed by anything."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from planners.spec import Equipment, Level, Restriction
from planners.workout.catalog import GRADES, LEVELS, Bools, load_catalogue
from planners.workout.vocabulary import RUNNING, Grade, Joint, Pattern, Quality

MODERATE = GRADES.index(Grade.MODERATE)
HIGH = GRADES.index(Grade.HIGH)

RUCKSACK = tuple(Equipment).index(Equipment.RUCKSACK)
POOL = tuple(Equipment).index(Equipment.POOL)


@lru_cache(maxsize=512)
def permitted(equipment: frozenset[Equipment], level: Level, restrictions: frozenset[Restriction]) -> Bools:
    """(n,) True where the exercise is within equipment, level and restrictions.

    may_e = [needs_e ⊆ equipment] · [level_e ≤ level] · Π_r [e spares r]
    """
    catalogue = load_catalogue()
    lacking = np.array([item not in equipment for item in Equipment], dtype=np.bool_)
    may: Bools = np.logical_not((catalogue.needs & lacking).any(axis=1))
    may &= catalogue.level <= LEVELS.index(level)
    for restriction in restrictions:
        may &= ~forbidden_by(restriction)
    may.setflags(write=False)
    return may


@lru_cache(maxsize=64)
def forbidden_by(restriction: Restriction) -> Bools:
    """(n,) True where the restriction forbids the exercise."""
    catalogue = load_catalogue()
    if restriction is Restriction.NO_RUNNING:
        return catalogue.of_pattern(*RUNNING)
    if restriction is Restriction.NO_JUMPING:
        return catalogue.impact >= HIGH
    if restriction is Restriction.NO_OVERHEAD:
        return catalogue.overhead
    if restriction is Restriction.NO_RUCKING:
        return catalogue.of_pattern(Pattern.MARCH) | catalogue.needs[:, RUCKSACK]
    if restriction is Restriction.NO_SWIMMING:
        return catalogue.of_pattern(Pattern.SWIM) | catalogue.needs[:, POOL]
    joint = Joint(restriction.value)
    loaded: Bools = catalogue.joints[:, tuple(Joint).index(joint)]
    if joint is Joint.LOWER_BACK:
        return loaded | (catalogue.spinal_load >= MODERATE)
    return loaded


def trainable(may: Bools) -> Bools:
    """(n,) True where a permitted exercise trains something: it is more than a warm-up or a stroll."""
    catalogue = load_catalogue()
    only_mobility = catalogue.trains(Quality.MOBILITY)
    found: Bools = may & ~only_mobility
    return found
