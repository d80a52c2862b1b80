"""Makes a worker ready before its first job: tables read, solvers loaded, first bases found."""

from __future__ import annotations

from datetime import date

from planners.make import make_plan
from planners.spec import read_request

MEMBER = {"sex": "male", "age_years": 24, "height_cm": 178, "weight_kg": 82}
FIRST_DAY = date(2026, 1, 5)


def warm_up() -> None:
    """Make one plan of each kind and forget it; what it loaded stays."""
    for kind in ("nutrition", "workout"):
        make_plan(read_request({"kind": kind, "member": MEMBER}, today=FIRST_DAY))
