"""The second proof that no exercise breaks a restriction, lacks its equipment or asks for more experience."""

from __future__ import annotations

from collections.abc import Iterable

from planners.errors import PlannerError
from planners.plan import TrainingWeek
from planners.spec import WorkoutRequest
from planners.workout.checks.raw import JOINTS, RawExercise, raw_exercises

RANKS = ("novice", "intermediate", "advanced")
FORBIDDEN_PATTERNS = {
    "no_running": {"run", "sprint", "shuttle"},
    "no_rucking": {"march"},
    "no_swimming": {"swim"},
}
FORBIDDEN_EQUIPMENT = {"no_rucking": {"rucksack"}, "no_swimming": {"pool"}}
SPINE = ("moderate", "high")


def breaks_restriction(exercise: RawExercise, restriction: str) -> bool:
    """True when the exercise must not be done under the restriction."""
    if restriction in JOINTS:
        spine = restriction == "lower_back" and exercise.spinal in SPINE
        return restriction in exercise.joints or spine
    if restriction == "no_jumping":
        return exercise.impact == "high"
    if restriction == "no_overhead":
        return exercise.overhead
    of_pattern = exercise.pattern in FORBIDDEN_PATTERNS[restriction]
    return of_pattern or bool(exercise.equipment & FORBIDDEN_EQUIPMENT.get(restriction, set()))


def restriction_breaches(exercises: Iterable[str], restrictions: Iterable[str]) -> list[str]:
    """Ids of the exercises that break a restriction; an unknown exercise breaks every one."""
    rules = list(restrictions)
    table = raw_exercises()
    return [
        name
        for name in exercises
        if rules and (name not in table or any(breaks_restriction(table[name], rule) for rule in rules))
    ]


EARLY_BIRTH = ("no_running", "no_jumping", "no_rucking")
EARLY_TRUNK = ("trunk_flexion", "trunk_rotation")


def birth_breaches(exercises: Iterable[str], weeks: int | None) -> list[str]:
    """Ids of the exercises that are too early so many weeks after a birth: 12 weeks, then 26."""
    if weeks is None or weeks >= 26:
        return []
    names, table = list(exercises), raw_exercises()
    if weeks >= 12:
        return restriction_breaches(names, ("no_jumping", "no_rucking"))
    trunk = [n for n in names if n in table and table[n].pattern in EARLY_TRUNK]
    heavy = [n for n in names if n in table and table[n].spinal == "high"]
    return [*restriction_breaches(names, EARLY_BIRTH), *trunk, *heavy]


def equipment_breaches(exercises: Iterable[str], equipment: Iterable[str]) -> list[str]:
    """Ids of the exercises that need what is not at hand."""
    at_hand, table = set(equipment), raw_exercises()
    return [name for name in exercises if name not in table or not table[name].equipment <= at_hand]


def level_breaches(exercises: Iterable[str], level: str) -> list[str]:
    """Ids of the exercises that take more experience."""
    table, most = raw_exercises(), RANKS.index(level)
    return [name for name in exercises if name not in table or RANKS.index(table[name].level) > most]


def exercises_of(weeks: Iterable[TrainingWeek]) -> list[str]:
    """Every exercise id of the plan, once, in order."""
    names = (line.exercise_id for week in weeks for day in week.days for line in day.exercises)
    return list(dict.fromkeys(names))


def prove(weeks: Iterable[TrainingWeek], request: WorkoutRequest) -> None:
    """Raise PlannerError when a finished plan breaks a restriction, the equipment or the level.

    That would be a fault of the planner and never of the request; no such plan may leave it.
    """
    names = exercises_of(weeks)
    broken = [
        *restriction_breaches(names, (str(r) for r in request.restrictions)),
        *equipment_breaches(names, (str(e) for e in request.equipment)),
        *level_breaches(names, str(request.level)),
        *birth_breaches(names, request.postpartum_weeks),
        *(name for name in names if name in request.excluded_exercises),
    ]
    if broken:
        raise PlannerError(f"the finished plan holds exercises that it must not: {', '.join(broken)}")
