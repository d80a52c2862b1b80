"""The latest result of each event of the request's test: undated ones, and dated ones that are newer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from planners.spec import TestedResult, WorkoutRequest


def known_results(request: WorkoutRequest) -> Mapping[str, float]:
    """Event → latest result.

    What `test.current` says is taken as known on the plan's first day: a dated result replaces it when it is
    of that day or later, and stands for an event that it leaves out.
    """
    goal = request.test
    if goal is None:
        return {}
    first = request.start_date or date.min
    latest: dict[str, TestedResult] = {}
    for tested in sorted(dated_results(request), key=lambda t: (t.date, t.event, t.result)):
        if tested.date >= first or tested.event not in goal.current:
            latest[tested.event] = tested
    return {**goal.current, **{event: tested.result for event, tested in latest.items()}}


def dated_results(request: WorkoutRequest) -> tuple[TestedResult, ...]:
    """The dated results of the request's own test."""
    goal = request.test
    return () if goal is None else tuple(t for t in request.results if t.test is goal.name)
