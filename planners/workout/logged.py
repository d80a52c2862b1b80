"""The known results of an event on the days of the doses, for the fit of the response."""

from __future__ import annotations

from planners.spec import WorkoutRequest
from planners.workout.goal import TestAim
from planners.workout.known import dated_results
from planners.workout.response import Logged
from planners.workout.tests.rules import Event

GUESS_DOUBT = 2.0
SAME_DAYS = 30
"""An undated result that equals a dated one of the last days is that one."""


def logged_results(
    request: WorkoutRequest, aim: TestAim, event: Event, first: int, last: int
) -> tuple[Logged, ...]:
    """The undated result on the plan's first day, and every dated result of the time that the doses cover.

    Parameters
    ----------
    first, last : day of the doses on which the plan starts, and the last of them.
    """
    start = request.start_date
    dated = []
    for tested in dated_results(request) if start is not None else ():
        day = first + (tested.date - start).days if start is not None else -1
        if tested.event == event.name and 0 <= day <= last:
            dated.append(Logged(day=day, result=_positive(event, tested.result)))
    dated.sort(key=lambda logged: (logged.day, logged.result))
    undated = request.test.current.get(event.name) if request.test is not None else None
    now = _positive(event, aim.now[event.name] if undated is None else undated)
    said_again = any(logged.result == now and abs(first - logged.day) <= SAME_DAYS for logged in dated)
    if said_again or (undated is None and dated):
        return tuple(dated)
    doubt = GUESS_DOUBT if event.name in aim.guessed else 1.0
    return (*dated, Logged(day=first, result=now, doubt=doubt))


def _positive(event: Event, result: float) -> float:
    return max(result, 1e-3) if event.lower_is_better else result
