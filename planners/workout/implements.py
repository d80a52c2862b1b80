"""What a load is made of: the least, the most and the steps of each implement, in kg."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np

from planners.spec import Equipment
from planners.workout.catalog import Floats, load_catalogue


@dataclass(frozen=True, kw_only=True)
class Implement:
    """Loads an implement can make: `least`, `least` + `step` … `most`, in kg; each where two are held."""

    least: float
    step: float
    most: float


IMPLEMENTS = {
    Equipment.HEX_BAR: Implement(least=25, step=2.5, most=400),
    Equipment.BARBELL: Implement(least=20, step=2.5, most=400),
    Equipment.SLED: Implement(least=20, step=5, most=200),
    Equipment.SANDBAG: Implement(least=10, step=5, most=60),
    Equipment.KETTLEBELL: Implement(least=4, step=4, most=48),
    Equipment.DUMBBELL: Implement(least=2, step=2, most=50),
    Equipment.RUCKSACK: Implement(least=5, step=2.5, most=30),
    Equipment.MEDICINE_BALL: Implement(least=2, step=2, most=10),
    Equipment.CABLE: Implement(least=5, step=2.5, most=120),
    Equipment.MACHINE: Implement(least=10, step=5, most=300),
}
"""The first of these that an exercise needs carries its load; common makes of equipment [G]."""
BARE = Implement(least=0, step=2.5, most=400)


@cache
def implements() -> tuple[Implement, ...]:
    """(n,) the implement of each exercise of the catalogue."""
    needs = load_catalogue().needs
    order = tuple(Equipment)
    return tuple(
        next((made for item, made in IMPLEMENTS.items() if row[order.index(item)]), BARE) for row in needs
    )


@cache
def bounds() -> tuple[Floats, Floats]:
    """(n,) least and most load of each exercise, in kg."""
    made = implements()
    return np.array([i.least for i in made]), np.array([i.most for i in made])


def rounded(load_kg: float, implement: Implement) -> float:
    """The heaviest load the implement can make that is not above `load_kg`; its least when that is more."""
    steps = math.floor((load_kg - implement.least) / implement.step + 1e-9)
    return min(implement.least + max(steps, 0) * implement.step, implement.most)
