"""What a member has done: sets, runs, sessions; one object for each logged row. Standard library only.

Every entry has its date, so that a plan can age it. Loads are as the exercise counts them: of one hand where
the exercise says so.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from planners.errors import FieldError
from planners.reading import limits

EXERCISE = r"[a-z0-9_]+"


class SessionStatus(StrEnum):
    """What became of a session."""

    DONE = "done"
    MISSED = "missed"  # its day went by without it
    MOVED = "moved"  # it is done on another day
    SKIPPED = "skipped"  # left out on purpose, in the past or to come


@dataclass(frozen=True, kw_only=True)
class KnownMaximum:
    """A one-repetition maximum that the member knows."""

    exercise_id: str = limits(
        "Exercise of the catalogue.", pattern=EXERCISE, longest=64, example="bench_press"
    )
    load_kg: float = limits("Load lifted once, in kilograms.", least=1, most=500)
    date: datetime.date = limits("The day it was lifted.")


@dataclass(frozen=True, kw_only=True)
class LoggedSet:
    """Sets of one exercise, all alike: one row of a training diary."""

    exercise_id: str = limits(
        "Exercise of the catalogue.", pattern=EXERCISE, longest=64, example="bench_press"
    )
    date: datetime.date = limits("The day.")
    sets: int = limits("How many sets were done alike.", default=1, least=1, most=20)
    reps: int = limits("Repetitions of each set.", least=1, most=200)
    load_kg: float | None = limits(
        "Load in kilograms; null for body weight.", default=None, least=0.5, most=500
    )
    rpe: float | None = limits("Effort of the last set, 1-10; 10 is all out.", default=None, least=1, most=10)
    planned_reps: int | None = limits(
        "Repetitions that the plan asked of each set, when there was a plan.", default=None, least=1, most=200
    )


@dataclass(frozen=True, kw_only=True)
class LoggedRun:
    """A run by distance and time."""

    date: datetime.date = limits("The day.")
    distance_m: float = limits("Distance in metres.", least=800, most=100_000)
    seconds: float = limits("Time in seconds.", least=120, most=86_400)
    rpe: float | None = limits(
        "Effort, 1-10; 9 and more counts as a race. Without it the run shows only what is surely possible.",
        default=None,
        least=1,
        most=10,
    )


@dataclass(frozen=True, kw_only=True)
class LoggedExercise:
    """One exercise of a session, as it was done."""

    exercise_id: str = limits(
        "Exercise of the catalogue.", pattern=EXERCISE, longest=64, example="bench_press"
    )
    sets: int = limits("Sets done; 0 when it was left out.", least=0, most=20)
    reps: int | None = limits("Repetitions of each set.", default=None, least=0, most=200)
    seconds: float | None = limits("Seconds of each set.", default=None, least=1, most=36_000)
    distance_m: float | None = limits("Metres of each set.", default=None, least=1, most=100_000)
    load_kg: float | None = limits(
        "Load in kilograms; null for body weight.", default=None, least=0.5, most=500
    )
    rpe: float | None = limits("Effort of the last set, 1-10.", default=None, least=1, most=10)
    planned_reps: int | None = limits(
        "Repetitions that the plan asked of each set.", default=None, least=1, most=200
    )


@dataclass(frozen=True, kw_only=True)
class LoggedSession:
    """One session, of a plan or not: what became of it, and what was done."""

    date: datetime.date = limits("The day; of a moved session the day that the plan gave it.")
    status: SessionStatus = limits("What became of it.", default=SessionStatus.DONE)
    moved_to: datetime.date | None = limits("The new day of a moved session.", default=None)
    session_type: str | None = limits(
        "The plan's word for it.", default=None, shortest=1, longest=64, example="upper_body"
    )
    minutes: float | None = limits("Length in minutes.", default=None, least=1, most=600)
    rpe: float | None = limits("Effort of the whole session, 0-10.", default=None, least=0, most=10)
    exercises: tuple[LoggedExercise, ...] = limits(
        "What was done: its sets change the maxima, and so the loads of the days to come.",
        default=(),
        longest=30,
    )


def log_faults(
    *,
    maxima: Sequence[KnownMaximum],
    sets: Sequence[LoggedSet],
    runs: Sequence[LoggedRun],
    log: Sequence[LoggedSession],
    latest: datetime.date,
) -> list[FieldError]:
    """What is contradictory or not yet past; `latest` is the last day that an entry can be of."""
    dated: dict[str, Sequence[KnownMaximum | LoggedSet | LoggedRun]] = {
        "maxima": maxima,
        "sets": sets,
        "runs": runs,
    }
    return [
        *(
            f
            for name, entries in dated.items()
            for f in future_faults(name, [e.date for e in entries], latest)
        ),
        *_maxima_faults(maxima),
        *_run_faults(runs),
        *(fault for at, session in enumerate(log) for fault in _session_faults(at, session, latest)),
        *_day_faults(log),
    ]


def future_faults(name: str, days: Sequence[datetime.date], latest: datetime.date) -> Iterator[FieldError]:
    """The entries that would be of days to come."""
    for at, day in enumerate(days):
        if day > latest:
            yield FieldError(pointer=f"/{name}/{at}/date", detail=_not_past(day, latest))


def _not_past(day: datetime.date, latest: datetime.date) -> str:
    return f"is {day.isoformat()}, which is not past: the last day that counts is {latest.isoformat()}"


def _maxima_faults(maxima: Sequence[KnownMaximum]) -> Iterator[FieldError]:
    first: dict[tuple[str, datetime.date], int] = {}
    for at, known in enumerate(maxima):
        before = first.setdefault((known.exercise_id, known.date), at)
        if maxima[before].load_kg != known.load_kg:
            text = f"contradicts /maxima/{before}: one exercise has one maximum a day"
            yield FieldError(pointer=f"/maxima/{at}/load_kg", detail=text)


SLOWEST_S_PER_KM, FASTEST_S_PER_KM = 1_200.0, 135.0
"""Slower is a stroll and no run; faster than 800 m were ever run, whatever the distance."""


def _run_faults(runs: Sequence[LoggedRun]) -> Iterator[FieldError]:
    for at, run in enumerate(runs):
        pace = 1000 * run.seconds / run.distance_m
        if not FASTEST_S_PER_KM <= pace <= SLOWEST_S_PER_KM:
            limit = f"from {FASTEST_S_PER_KM:g} to {SLOWEST_S_PER_KM:g} s/km"
            text = f"makes {pace:.0f} s/km; a run is {limit}"
            yield FieldError(pointer=f"/runs/{at}/seconds", detail=text, allowed=(limit,))


def _session_faults(at: int, session: LoggedSession, latest: datetime.date) -> Iterator[FieldError]:
    moved = session.status is SessionStatus.MOVED
    if moved and session.moved_to is None:
        yield FieldError(pointer=f"/log/{at}/moved_to", detail="is required when the status is moved")
    if not moved and session.moved_to is not None:
        text = f"goes with the status moved only, not with {session.status}"
        yield FieldError(pointer=f"/log/{at}/moved_to", detail=text)
    if moved and session.moved_to == session.date:
        yield FieldError(pointer=f"/log/{at}/moved_to", detail="is the day that the session has already")
    past = session.status in (SessionStatus.DONE, SessionStatus.MISSED)
    if past and session.date > latest:
        yield FieldError(pointer=f"/log/{at}/date", detail=_not_past(session.date, latest))
    did = session.exercises or session.minutes is not None or session.rpe is not None
    if session.status is not SessionStatus.DONE and did:
        text = f"a session that is {session.status} has no minutes, effort or exercises; log it as done"
        yield FieldError(pointer=f"/log/{at}/status", detail=text)


def _day_faults(log: Sequence[LoggedSession]) -> Iterator[FieldError]:
    """A day's session has one status; only done may stand there several times."""
    first: dict[datetime.date, int] = {}
    for at, session in enumerate(log):
        before = first.setdefault(session.date, at)
        words = {log[before].status, session.status}
        if before != at and words != {SessionStatus.DONE}:
            text = (
                f"contradicts /log/{before}, which says of {session.date.isoformat()}: {log[before].status}"
            )
            yield FieldError(pointer=f"/log/{at}/status", detail=text)
