"""From an exception to what becomes of the job: its problem, and whether another attempt may help."""

from __future__ import annotations

from typing import Any

from models.errors import ModelError
from planners.errors import PlannerError
from planners.problems import problem_of


def is_permanent(error: Exception) -> bool:
    """Whether the same job would fail the same way again. Errors that are not ours get another chance."""
    return isinstance(error, PlannerError | ModelError) and error.permanent


def job_problem(error: Exception) -> dict[str, Any]:
    """The problem document for the job's row. It never shows the text of an error that is not ours."""
    if isinstance(error, PlannerError):
        return problem_of(error)
    detail = str(error) if isinstance(error, ModelError) else f"an unexpected {type(error).__name__}"
    return {"type": "/problems/job-fault", "title": "The job failed", "status": 500, "detail": detail}
