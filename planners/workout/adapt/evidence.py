"""What the request tells of the past, sorted out: sets, holds, runs, results; refused where it cannot be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from planners.errors import FieldError
from planners.spec import WorkoutRequest
from planners.training_log import (
    KnownMaximum,
    LoggedExercise,
    LoggedRun,
    LoggedSession,
    LoggedSet,
    SessionStatus,
)
from planners.workout.catalog import load_catalogue
from planners.workout.formulas import MOST_REPS, one_rep_max
from planners.workout.resistance import LIFTED
from planners.workout.scheme import Kind, kinds
from planners.workout.tests import RULES, result_faults
from planners.workout.vocabulary import RUNNING, Pattern

OLDEST_DAYS = 182
"""Entries older than half a year say nothing of today [G]."""
HEAVIEST_KG = 560.0
"""No lift of more was ever made; a set that would mean one is an error of typing."""
SHORTEST_RUN_M = 800.0


@dataclass(frozen=True, kw_only=True, order=True)
class Effort:
    """Sets of one exercise on one day, all alike.

    Attributes
    ----------
    age_days : how long before the plan goes on.
    reps, seconds : of each set; 0 where it was not counted so.
    load_kg, rpe, planned_reps : 0 where they were not told.
    known : a maximum that the member knows, and no set of a session.
    """

    row: int
    age_days: int
    load_kg: float
    reps: int
    seconds: float
    rpe: float
    planned_reps: int
    sets: int
    known: bool = False


@dataclass(frozen=True, kw_only=True, order=True)
class Ran:
    """One run; an RPE of 0 was not told."""

    age_days: int
    distance_m: float
    seconds: float
    rpe: float


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """The past, each kind in an order of its own, so that the order of the request does not matter."""

    as_of: date
    efforts: tuple[Effort, ...]
    runs: tuple[Ran, ...]
    sessions: tuple[LoggedSession, ...]


def as_of(request: WorkoutRequest) -> date:
    """The day that ages are counted to: the first that can still be planned."""
    day = request.today or request.start_date
    if day is None:
        raise ValueError("the request has no start_date; read_request gives it one")
    return day if request.start_date is None else max(day, request.start_date)


def evidence_of(request: WorkoutRequest) -> Evidence:
    """The entries of the last half year, each once, though it was sent as a set and within a session."""
    day = as_of(request)
    sessions = [s for s in request.log if s.status is SessionStatus.DONE and _age(day, s.date) <= OLDEST_DAYS]
    efforts = {_effort(day, each.date, each) for each in request.sets}
    efforts |= {_effort(day, s.date, each) for s in sessions for each in s.exercises if each.sets}
    efforts |= {_effort_of_maximum(day, known) for known in request.maxima}
    runs = {_ran(day, run) for run in request.runs} | set(_runs_of(day, sessions))
    return Evidence(
        as_of=day,
        efforts=tuple(sorted(e for e in efforts if e.age_days <= OLDEST_DAYS)),
        runs=tuple(sorted(r for r in runs if r.age_days <= OLDEST_DAYS)),
        sessions=tuple(sorted(sessions, key=lambda s: (s.date, s.minutes or 0.0, s.rpe or 0.0))),
    )


def _age(day: date, entry: date) -> int:
    return max(0, (day - entry).days)


def _effort_of_maximum(day: date, each: KnownMaximum) -> Effort:
    return Effort(
        row=load_catalogue().row_of[each.exercise_id],
        age_days=_age(day, each.date),
        load_kg=each.load_kg,
        reps=1,
        seconds=0.0,
        rpe=10.0,
        planned_reps=0,
        sets=1,
        known=True,
    )


def _effort(day: date, on: date, each: LoggedSet | LoggedExercise) -> Effort:
    return Effort(
        row=load_catalogue().row_of[each.exercise_id],
        age_days=_age(day, on),
        load_kg=each.load_kg or 0.0,
        reps=each.reps or 0,
        seconds=(each.seconds or 0.0) if isinstance(each, LoggedExercise) else 0.0,
        rpe=each.rpe or 0.0,
        planned_reps=each.planned_reps or 0,
        sets=each.sets,
    )


def _ran(day: date, run: LoggedRun) -> Ran:
    return Ran(
        age_days=_age(day, run.date), distance_m=run.distance_m, seconds=run.seconds, rpe=run.rpe or 0.0
    )


def _runs_of(day: date, sessions: Sequence[LoggedSession]) -> Iterator[Ran]:
    """Steady runs that a session tells with distance and time."""
    patterns = load_catalogue().patterns
    for session in sessions:
        for each in session.exercises:
            steady = each.sets == 1 and patterns[load_catalogue().row_of[each.exercise_id]] is Pattern.RUN
            if steady and (each.distance_m or 0.0) >= SHORTEST_RUN_M and each.seconds:
                yield Ran(
                    age_days=_age(day, session.date),
                    distance_m=each.distance_m or 0.0,
                    seconds=each.seconds,
                    rpe=each.rpe or 0.0,
                )


def run_metres(exercise: LoggedExercise) -> float:
    """Metres of running of a logged exercise."""
    if load_catalogue().patterns[load_catalogue().row_of[exercise.exercise_id]] not in RUNNING:
        return 0.0
    return exercise.sets * (exercise.distance_m or 0.0)


def evidence_faults(request: WorkoutRequest) -> list[FieldError]:
    """Exercises that the catalogue does not know, lifts and results that nobody ever made."""
    named = [(f"/maxima/{i}", m.exercise_id, m.load_kg, 1) for i, m in enumerate(request.maxima)]
    named += [(f"/sets/{i}", s.exercise_id, s.load_kg or 0.0, s.reps) for i, s in enumerate(request.sets)]
    named += [
        (f"/log/{i}/exercises/{j}", each.exercise_id, each.load_kg or 0.0, each.reps or 0)
        for i, session in enumerate(request.log)
        for j, each in enumerate(session.exercises)
    ]
    return [*(fault for entry in named for fault in _lift_faults(*entry)), *_result_faults(request)]


def _lift_faults(pointer: str, name: str, load_kg: float, reps: int) -> Iterator[FieldError]:
    catalogue = load_catalogue()
    row = catalogue.row_of.get(name)
    if row is None:
        text = f"is not an exercise of the catalogue {catalogue.version}"
        yield FieldError(pointer=f"{pointer}/exercise_id", detail=text)
        return
    if pointer.startswith("/maxima") and kinds()[row] not in (*LIFTED, Kind.CARRY):
        text = f"{catalogue.names[row]} is not lifted with a load, so it has no one-repetition maximum in kg"
        yield FieldError(pointer=f"{pointer}/exercise_id", detail=text)
    maximum = one_rep_max(load_kg, min(max(reps, 1), MOST_REPS))
    if maximum > HEAVIEST_KG:
        text = f"means a maximum of {maximum:.0f} kg; nobody ever lifted {HEAVIEST_KG:g} kg"
        yield FieldError(pointer=f"{pointer}/load_kg", detail=text)


def _result_faults(request: WorkoutRequest) -> Iterator[FieldError]:
    for at, tested in enumerate(request.results):
        for fault in result_faults(tested.test, {tested.event: tested.result}, at=f"/results/{at}"):
            known = any(event.name == tested.event for event in RULES[tested.test].events)
            pointer = f"/results/{at}/{'result' if known else 'event'}"
            yield FieldError(pointer=pointer, detail=fault.detail, allowed=fault.allowed)
