"""The resistance sessions of a block: from member, minutes and the block before to the choice model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from planners.spec import Level, WorkoutGoal
from planners.workout.catalog import LEVELS, MUSCLES, TESTED, Bools, Floats, Ints, load_catalogue
from planners.workout.choice import INDIRECT, LACK, LEAST_SETS, MISS, OVER, SHORT, SPLIT, ChoiceModel
from planners.workout.scheme import ENDURANCE_GOALS, Kind, is_kind, kinds
from planners.workout.split import Focus
from planners.workout.taste import taste
from planners.workout.vocabulary import Muscle, Pattern, Tested

LOWER = (
    Muscle.QUADRICEPS,
    Muscle.HAMSTRINGS,
    Muscle.GLUTES,
    Muscle.CALVES,
    Muscle.ADDUCTORS,
    Muscle.ABDUCTORS,
    Muscle.LOWER_BACK,
)
UPPER = (
    Muscle.CHEST,
    Muscle.SHOULDERS,
    Muscle.TRICEPS,
    Muscle.LATS,
    Muscle.MIDDLE_BACK,
    Muscle.BICEPS,
    Muscle.FOREARMS,
    Muscle.TRAPS,
    Muscle.NECK,
    Muscle.ABDOMINALS,
)
"""Which focus trains a muscle; the trunk goes with the upper body, so that days beside each other never share
a primary muscle."""

WANT = {
    Muscle.QUADRICEPS: 1.0,
    Muscle.GLUTES: 1.0,
    Muscle.HAMSTRINGS: 1.0,
    Muscle.CHEST: 1.0,
    Muscle.LATS: 1.0,
    Muscle.MIDDLE_BACK: 1.0,
    Muscle.SHOULDERS: 1.0,
    Muscle.ABDOMINALS: 1.0,
    Muscle.TRICEPS: 0.6,
    Muscle.BICEPS: 0.6,
    Muscle.LOWER_BACK: 0.5,
    Muscle.CALVES: 0.4,
    Muscle.FOREARMS: 0.3,
    Muscle.TRAPS: 0.3,
    Muscle.ABDUCTORS: 0.2,
    Muscle.ADDUCTORS: 0.2,
    Muscle.NECK: 0.0,
}
"""Share of the large muscles' weekly sets that each muscle wants [G]."""
LOW_SETS = {Level.NOVICE: 8.0, Level.INTERMEDIATE: 10.0, Level.ADVANCED: 12.0}
HIGH_SETS = {Level.NOVICE: 14.0, Level.INTERMEDIATE: 18.0, Level.ADVANCED: 22.0}
"""Weekly sets of a large muscle: 10 and more are best where time allows, 12-20 for the trained (Schoenfeld
2017, doi:10.1080/02640414.2016.1210197; Baz-Valle 2022, doi:10.2478/hukin-2022-0017) [S]."""
MUSCLES_PER_SET = 2.3
SECONDS_PER_SET = 150
FEWEST_EXERCISES, MOST_EXERCISES = 3, 8

GROUPS = (
    (Pattern.SQUAT, Pattern.LUNGE),
    (Pattern.HINGE,),
    (Pattern.HORIZONTAL_PUSH, Pattern.VERTICAL_PUSH),
    (Pattern.HORIZONTAL_PULL, Pattern.VERTICAL_PULL),
    (Pattern.BRACE, Pattern.TRUNK_FLEXION, Pattern.TRUNK_ROTATION),
)
GROUP_SHARE = (0.15, 0.15, 0.17, 0.17, 0.12)
"""Movements that no week may lack, and the least share of its sets [G]."""
CARRY_SETS, CARRY_SHARE, LEAST_CARRY = 3.0, 0.16, 0.5
"""Sets a week of each tested movement at full need, and their most as a share of all; an exercise counts by
the square of its carry-over against the best permitted one's, below a half not at all [G]."""
MOVEMENTS = tuple(Pattern)
VARIANTS = {Pattern.ISOLATION: 2, Pattern.TRUNK_ROTATION: 1}

