"""Lines of resistance work: sets, repetitions, load, rest; from the member's maxima, phase and week."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from planners.spec import Equipment, Level, WorkoutGoal
from planners.workout.catalog import Floats, Ints, load_catalogue
from planners.workout.fit import amount, rest_s
from planners.workout.formulas import fraction_for
from planners.workout.implements import implements, rounded
from planners.workout.line import Line, Part
from planners.workout.periods import Phase
from planners.workout.scheme import Dose, Kind, dose, exercised, kinds
from planners.workout.vocabulary import Basis, Pattern

GROWTH = {
    Level.NOVICE: {Kind.MAIN: 0.010, Kind.REPS: 0.020},
    Level.INTERMEDIATE: {Kind.MAIN: 0.005, Kind.REPS: 0.012},
    Level.ADVANCED: {Kind.MAIN: 0.0025, Kind.REPS: 0.006},
}
"""Growth of maxima for each loading week behind the member, well below the usual gains: lifts, repetitions
and holds [G]. Logged results correct it."""
MOST_GROWTH = 1.35
SURE_WEEKS = 3
UNTESTED = "untested: a careful load, the RPE decides"
LEAST = 2
MOST_STRETCH = 1.5
DELOAD_LOAD, DELOAD_EFFORT = 0.9, 1.0
"""A lighter week takes a tenth off the load and one off the effort (Bell 2022, doi:10.3389/fspor.2022.1073223
[S]; the figures [M])."""
POWER_SHARE = 0.7
"""Fast lifts are trained at this share of their maximum [G]; ACSM 2009 gives up to 60 % for single moves."""

RANK = {
    Pattern.JUMP: 0,
    Pattern.THROW: 0,
    Pattern.SQUAT: 1,
    Pattern.HINGE: 1,
    Pattern.LUNGE: 2,
    Pattern.HORIZONTAL_PUSH: 3,
    Pattern.VERTICAL_PULL: 3,
    Pattern.HORIZONTAL_PULL: 3,
    Pattern.VERTICAL_PUSH: 3,
    Pattern.CARRY: 4,
    Pattern.CONDITIONING: 4,
    Pattern.ISOLATION: 5,
    Pattern.TRUNK_ROTATION: 6,
    Pattern.TRUNK_FLEXION: 6,
    Pattern.BRACE: 6,
}
"""Large before small, multi-joint before single, fast and heavy first (ACSM 2009)."""
HEAVY_FIRST = (Kind.MAIN, Kind.POWER)
LIFTED = (Kind.MAIN, Kind.ACCESSORY, Kind.POWER)


@dataclass(frozen=True, kw_only=True, eq=False)
class Trainee:
    """What loads are made from.

    Attributes
    ----------
    capacity : (n,) of every exercise now.
    certain : (n,) share of it that the first week starts with; all of it after SURE_WEEKS loading weeks.
    hurry : how short rests are, 0-1.
    """

    capacity: Floats
    certain: Floats
    level: Level
    goal: WorkoutGoal
    hurry: float


def order_key(row: int) -> tuple[int, int, float, int]:
    """Sorting by this puts a session's exercises into their order."""
    catalogue = load_catalogue()
    heavy = kinds()[row] not in HEAVY_FIRST
    return RANK[catalogue.patterns[row]], int(heavy), -float(catalogue.ratio[row]), row


def growth(kind: Kind, level: Level, loading_weeks: int) -> float:
    """Factor on a maximum after so many loading weeks: (1 + g)^weeks, bounded."""
    rate = GROWTH[level][Kind.REPS if kind in (Kind.REPS, Kind.HOLD) else Kind.MAIN]
    return min((1 + rate) ** loading_weeks, MOST_GROWTH)


def sure(certain: float, loading_weeks: int) -> float:
    """Share of a guessed maximum that is trusted after so many loading weeks: c + (1 - c) · min(w / 3, 1)."""
    return certain + (1 - certain) * min(loading_weeks / SURE_WEEKS, 1.0)


