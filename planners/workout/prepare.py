"""Everything about the member that the planner needs, from the request."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planners.errors import FieldError, InvalidRequest
from planners.spec import Equipment, Level, WorkoutGoal, WorkoutRequest
from planners.workout.ability import Ability, ability_of
from planners.workout.adapt import Learned, evidence_faults, learn
from planners.workout.age import as_trained
from planners.workout.catalog import Bools, load_catalogue
from planners.workout.draft import main_minutes
from planners.workout.fit import capacities, certainty, rest_share, suited
from planners.workout.goal import TestAim, aim_of, refuse_impossible_results
from planners.workout.menu import Menu, menu_of
from planners.workout.permitted import trainable
from planners.workout.purpose import Purpose
from planners.workout.resistance import Trainee
from planners.workout.scheme import Kind, kinds
from planners.workout.session import focus_masks
from planners.workout.shape import Means
from planners.workout.spared import allowed, care_faults
from planners.workout.split import Focus
from planners.workout.vocabulary import Quality, Tested

LONGEST_DAY = {Level.NOVICE: 75, Level.INTERMEDIATE: 105, Level.ADVANCED: 150}
"""Most minutes of a session that are of use at a level, whatever time there is [G]."""
RUCK_GOALS = (WorkoutGoal.ENDURANCE, WorkoutGoal.GENERAL_FITNESS)
SPEED_FIRST = (Tested.MOVEMENT_TO_CONTACT, Tested.MANEUVER_UNDER_FIRE, Tested.SHUTTLE_RUN)
FEWEST_RESISTANCE = 3
"""Fewer exercises than this for a half of the body are no session for it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared:
    """The member as the planner sees them.

    Attributes
    ----------
    ability : after what is logged; `learned` says what that changed.
    may : (n,) permitted exercises; `fits` those of them that also suit the member's ability.
    minutes_per_day : usable minutes; `main` those beside warm-up and cool-down.
    """

    request: WorkoutRequest
    ability: Ability
    learned: Learned
    aim: TestAim | None
    purpose: Purpose
    may: Bools
    fits: Bools
    menu: Menu
    means: Means
    trainee: Trainee
    minutes_per_day: int
    main: float


def prepare(request: WorkoutRequest) -> Prepared:
    """Read the request.

    Raises
    ------
    InvalidRequest
        When restrictions leave nothing to train, or the test's results or member cannot be.
    """
    request = as_trained(request)
    faults = [*care_faults(request), *evidence_faults(request)]
    if faults:
        raise InvalidRequest(faults)
    refuse_impossible_results(request)
    learned = learn(request, ability_of(request))
    ability = learned.ability
    aim = aim_of(request, ability)
    may = allowed(request)
    if not trainable(may).any():
        text = "leave nothing to train: only walking, stretching and breathing remain; ask a clinician"
        raise InvalidRequest([FieldError(pointer="/restrictions", detail=text)])
    capacity, certain = capacities(ability), certainty(ability)
    for row, maximum in learned.own.items():
        capacity[row], certain[row] = maximum, 1.0
    fits = may & suited(capacity)
    purpose = Purpose(goal=request.goal, needs=aim.needs if aim is not None else {})
    menu = menu_of(may, purpose.needs, request.member, request.level, ability)
    minutes = min(request.minutes_per_day, LONGEST_DAY[request.level])
    return Prepared(
        request=request,
        ability=ability,
        learned=learned,
        aim=aim,
        purpose=purpose,
        may=may,
        fits=fits,
        menu=menu,
        means=_means(request, fits, menu, purpose),
        trainee=Trainee(
            capacity=capacity,
            certain=certain,
            level=request.level,
            goal=request.goal,
            hurry=rest_share(minutes),
        ),
        minutes_per_day=minutes,
        main=main_minutes(minutes),
    )


def _means(request: WorkoutRequest, fits: Bools, menu: Menu, purpose: Purpose) -> Means:
    catalogue = load_catalogue()
    resistance = fits & (np.array(kinds()) != Kind.NONE)
    halves = {f: int((resistance & focus_masks()[f]).sum()) for f in (Focus.LOWER, Focus.UPPER)}
    order = [Quality.THRESHOLD, Quality.SPEED]
    if purpose.needs and Tested.DISTANCE_RUN not in purpose.needs:
        order = order[::-1] if any(f in purpose.needs for f in SPEED_FIRST) else order
    rucks = bool(menu.ruck) and request.goal in RUCK_GOALS and Equipment.RUCKSACK in request.equipment
    heavy = resistance & catalogue.trains(Quality.STRENGTH)
    return Means(
        lower=halves[Focus.LOWER] >= FEWEST_RESISTANCE,
        upper=halves[Focus.UPPER] >= FEWEST_RESISTANCE,
        strength=bool(heavy.any()),
        hard=tuple(quality for quality in order if menu.hard(quality)),
        easy=bool(menu.easy),
        ruck=rucks,
    )
