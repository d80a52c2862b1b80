"""What is the same for every week of a plan."""

from __future__ import annotations

from dataclasses import dataclass, field

from planners.workout.ability import Ability
from planners.workout.blocks import Designs
from planners.workout.catalog import Floats
from planners.workout.menu import Menu
from planners.workout.periods import Phase
from planners.workout.resistance import Trainee


@dataclass(frozen=True, kw_only=True, eq=False)
class Maker:
    """What all weeks share; `seconds` keeps the time of a set of each design's exercises by phase."""

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
    seconds: dict[tuple[int, Phase], Floats] = field(default_factory=dict)
