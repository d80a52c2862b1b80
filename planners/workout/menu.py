"""Which runs, rides, rows, swims, walks and marches serve a member."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from planners.spec import Level, Member
from planners.workout.ability import Ability
from planners.workout.aerobic import runs_easily
from planners.workout.catalog import LEVELS, TESTED, Bools, Floats, load_catalogue
from planners.workout.vocabulary import AEROBIC_MODES, Pattern, Quality, Tested

MODE: Mapping[Pattern, float] = {
    Pattern.RUN: 0.60,
    Pattern.SPRINT: 0.50,
    Pattern.SHUTTLE: 0.45,
    Pattern.ROW: 0.42,
    Pattern.BIKE: 0.42,
    Pattern.SWIM: 0.32,
    Pattern.WALK: 0.25,
    Pattern.ROPE: 0.15,
    Pattern.BOXING: 0.10,
}
"""How well each way of moving is liked before the member's tests are looked at [G]."""
TREADMILL = 0.12
"""Running outside is liked so much better than on a treadmill, and brisk walking than strolling [G]."""
LIKED_TRANSFER = 0.8
OFF_LEVEL = 0.08
HEAVY_BMI, SLOW_VDOT, SPARING = 32.0, 26.0, 0.4
"""From this body-mass index on, or below this VDOT, walking, riding and swimming are liked better [G]."""
TURNS = 0.25
"""Exercises this close to the best take turns [G]."""
STROLLS = ("walk_easy", "marching_in_place", "boxing_seated")
NOT_EASY = ("run_long",)
TIRING = ("hill_walk", "step_up_continuous", "rope_easy", "run_walk", "run_easy")
"""What is easy for some and still no recovery, and no walk after a run: hills, steps, hops, running."""
COURSES = (
    Tested.SPRINT_DRAG_CARRY,
    Tested.MANEUVER_UNDER_FIRE,
    Tested.MOVEMENT_TO_CONTACT,
    Tested.SHUTTLE_RUN,
)
COURSE_TRANSFER, NO_COURSE = 0.9, 0.5
"""A test's own course is for those who are tested on it [G]."""
RUN_WALK_VDOT, NO_RUN_WALK = 30.0, 0.6
"""Who runs better than this has no need to walk between [G]."""
NO_RUN = 0.7
RUN = (Tested.DISTANCE_RUN, Tested.MOVEMENT_TO_CONTACT, Tested.SHUTTLE_RUN)
"""Whose easy run would be slower than a brisk walk runs only where a test asks for it [G]."""


@dataclass(frozen=True, kw_only=True)
class Menu:
    """Rows of the catalogue that serve each use; those of one use take turns."""

    easy: tuple[int, ...]
    long: tuple[int, ...]
    threshold: tuple[int, ...]
    speed: tuple[int, ...]
    ruck: tuple[int, ...]
    recovery: tuple[int, ...]

    def hard(self, quality: Quality) -> tuple[int, ...]:
        """The exercises of a hard quality."""
        return self.threshold if quality is Quality.THRESHOLD else self.speed


def menu_of(
    may: Bools, needs: Mapping[Tested, float], member: Member, level: Level, ability: Ability
) -> Menu:
    """The aerobic exercises for a member, from what is permitted.

    like_e = mode[pattern_e] + 0.8 max_f need_f transfer_ef - 0.08 |level_e - level|, with sparing ways of
    moving liked better by the heavy and the untrained
    """
    catalogue = load_catalogue()
    like = _likes(needs, member, level, ability)
    aerobic = may & catalogue.of_pattern(*AEROBIC_MODES)
    steady = aerobic & catalogue.trains(Quality.AEROBIC)
    easy = _turns(steady & ~_named(*NOT_EASY), like, TURNS, 2)
    same = np.array([bool(easy) and p is catalogue.patterns[easy[0]] for p in catalogue.patterns])
    gentle = steady & (catalogue.impact < 2) & ~_named(*NOT_EASY)
    return Menu(
        easy=easy,
        long=_turns(steady & same & _named(*NOT_EASY), like, 0.0, 1) or easy[:1],
        threshold=_turns(aerobic & catalogue.trains(Quality.THRESHOLD), like, TURNS, 2),
        speed=_by_turns(aerobic & catalogue.trains(Quality.SPEED), like, needs),
        ruck=_turns(may & _named("ruck_march"), like, 0.0, 1),
        recovery=_turns(gentle & ~_named(*TIRING), like, 0.0, 1) or easy[:1],
    )


