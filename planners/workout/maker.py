"""What is the same for every week of a plan."""

from __future__ import annotations

from dataclasses import dataclass

from planners.workout.ability import Ability
from planners.workout.blocks import Designs
from planners.workout.menu import Menu
from planners.workout.resistance import Trainee


@dataclass(frozen=True, kw_only=True, eq=False)
class Maker:
    """Everything that is the same for all weeks."""

    trainee: Trainee
    ability: Ability
    menu: Menu
    designs: Designs
    main: float
    minutes_per_day: int
    recovery_min: int
    weight_kg: float
    hard_cap: float
    floor: float
