"""What the rules ask of a finished plan, gathered once: of each day, from its printed lines alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from planners.plan import Exercise, TrainingDay, TrainingWeek
from planners.workout.checks.raw import RawExercise, raw_exercises

RUNS = {"run", "sprint", "shuttle"}
STEADY = RUNS | {"walk", "row", "bike", "swim", "rope", "boxing", "march"}
LEGS = {"quadriceps", "hamstrings", "glutes", "calves", "adductors", "abductors"}
VIGOROUS_RPE = 6.0
RANK = {
    "jump": 0, "throw": 0, "squat": 1, "hinge": 1, "lunge": 2, "horizontal_push": 3, "vertical_push": 3,
    "horizontal_pull": 3, "vertical_pull": 3, "carry": 4, "conditioning": 4, "isolation": 5,
    "trunk_flexion": 6, "trunk_rotation": 6, "brace": 6,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class DayFacts:
    """One training day.

    Attributes
    ----------
    number : day of the plan, from 0.
    line_minutes : what its lines add up to.
    muscles : primary muscles of its resistance sets.
    sets : sets of each muscle, direct 1 and indirect ½.
    legs, hard_run : whether legs are trained against resistance, and whether a run is at effort 6 or more.
    moderate : aerobic minutes, vigorous ones twice.
    hard_minutes, hard_load : minutes of work at effort 6 and more, and effort times these minutes.
    march : metres and kilograms of a march.
    ranks : order of its resistance lines.
    hardest : highest effort of a line.
    """

    number: int
    date: date
    minutes: float
    rpe: float
    load: float
    line_minutes: float
    muscles: frozenset[str]
    sets: Mapping[str, float]
    patterns: frozenset[str]
    legs: bool
    run_m: float
    hard_run: bool
    moderate: float
    hard_minutes: float
    hard_load: float
    march: tuple[float, float] | None
    ranks: tuple[int, ...]
    hardest: float


def day_facts(day: TrainingDay, start: date) -> DayFacts:
    """The facts of one day."""
    table = raw_exercises()
    lines = [(line, table[line.exercise_id]) for line in day.exercises]
    work = [(line, raw) for line, raw in lines if line.note not in ("warm-up", "cool-down")]
    steady = [(line, raw) for line, raw in work if raw.pattern in STEADY]
    resistance = [(line, raw) for line, raw in work if raw.pattern in RANK]
    minutes = {id(line): line_minutes(line, raw) for line, raw in lines}
    hard = [line for line, _ in work if (line.rpe or 0) >= VIGOROUS_RPE]
    return DayFacts(
        number=(day.date - start).days,
        date=day.date,
        minutes=day.minutes,
        rpe=day.rpe,
        load=day.load,
        line_minutes=sum(minutes.values()),
        muscles=frozenset(muscle for _, raw in resistance for muscle in raw.primary),
        sets=_sets(resistance),
        patterns=frozenset(raw.pattern for _, raw in resistance),
        legs=any(raw.primary & LEGS for _, raw in resistance),
        run_m=sum(metres(line) for line, raw in steady if raw.pattern in RUNS),
        hard_run=any((line.rpe or 0) >= VIGOROUS_RPE for line, raw in steady if raw.pattern in RUNS),
        moderate=sum(minutes[id(line)] * _weight(line) for line, _ in steady),
        hard_minutes=sum(minutes[id(line)] for line in hard),
        hard_load=sum(minutes[id(line)] * (line.rpe or 0) for line in hard),
        march=next(
            ((line.distance_m or 0, line.load_kg or 0) for line, raw in work if raw.pattern == "march"), None
        ),
        ranks=tuple(RANK[raw.pattern] for _, raw in resistance),
        hardest=max((line.rpe or 0 for line, _ in lines), default=0.0),
    )


def _weight(line: Exercise) -> int:
    return 2 if (line.rpe or 0) >= VIGOROUS_RPE else 1


def _sets(lines: list[tuple[Exercise, RawExercise]]) -> Mapping[str, float]:
    counted: dict[str, float] = {}
    for line, raw in lines:
        for muscle in raw.primary:
            counted[muscle] = counted.get(muscle, 0.0) + line.sets
        for muscle in raw.secondary - raw.primary:
            counted[muscle] = counted.get(muscle, 0.0) + line.sets / 2
    return counted


def metres(line: Exercise) -> float:
    """Metres of a line that is done by distance, or by time at a pace."""
    if line.distance_m is not None:
        return line.sets * line.distance_m
    if line.pace_s_per_km:
        return line.sets * (line.seconds or 0) * 1000 / line.pace_s_per_km
    return 0.0


def line_minutes(line: Exercise, raw: RawExercise) -> float:
    """Minutes of a printed line: sets of work and rest, and making ready."""
    if line.seconds is not None:
        work = line.seconds * (1 if raw.pattern in STEADY or raw.mobility else raw.sides)
    elif line.distance_m is not None:
        pace = line.pace_s_per_km
        work = line.distance_m * (pace / 1000 if pace else raw.seconds_per_rep * raw.sides)
    else:
        work = (line.reps or 0) * raw.seconds_per_rep * raw.sides
    setup = 0.0 if line.note in ("warm-up", "cool-down") or _no_setup(line, raw) else raw.setup_s
    return (line.sets * (work + line.rest_s) + setup) / 60


def _no_setup(line: Exercise, raw: RawExercise) -> bool:
    """One steady stretch starts at once."""
    return line.seconds is not None and line.sets == 1 and line.rest_s == 0 and raw.pattern in STEADY


@dataclass(frozen=True, kw_only=True)
class WeekFacts:
    """One week: flags, sums and days."""

    number: int
    loading: bool
    deload: bool
    taper: bool
    load: float
    minutes: float
    days: tuple[DayFacts, ...]


def week_facts(week: TrainingWeek, start: date) -> WeekFacts:
    """The facts of one week."""
    return WeekFacts(
        number=week.week,
        loading=not (week.deload or week.taper or week.phase == "recovery"),
        deload=week.deload,
        taper=week.taper,
        load=week.load,
        minutes=week.minutes,
        days=tuple(day_facts(day, start) for day in week.days),
    )
