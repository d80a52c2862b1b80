"""What the body is used to: weekly load and longest run of the last four weeks, and the doses of the past.

    chronic load = Σ_28 RPE · minutes / weeks logged,   2 to 4 weeks, from ten days on

A done session without minutes or RPE counts as the mean of the others. The plan starts from it instead of the
guess, held between half of the guess (who logs little is not taken for an invalid [G]) and a full week.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from planners.training_log import LoggedExercise, LoggedSession
from planners.workout.adapt.evidence import Evidence, run_metres
from planners.workout.catalog import load_catalogue
from planners.workout.dose import DOSED
from planners.workout.periods import DAYS
from planners.workout.scheme import Kind, exercised, kinds
from planners.workout.session import HEAVY_KINDS
from planners.workout.stimulus import Work
from planners.workout.vocabulary import AEROBIC_MODES, Pattern, Quality

WINDOW_DAYS, FEWEST_DAYS = 28, 10
LONGEST_RUN_DAYS = 30
PAST_WEEKS = 12
"""Weeks before that the response looks back on: what is older than two time constants of fitness is gone."""
REST_S = 90.0
"""Rest between logged sets, which no log tells [G]."""
USUAL_S_PER_M = 0.36
"""Pace of aerobic work that is told by its distance alone [G]."""
HARD_RPE, FAST_RPE = 6.0, 7.5


@dataclass(frozen=True, kw_only=True, eq=False)
class Past:
    """The weeks before.

    Attributes
    ----------
    weekly_load : RPE · minutes a week; None when the log with figures begins less than ten days before.
    longest_run_m : of one day within 30 days; None without a run.
    work : lines of the last `PAST_WEEKS` weeks, day 0 the first of them; None without an exercise or run.
    """

    weekly_load: float | None
    longest_run_m: float | None
    work: Work | None


def past_of(evidence: Evidence) -> Past:
    """What the log says of the weeks before."""
    return Past(
        weekly_load=_weekly_load(evidence),
        longest_run_m=_longest_run(evidence),
        work=_work(evidence),
    )


def _weekly_load(evidence: Evidence) -> float | None:
    recent = [s for s in evidence.sessions if 0 < _age(evidence, s.date) <= WINDOW_DAYS]
    told = [s.rpe * s.minutes for s in recent if s.rpe is not None and s.minutes is not None]
    if not told:
        return None
    first = max(_age(evidence, s.date) for s in recent)
    if first < FEWEST_DAYS:
        return None
    weeks = min(max(math.ceil(first / DAYS), 2), 4)
    return math.fsum(told) / len(told) * len(recent) / weeks


def _age(evidence: Evidence, on: date) -> int:
    return (evidence.as_of - on).days


def _longest_run(evidence: Evidence) -> float | None:
    days: dict[int, float] = {}
    for session in evidence.sessions:
        age = _age(evidence, session.date)
        days[age] = days.get(age, 0.0) + math.fsum(run_metres(e) for e in session.exercises)
    for run in evidence.runs:
        days[run.age_days] = max(days.get(run.age_days, 0.0), run.distance_m)
    recent = [metres for age, metres in days.items() if 0 < age <= LONGEST_RUN_DAYS and metres > 0]
    return max(recent, default=None)


def _work(evidence: Evidence) -> Work | None:
    """Every logged exercise, and every run of a day without a logged run, as lines of the past weeks."""
    days = PAST_WEEKS * DAYS
    cells = [*_set_cells(evidence), *_session_cells(evidence), *_run_cells(evidence)]
    inside = sorted(
        (days - age, row, minutes, quality) for age, row, minutes, quality in cells if 0 < age <= days
    )
    if not inside:
        return None
    day, rows, minutes, quality = zip(*inside, strict=True)
    return Work(
        rows=np.array(rows, dtype=np.int64),
        minutes=np.array(minutes, dtype=np.float64),
        quality=np.array(quality, dtype=np.int64),
        day=np.array(day, dtype=np.int64),
        days=days,
    )


Cell = tuple[int, int, float, int]
"""Age in days, catalogue row, minutes, index of DOSED."""


def _set_cells(evidence: Evidence) -> Iterator[Cell]:
    """Sets with usual rests."""
    for effort in evidence.efforts:
        quality = _quality(effort.row, effort.rpe)
        if kinds()[effort.row] is Kind.NONE or quality is None or effort.known:
            continue
        exercise = exercised()[effort.row]
        work = effort.seconds or effort.reps * exercise.seconds_per_rep * exercise.sides
        yield effort.age_days, effort.row, effort.sets * (work + REST_S) / 60, DOSED.index(quality)


def _session_cells(evidence: Evidence) -> Iterator[Cell]:
    """Runs, rides, rows, swims and marches of the sessions."""
    for session in evidence.sessions:
        for each in session.exercises:
            row = load_catalogue().row_of[each.exercise_id]
            quality = _quality(row, each.rpe or session.rpe or 0.0)
            if kinds()[row] is Kind.NONE and quality is not None and each.sets:
                yield _age(evidence, session.date), row, _minutes(session, each), DOSED.index(quality)


def _minutes(session: LoggedSession, each: LoggedExercise) -> float:
    """By the clock or at a usual pace, no more than the whole session."""
    seconds = each.seconds or (each.distance_m or 0.0) * USUAL_S_PER_M
    return min(each.sets * seconds / 60, session.minutes or math.inf)


def _run_cells(evidence: Evidence) -> Iterator[Cell]:
    """Runs that no session tells of."""
    row = load_catalogue().row_of["run_easy"]
    told = {_age(evidence, s.date) for s in evidence.sessions if any(run_metres(e) > 0 for e in s.exercises)}
    for run in evidence.runs:
        quality = _quality(row, run.rpe)
        if run.age_days not in told and quality is not None:
            yield run.age_days, row, run.seconds / 60, DOSED.index(quality)


def _quality(row: int, rpe: float) -> Quality | None:
    if kinds()[row] is not Kind.NONE:
        return Quality.STRENGTH if kinds()[row] in HEAVY_KINDS else Quality.ENDURANCE
    pattern = load_catalogue().patterns[row]
    if pattern is Pattern.MARCH:
        return Quality.RUCK
    if pattern not in AEROBIC_MODES:
        return None
    if rpe >= FAST_RPE:
        return Quality.SPEED
    return Quality.THRESHOLD if rpe >= HARD_RPE else Quality.AEROBIC
