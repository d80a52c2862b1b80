"""What became of every day of a plan under way: done, missed, moved, skipped, still to come.

Who logs, logs all: once one session of the lived days is logged as done, a lived day without an entry counts
as missed; as long as none is, all count as done as planned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from planners.errors import FieldError, InvalidRequest
from planners.plan import TrainingDay, WorkoutPlan
from planners.spec import WorkoutRequest
from planners.training_log import LoggedSession, SessionStatus
from planners.workout.adapt import as_of
from planners.workout.finish import WEEKDAYS
from planners.workout.periods import DAYS


@dataclass(frozen=True, kw_only=True)
class Move:
    """A session that goes from one day of the plan to another; `pointer` is where the log says so."""

    origin: int
    to: int
    pointer: str


@dataclass(frozen=True, kw_only=True)
class Lived:
    """The days of the plan, numbered from 0.

    Attributes
    ----------
    today : first day that can still be planned.
    kept : done days as they were, by the day on which they were done.
    locked : days to come that stay as they are.
    missed, skipped : days whose session was not, or will not be, done.
    unlogged : those of the missed days that have no entry.
    moves : sessions that are still to be done, on another day.
    loads : load of each logged day, as far as it is told.
    """

    today: int
    kept: Mapping[int, TrainingDay]
    locked: Mapping[int, TrainingDay]
    missed: frozenset[int]
    skipped: frozenset[int]
    unlogged: frozenset[int]
    moves: tuple[Move, ...]
    loads: Mapping[int, float]

    def load_of(self, week: int, printed: float) -> float:
        """What was done of a lived week, never more than what is printed of it."""
        days = range(week * DAYS, (week + 1) * DAYS)
        done = sum(self.loads.get(day, self.kept[day].load if day in self.kept else 0.0) for day in days)
        return min(done, printed)


@dataclass(kw_only=True)
class _Sorting:
    kept: dict[int, TrainingDay] = field(default_factory=dict)
    missed: set[int] = field(default_factory=set)
    skipped: set[int] = field(default_factory=set)
    unlogged: set[int] = field(default_factory=set)
    moves: list[Move] = field(default_factory=list)


def lived_days(request: WorkoutRequest, plan: WorkoutPlan) -> Lived:
    """Sort the plan's days by what the log says of them.

    Raises
    ------
    InvalidRequest
        When a session is moved out of the plan or into the past, or a locked day holds none.
    """
    first, day = plan.start_date, as_of(request)
    entries = {(s.date - first).days: (at, s) for at, s in enumerate(request.log)}
    printed = {(d.date - first).days: d for week in plan.weeks for d in week.days}
    today = (day - first).days
    done_today = today in entries and entries[today][1].status is SessionStatus.DONE
    today += done_today
    sorting = _Sorting()
    logs = any(0 <= n < today and s.status is SessionStatus.DONE for n, (_, s) in entries.items())
    for number, each in sorted(printed.items()):
        if number < today:
            _sort(sorting, number, each, entries, logs, today)
    for number, (at, session) in sorted(entries.items()):
        _announced(sorting, number, at, session, first, today, DAYS * len(plan.weeks))
    return Lived(
        today=today,
        kept=sorting.kept,
        locked=_locked(request, printed, first),
        missed=frozenset(sorting.missed),
        skipped=frozenset(sorting.skipped),
        unlogged=frozenset(sorting.unlogged),
        moves=tuple(sorting.moves),
        loads=_loads(request, first),
    )


def _sort(
    sorting: _Sorting,
    number: int,
    each: TrainingDay,
    entries: Mapping[int, tuple[int, LoggedSession]],
    logs: bool,
    today: int,
) -> None:
    """A lived day: kept where it was done, else missed; a moved one on its new day once that is past."""
    entry = entries[number][1] if number in entries else None
    if entry is None:
        if logs:
            sorting.missed.add(number)
            sorting.unlogged.add(number)
        else:
            sorting.kept.setdefault(number, each)
    elif entry.status is SessionStatus.DONE:
        sorting.kept[number] = each
    elif entry.status is SessionStatus.MOVED and entry.moved_to is not None:
        to = number + (entry.moved_to - entry.date).days
        if to < today:
            there = entries.get(to)
            if there is None or there[1].status is SessionStatus.DONE:
                on = each.date + timedelta(days=to - number)
                moved = replace(each, date=on, weekday=WEEKDAYS[on.weekday()])
                sorting.kept.setdefault(to, moved)


def _announced(
    sorting: _Sorting, number: int, at: int, session: LoggedSession, first: date, today: int, days: int
) -> None:
    """What the log says beside the days that the plan still shows."""
    if not 0 <= number < days:
        return
    if session.status is SessionStatus.MISSED:
        sorting.missed.add(number)
    if session.status is SessionStatus.SKIPPED:
        sorting.skipped.add(number)
    if session.status is SessionStatus.MOVED and session.moved_to is not None:
        to = (session.moved_to - first).days
        pointer = f"/log/{at}/moved_to"
        if not 0 <= to < days:
            text = f"is no day of the plan, which is {days // DAYS} weeks from {first.isoformat()}"
            raise InvalidRequest([FieldError(pointer=pointer, detail=text)])
        if to < today <= number:
            text = "lies in the past, and the session of a day to come was not done there; log it as done"
            if to not in sorting.kept:
                raise InvalidRequest([FieldError(pointer=pointer, detail=text)])
        if to >= today:
            sorting.moves.append(Move(origin=number, to=to, pointer=pointer))
        else:
            sorting.skipped.add(number)


def _locked(
    request: WorkoutRequest, printed: Mapping[int, TrainingDay], first: date
) -> dict[int, TrainingDay]:
    found = {}
    for at, day in enumerate(request.locked_dates):
        number = (day - first).days
        if number not in printed:
            text = f"the plan has no session on {day.isoformat()} that could stay"
            raise InvalidRequest([FieldError(pointer=f"/locked_dates/{at}", detail=text)])
        found[number] = printed[number]
    return found


def _loads(request: WorkoutRequest, first: date) -> dict[int, float]:
    """RPE · minutes of each day on which all done sessions tell both."""
    found: dict[int, float] = {}
    untold = set()
    for session in request.log:
        if session.status is not SessionStatus.DONE:
            continue
        number = (session.date - first).days
        if session.rpe is None or session.minutes is None:
            untold.add(number)
        else:
            found[number] = found.get(number, 0.0) + session.rpe * session.minutes
    return {number: load for number, load in found.items() if number not in untold}
