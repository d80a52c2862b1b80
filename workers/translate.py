"""From an exception to what becomes of the job: its problem, and whether another attempt may help."""

from __future__ import annotations

from typing import Any

import psycopg
from sqlalchemy.exc import StatementError

from models.errors import Conflict, ModelError
from planners.errors import Infeasible, InvalidRequest, PlannerError
from planners.problems import problem_of

PASSING: tuple[type[Exception], ...] = (OSError, MemoryError)
"""Foreign errors of the machine and the net. Some of them are a ValueError too, so they are asked first."""

LASTING: tuple[type[Exception], ...] = (
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    NameError,
    NotImplementedError,
    RecursionError,
    psycopg.DataError,
)
"""Foreign errors of a computation: a planner is pure, so the same request raises them again."""


def is_permanent(error: Exception) -> bool:
    """Whether the same job would fail the same way again.

    A foreign error of neither table may be of a server, a driver or a full machine: it gets another chance.
    """
    if isinstance(error, PlannerError | ModelError):
        return error.permanent
    root = error.orig if isinstance(error, StatementError) and error.orig is not None else error
    return isinstance(root, LASTING) and not isinstance(root, PASSING)


def is_refusal(error: Exception) -> bool:
    """Whether it is an answer to the member; anything else is a fault that an operator should read of."""
    return isinstance(error, InvalidRequest | Infeasible | Conflict)


def job_problem(error: Exception) -> dict[str, Any]:
    """The problem document for the job's row. It never shows the text of an error that is not ours."""
    if isinstance(error, PlannerError):
        return problem_of(error)
    if isinstance(error, Conflict):
        title = "The state does not allow this"
        return {"type": "/problems/conflict", "title": title, "status": 409, "detail": str(error)}
    detail = str(error) if isinstance(error, ModelError) else f"an unexpected {type(error).__name__}"
    return {"type": "/problems/job-fault", "title": "The job failed", "status": 500, "detail": detail}