DISLIKE = {
    Kind.MAIN: 0.40,
    Kind.ACCESSORY: 0.75,
    Kind.POWER: 0.65,
    Kind.REPS: 0.55,
    Kind.COUNT: 0.75,
    Kind.HOLD: 0.65,
    Kind.CARRY: 0.60,
    Kind.CRAWL: 0.85,
    Kind.NONE: 1.0,
}
"""What a set costs beside its time: big lifts are liked best [G]."""
NOT_OWN_LEVEL, REPEATED, KEPT, LIKED_CARRY_OVER, OWN_EVENT, JITTER = 0.1, 0.15, 0.2, 0.5, 0.2, 0.06
BARE_WHEN_LOADED = 0.15


@dataclass(frozen=True, kw_only=True, eq=False)
class BlockInput:
    """What a block's choice depends on.

    Attributes
    ----------
    rows : candidates: permitted and suited resistance exercises.
    set_s : (E,) seconds of one set of each with its rest.
    foci : of the block's resistance sessions, in the order of the week.
    seconds : of the resistance part of each.
    heavy_s : wanted of strength work a week.
    needs : tested movements and how much each is wanted, 0-1.
    before : rows of the catalogue that the block before held.
    noise : (n,) 0-1, from the seed.
    """

    rows: Ints
    set_s: Floats
    foci: Sequence[Focus]
    seconds: Sequence[float]
    heavy_s: float
    needs: Mapping[Tested, float]
    level: Level
    goal: WorkoutGoal
    before: frozenset[int]
    noise: Floats


def choice_model(block: BlockInput) -> ChoiceModel:
    """The model of one block."""
    catalogue = load_catalogue()
    focus_of = focus_masks()
    rows, seconds = block.rows, block.set_s
    budget = np.array(block.seconds, dtype=np.float64)
    carry = catalogue.transfer[rows][:, [TESTED.index(f) for f in block.needs]]
    sums = _sums(block, rows, carry, seconds, float(budget.sum()))
    each = LEAST_SETS * float(np.median(seconds)) + float(np.median(catalogue.setup_s[rows]))
    return ChoiceModel(
        rows=rows,
        seconds=seconds,
        setup=catalogue.setup_s[rows],
        most=np.where(is_kind(Kind.MAIN)[rows], 4, 3) + (block.level is Level.ADVANCED),
        movement=movement_of()[rows],
        variants=MOST_VARIANTS,
        allowed=np.array([focus_of[focus][rows] for focus in block.foci]),
        budget=budget,
        count=np.clip(np.round(budget / each), FEWEST_EXERCISES, MOST_EXERCISES).astype(np.int64),
        features=np.hstack([s.features for s in sums]),
        need=np.concatenate([s.need for s in sums]),
        short=np.repeat([SHORT, LACK, MISS, SPLIT], [len(s.need) for s in sums]),
        high=np.concatenate([s.high for s in sums]),
        over=np.repeat([OVER, 0.0, 0.0, SPLIT], [len(s.need) for s in sums]),
        dislike=_dislikes(block, rows, carry),
    )


def candidates(may: Bools, foci: Sequence[Focus]) -> Ints:
    """Rows of the permitted and suited resistance exercises that some session of these foci may hold."""
    fits_some = np.any([focus_masks()[focus] for focus in foci], axis=0)
    return np.flatnonzero(may & ~is_kind(Kind.NONE) & fits_some)


@dataclass(frozen=True, kw_only=True, eq=False)
class Sums:
    """Some of the sums that the objective counts: `features` (E, j), `need` (j,), `high` (j,)."""

    features: Floats
    need: Floats
    high: Floats


def _sums(block: BlockInput, rows: Ints, carry: Floats, seconds: Floats, budget: float) -> tuple[Sums, ...]:
    """Muscles, movement groups, tested movements and heavy work."""
    catalogue = load_catalogue()
    sets = budget / SECONDS_PER_SET
    primary, secondary = catalogue.primary[rows], catalogue.secondary[rows]
    wanted = WANTED
    reachable = (primary | secondary).any(axis=0)
    reachable &= np.any([_muscles_of(focus) for focus in block.foci], axis=0)
    low = wanted * reachable * min(LOW_SETS[block.level], sets * MUSCLES_PER_SET / float(wanted.sum()))
    groups = group_features()[rows]
    least = LEAST_SETS if sets >= 2 * len(GROUPS) else 0.0
    group_need = np.maximum(np.array(GROUP_SHARE) * sets, least) * groups.any(axis=0)
    needs = np.array(list(block.needs.values()), dtype=np.float64)
    share = carry / np.maximum(carry.max(axis=0, initial=0.0), 1e-9)
    direct = np.where(carry >= LEAST_CARRY, share**2, 0.0)
    carry_need = (0.6 + 0.4 * needs) * min(CARRY_SETS, sets * CARRY_SHARE) * (direct > 0).any(axis=0)
    heavy = is_kind(*HEAVY_KINDS)[rows] * seconds
    heavy_need = np.array([block.heavy_s if heavy.any() else 0.0])
    none = np.full(len(GROUPS), NO_HIGH), np.full(len(needs), NO_HIGH)
    return (
        Sums(
            features=primary + INDIRECT * (secondary & ~primary),
            need=low,
            high=np.full(len(MUSCLES), HIGH_SETS[block.level]),
        ),
        Sums(features=groups, need=group_need, high=none[0]),
        Sums(features=direct, need=carry_need, high=none[1]),
        Sums(features=heavy[:, None], need=heavy_need, high=heavy_need),
    )


