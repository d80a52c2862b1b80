"""A planner's error as a problem document (RFC 9457), the same over HTTP and on the command line."""

from __future__ import annotations

import dataclasses
from typing import Any

from planners.errors import Infeasible, InvalidRequest, PlannerError, Stopped

UNPROCESSABLE = 422
UNAVAILABLE = 503
FAULT = 500


def problem_of(error: PlannerError) -> dict[str, Any]:
    """The problem document of `error`: type, title, status, detail, and what the error carries."""
    if isinstance(error, InvalidRequest):
        faults = [_given(dataclasses.asdict(fault)) for fault in error.errors]
        return _problem("invalid-request", "The request is not valid", UNPROCESSABLE, error, errors=faults)
    if isinstance(error, Infeasible):
        ways = [dataclasses.asdict(change) for change in error.any_one_of]
        conflicts = list(error.conflicts)
        return _problem(
            "infeasible", "No plan can meet the request", UNPROCESSABLE, error,
            conflicts=conflicts, any_one_of=ways,
        )  # fmt: skip
    if isinstance(error, Stopped):
        return _problem("stopped", "The plan was not ready in time", UNAVAILABLE, error)
    return _problem("planner-fault", "The planner failed", FAULT, error)


def _problem(name: str, title: str, status: int, error: PlannerError, **more: Any) -> dict[str, Any]:
    return {"type": f"/problems/{name}", "title": title, "status": status, "detail": str(error), **more}


def _given(fault: dict[str, Any]) -> dict[str, Any]:
    return {k: list(v) if isinstance(v, tuple) else v for k, v in fault.items() if v is not None}
