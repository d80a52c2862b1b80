"""Random plans under way: what was done, missed, moved and skipped of them, for Hypothesis."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from planners.errors import Infeasible, InvalidRequest
from planners.plan import WorkoutPlan
from planners.spec import WorkoutRequest, read_request, request_json
from planners.workout.planner import plan_workout
from tests.planners.workout.requests import TODAY, requests


@dataclass(frozen=True, kw_only=True)
class UnderWay:
    """A plan, and the request that says what became of it by `today`."""

    plan: WorkoutPlan
    request: WorkoutRequest


def told(request: WorkoutRequest, today: date, log: list[dict[str, Any]], **more: Any) -> WorkoutRequest:
    """The request with a log."""
    found = read_request({**request_json(request), "today": today.isoformat(), "log": log, **more}, TODAY)
    assert isinstance(found, WorkoutRequest)
    return found


def dates(plan: WorkoutPlan) -> list[date]:
    return [day.date for week in plan.weeks for day in week.days]


@st.composite
def under_way(draw: st.DrawFn, *, moves: bool = True) -> UnderWay | None:
    """Any member's plan on any day of it; each lived session done, missed or skipped, some to come moved."""
    request = replace(draw(requests()), weeks=draw(st.integers(2, 14)))
    try:
        plan = plan_workout(request)
    except (Infeasible, InvalidRequest):
        return None
    if any(not check.met for check in plan.checks.values()):
        return None
    first = plan.start_date
    today = first + timedelta(days=draw(st.integers(0, 7 * request.weeks - 1)))
    absent = draw(st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]))
    log: list[dict[str, Any]] = []
    for on in dates(plan):
        if on < today:
            done = draw(st.floats(0, 1)) >= absent
            status = "done" if done else draw(st.sampled_from(["missed", "skipped"]))
            log.append({"date": on.isoformat(), "status": status})
        elif draw(st.integers(0, 11)) == 0:
            log.append({"date": on.isoformat(), "status": "skipped"})
        elif moves and draw(st.integers(0, 14)) == 0:
            to = on + timedelta(days=draw(st.integers(-3, 3)))
            if to != on and to >= today:
                log.append({"date": on.isoformat(), "status": "moved", "moved_to": to.isoformat()})
    return UnderWay(plan=plan, request=told(request, today, log))