NO_HIGH = 1e6
"""High of a sum that cannot be too much."""
HEAVY_KINDS = (Kind.MAIN, Kind.ACCESSORY, Kind.POWER, Kind.CARRY)
WANTED = np.array([WANT[m] for m in MUSCLES])
MOST_VARIANTS = np.array([VARIANTS.get(p, 1) for p in MOVEMENTS], dtype=np.int64)


@cache
def movement_of() -> Ints:
    """(n,) number of each exercise's pattern."""
    return np.array([MOVEMENTS.index(p) for p in load_catalogue().patterns], dtype=np.int64)


@cache
def group_of() -> tuple[int, ...]:
    """(n,) number of each exercise's movement group, -1 for none."""
    patterns = load_catalogue().patterns
    return tuple(next((g for g, group in enumerate(GROUPS) if p in group), -1) for p in patterns)


@cache
def group_features() -> Floats:
    """(n, G) 1 where an exercise belongs to a movement group."""
    return np.array([[float(g == of) for g in range(len(GROUPS))] for of in group_of()])


@cache
def disliked() -> Floats:
    """(n,) what a set of each exercise costs for its kind."""
    return np.array([DISLIKE[kind] for kind in kinds()])


@cache
def focus_masks() -> Mapping[Focus, Bools]:
    """Of each focus the (n,) exercises whose primary muscles all belong to it."""
    catalogue = load_catalogue()
    lower = np.array([m in LOWER for m in MUSCLES])
    in_lower = ~(catalogue.primary & ~lower).any(axis=1)
    in_upper = ~(catalogue.primary & lower).any(axis=1)
    everything = np.ones(len(catalogue), dtype=np.bool_)
    return {Focus.LOWER: in_lower, Focus.UPPER: in_upper, Focus.FULL: everything}


def _muscles_of(focus: Focus) -> Bools:
    if focus is Focus.FULL:
        return np.ones(len(MUSCLES), dtype=np.bool_)
    trained = LOWER if focus is Focus.LOWER else UPPER
    return np.array([m in trained for m in MUSCLES])


def _dislikes(block: BlockInput, rows: Ints, carry: Floats) -> Floats:
    """What a set of each candidate costs: its kind, its level, change and continuity, carry-over, chance."""
    catalogue = load_catalogue()
    cost = disliked()[rows] + NOT_OWN_LEVEL * np.abs(catalogue.level[rows] - LEVELS.index(block.level))
    was = np.isin(rows, list(block.before))
    main = is_kind(Kind.MAIN)[rows]
    cost += np.where(was, np.where(main, -KEPT, REPEATED), 0.0)
    cost += taste(rows, strength=block.goal is WorkoutGoal.STRENGTH)
    weights = np.array(list(block.needs.values()))
    if len(weights):
        best = np.maximum(carry.max(axis=0, initial=0.0), 1e-9)
        cost -= LIKED_CARRY_OVER * (carry**2 / best * (0.5 + 0.5 * weights)).max(axis=1)
        cost -= OWN_EVENT * (carry >= 0.999 * best).any(axis=1)
    if block.goal not in ENDURANCE_GOALS:
        bare = ~catalogue.needs[rows].any(axis=1)
        cost += BARE_WHEN_LOADED * bare
    cost += JITTER * block.noise[rows]
    floor: Floats = np.maximum(cost, 0.0)
    return floor