def _likes(needs: Mapping[Tested, float], member: Member, level: Level, ability: Ability) -> Floats:
    catalogue = load_catalogue()
    like: Floats = _modes() - OFF_LEVEL * np.abs(catalogue.level - LEVELS.index(level))
    if needs:
        weights = np.array(list(needs.values()))
        like += LIKED_TRANSFER * (catalogue.transfer[:, _columns(needs)] * weights).max(axis=1)
    like -= NO_COURSE * np.array(_courses_beside(frozenset(needs)), dtype=np.float64)
    bmi = member.weight_kg / (member.height_cm / 100) ** 2
    if bmi >= HEAVY_BMI or ability.vdot < SLOW_VDOT:
        like += SPARING * _sparing()
    elif ability.vdot >= RUN_WALK_VDOT:
        like -= NO_RUN_WALK * np.array(_named("run_walk"), dtype=np.float64)
    if not runs_easily(ability) and not needs.keys() & set(RUN):
        like -= NO_RUN * catalogue.of_pattern(Pattern.RUN)
    return like


@lru_cache(maxsize=64)
def _courses_beside(needs: frozenset[Tested]) -> Bools:
    """(n,) True for the courses of tests that the member does not take."""
    others = [TESTED.index(course) for course in COURSES if course not in needs]
    found: Bools = np.any(load_catalogue().transfer[:, others] >= COURSE_TRANSFER, axis=1)
    return found


@cache
def _modes() -> Floats:
    catalogue = load_catalogue()
    treadmill = ["treadmill" in name or name in STROLLS for name in catalogue.ids]
    found: Floats = np.array([MODE.get(p, 0.0) for p in catalogue.patterns]) - TREADMILL * np.array(treadmill)
    return found


@cache
def _sparing() -> Floats:
    catalogue = load_catalogue()
    spare = catalogue.of_pattern(Pattern.WALK, Pattern.BIKE, Pattern.SWIM) | _named("run_walk")
    return np.where(spare & ~_named(*STROLLS), 1.0, 0.0)


def _columns(needs: Mapping[Tested, float]) -> list[int]:
    return [TESTED.index(movement) for movement in needs]


@cache
def _named(*names: str) -> Bools:
    return np.array([name in names for name in load_catalogue().ids], dtype=np.bool_)


def _turns(which: Bools, like: Floats, within: float, most: int) -> tuple[int, ...]:
    """The best liked of `which`, with up to `most` - 1 others that are liked nearly as well."""
    rows = np.flatnonzero(which)
    rows = rows[np.argsort(-like[rows], kind="stable")]
    near = [int(r) for r in rows if like[r] >= like[rows[0]] - within]
    return tuple(near[:most])


def _by_turns(which: Bools, like: Floats, needs: Mapping[Tested, float]) -> tuple[int, ...]:
    """For each tested movement that fast work serves its best exercise; without one, the best liked."""
    catalogue = load_catalogue()
    found: dict[int, None] = {}
    for movement in needs:
        transfer = catalogue.transfer[:, TESTED.index(movement)]
        serves = which & (transfer >= LEAST_TRANSFER)
        if serves.any():
            found |= dict.fromkeys(_turns(serves, like + 2 * transfer, 0.0, 1))
    return tuple(found) or _turns(which, like, TURNS, 2)


LEAST_TRANSFER = 0.4
"""Fast work with less carry-over than this does not stand for a tested movement [G]."""
