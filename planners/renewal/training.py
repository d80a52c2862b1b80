"""A training plan made anew from what was trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any, TypeVar

from planners.errors import FieldError
from planners.outcome import StopSignal
from planners.plan import WorkoutPlan
from planners.reading import read
from planners.renewal.learned import Learned
from planners.renewal.swapped import with_swaps
from planners.renewal.window import Window
from planners.spec import TestedResult, WorkoutGoal, WorkoutRequest
from planners.training_log import LoggedRun, LoggedSession, SessionStatus
from planners.workout.adapt import evidence_faults
from planners.workout.planner import plan_workout, versions
from planners.workout.reflow import reflow
from planners.workout.stored import stored_plan

MOST_SESSIONS, MOST_RUNS, MOST_RESULTS = 400, 120, 60
"""The latest entries that a request takes, as planners.spec says."""

CHANGES = (SessionStatus.MOVED, SessionStatus.SKIPPED)

Json = Mapping[str, Any]


def next_training(
    request: WorkoutRequest, window: Window, learned: Learned
) -> tuple[WorkoutRequest, list[str]]:
    """What is asked for, and why it is not what was asked for before."""
    asked, why = _without_past_test(replace(request, start_date=window.start), window)
    today = first_planned(window)
    asked = asked if today == window.start else replace(asked, today=today)
    return with_history(asked, learned, today), why


def first_planned(window: Window) -> date:
    """The first day that is not lived."""
    return window.start + timedelta(days=window.lived)


def with_history(request: WorkoutRequest, learned: Learned, today: date) -> WorkoutRequest:
    """The request with what was trained before the first day that is planned, as far as it can be.

    Of a plan under way also what the member will do on another day, or not at all.
    """
    past = [e for e in learned.sessions if date.fromisoformat(e["date"]) < today]
    coming = [e for e in learned.sessions if e not in past and e["status"] in CHANGES]
    if request.today is None:
        coming = []
    if not past and not coming:
        return request
    log = _sessions([*past, *coming])
    told = replace(request, log=log, runs=_runs(past), results=_results(past))
    return _without_faults(told, evidence_faults(told))


def as_known_on(request: WorkoutRequest, learned: Learned, today: date) -> WorkoutRequest:
    """The request of a plan with what is known on a day of it: which days are lived, and what was trained."""
    begun = request.start_date is not None and today > request.start_date
    return with_history(replace(request, today=today) if begun else request, learned, today)


def _sessions(entries: Sequence[Json]) -> tuple[LoggedSession, ...]:
    """One word for each day: what was done, or else the last thing that was said of it."""
    names = [field.name for field in fields(LoggedSession)]
    days: dict[str, list[LoggedSession]] = {}
    for entry in entries:
        session = read(LoggedSession, {name: entry[name] for name in names if name in entry})
        days.setdefault(entry["date"], []).append(session)
    chosen = []
    for of_day in days.values():
        done = [session for session in of_day if session.status == SessionStatus.DONE]
        chosen += done or of_day[-1:]
    return tuple(sorted(chosen, key=lambda session: session.date)[-MOST_SESSIONS:])


def _runs(entries: Sequence[Json]) -> tuple[LoggedRun, ...]:
    runs = [read(LoggedRun, {**run, "date": entry["date"]}) for entry in entries for run in entry["runs"]]
    return tuple(runs[-MOST_RUNS:])


def _results(entries: Sequence[Json]) -> tuple[TestedResult, ...]:
    """One result of an event a day, the last that was logged."""
    found: dict[tuple[str, str, str], TestedResult] = {}
    for entry in entries:
        for result in entry["results"]:
            key = (result["test"], result["event"], entry["date"])
            found[key] = read(TestedResult, {**result, "date": entry["date"]})
    return tuple(list(found.values())[-MOST_RESULTS:])


def _without_faults(request: WorkoutRequest, faults: Sequence[FieldError]) -> WorkoutRequest:
    """The request without what the planner would refuse: exercises nobody knows, lifts nobody made.

    Of a session only such an exercise goes: the session was done, and its other exercises count.
    """
    bad = {fault.pointer.rpartition("/")[0] for fault in faults}
    return replace(
        request,
        log=tuple(
            replace(session, exercises=_but(bad, f"/log/{i}/exercises", session.exercises))
            for i, session in enumerate(request.log)
        ),
        runs=_but(bad, "/runs", request.runs),
        results=_but(bad, "/results", request.results),
    )


T = TypeVar("T")


def _but(bad: set[str], pointer: str, entries: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(entry for i, entry in enumerate(entries) if f"{pointer}/{i}" not in bad)


def _without_past_test(request: WorkoutRequest, window: Window) -> tuple[WorkoutRequest, list[str]]:
    """A test that is over is prepared for no more."""
    if request.test is None or request.test.date > window.start:
        return request, []
    goal = WorkoutGoal.GENERAL_FITNESS if request.goal == WorkoutGoal.FITNESS_TEST else request.goal
    told = "The day of your test is over: this plan keeps you fit until you name the next one."
    return replace(request, test=None, goal=goal), [told]


def without_history(request: WorkoutRequest) -> WorkoutRequest:
    """The request as it is kept: what was trained is in the logs, which grow."""
    return replace(request, log=(), runs=(), results=(), today=None)


def is_training_of_now(before: Json) -> bool:
    """Whether a plan was made with the planner and the tables of today."""
    return bool(before["versions"] == versions())


def renewed_training(
    request: WorkoutRequest, before: Json, why: Sequence[str], stopped: StopSignal
) -> WorkoutPlan:
    """The plan of `request`, with what has changed in words; of one under way, `before`, lived days stay."""
    if request.today is not None:
        return _under_way(request, before, stopped)
    plan = plan_workout(request, stopped)
    done = sum(session.status == SessionStatus.DONE for session in request.log)
    told = [*why, *([f"It builds on the {done} sessions that you have logged."] if done else [])]
    return replace(plan, changes=tuple(told))


def _under_way(request: WorkoutRequest, before: Json, stopped: StopSignal) -> WorkoutPlan:
    was = stored_plan(before)
    plan, gone = with_swaps(request, was, reflow(request, was, stopped))
    new = (line for line in plan.because if line not in was.because)
    return replace(plan, changes=(*gone, *new))


def trained_since(request: WorkoutRequest) -> bool:
    """Whether anything is logged since the plan's first day."""
    first = request.start_date
    days = [entry.date for entry in request.log] + [run.date for run in request.runs]
    days += [result.date for result in request.results]
    return first is not None and request.today is not None and any(day >= first for day in days)


def is_as_before(plan: WorkoutPlan, before: Json) -> bool:
    """Whether the sessions of a plan are those of the plan before."""
    return plan.weeks == stored_plan(before).weeks