def resistance_line(row: int, sets: int, trainee: Trainee, phase: Phase, weeks: int, *, light: bool) -> Line:
    """One exercise of a session.

    Parameters
    ----------
    phase : whose repetitions and efforts apply.
    weeks : loading weeks done before.
    light : for a deload or recovery week.
    """
    exercise = exercised()[row]
    kind = exercise.kind
    dosed = dose(kind, trainee.level, trainee.goal, phase, exercise.pattern)
    trust = sure(float(trainee.certain[row]), weeks) if kind in (*LIFTED, Kind.CARRY) else 1.0
    capacity = float(trainee.capacity[row]) * growth(kind, trainee.level, weeks) * trust
    number = amount(kind, dosed, capacity * (DELOAD_LOAD if light else 1.0))
    held = kind is Kind.HOLD
    metres = kind in (Kind.CARRY, Kind.CRAWL)
    return Line(
        row=row,
        part=Part.RESISTANCE,
        sets=sets,
        reps=0 if held or metres else number,
        seconds=number if held else 0,
        metres=number if metres else 0,
        work_s=number * exercise.seconds_per_rep * exercise.sides,
        rest_s=rest_s(dosed, trainee.hurry),
        setup_s=exercise.setup_s,
        load_kg=load_of(row, dosed, capacity, light=light),
        rpe=max(dosed.rpe - (DELOAD_EFFORT if light else 0.0), 5.0),
        met=exercise.met,
        rest_met=exercise.met,
        note="; ".join(filter(None, (note_of(row), UNTESTED if trust < 1 else ""))),
    )


def load_of(row: int, dosed: Dose, capacity: float, *, light: bool) -> float | None:
    """Kilograms, rounded down to what the implement can make; None for body weight.

    w = ⌊1RM_e · f(reps + 10 - RPE)⌋; 0.7 of the maximum for fast lifts, the whole share for carries
    """
    exercise = exercised()[row]
    if exercise.basis is Basis.FIXED:
        return exercise.ratio
    factor = DELOAD_LOAD if light else 1.0
    if exercise.kind is Kind.CARRY:
        return rounded(capacity * factor, implements()[row])
    if exercise.kind not in LIFTED:
        return None
    fast = exercise.kind is Kind.POWER
    share = POWER_SHARE if fast else fraction_for(dosed.reps + 10 - dosed.rpe)
    return rounded(capacity * share * factor, implements()[row])


USUAL_LOAD = {
    Equipment.RUCKSACK: "about 10 kg in the rucksack",
    Equipment.MEDICINE_BALL: "a ball of about 4 kg",
}
"""What body-weight work is loaded with: its repetitions, not its load, follow the member [G]."""


@cache
def note_of(row: int) -> str:
    """What to know that the figures do not say."""
    catalogue = load_catalogue()
    words = []
    if catalogue.unilateral[row]:
        words.append("each side")
    if catalogue.each_hand[row]:
        words.append("load in each hand")
    needs = dict(zip(Equipment, catalogue.needs[row].tolist(), strict=True))
    if kinds()[row] in (Kind.REPS, Kind.HOLD):
        words += [words_of for implement, words_of in USUAL_LOAD.items() if needs[implement]]
    if kinds()[row] is Kind.MAIN and (needs[Equipment.BARBELL] or needs[Equipment.HEX_BAR]):
        words.append("first one or two lighter sets")
    return "; ".join(words)


def fit_sets(
    base: Ints, most: Ints, priority: Ints, seconds: Floats, setup: Floats, budget: float
) -> list[int]:
    """Whole sets of a session scaled to its seconds this week.

    Two sets of each exercise in the order of priority while they fit, then one more by turns up to
    round(base · budget / Σ base t) + 1. A session that cannot hold two sets of its first exercise holds one,
    of the shortest at last.
    """
    times, makes = seconds.tolist(), setup.tolist()
    share = min(budget / float(base @ seconds + setup.sum()), MOST_STRETCH)
    wanted = [
        min(m, max(LEAST, round(b * share) + 1)) for b, m in zip(base.tolist(), most.tolist(), strict=True)
    ]
    sets = [0] * len(times)
    left = budget
    for at in priority.tolist():
        take = LEAST if LEAST * times[at] + makes[at] <= left or sum(sets) else 1
        if take * times[at] + makes[at] <= left:
            sets[at] = take
            left -= take * times[at] + makes[at]
    if not any(sets):
        shortest = min(range(len(times)), key=lambda i: times[i] + makes[i])
        sets[shortest] = 1
    for _ in range(int(most.max())):
        for at in priority.tolist():
            if 0 < sets[at] < wanted[at] and times[at] <= left:
                sets[at] += 1
                left -= times[at]
    return sets
