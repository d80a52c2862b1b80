"""The week's menu written plainly as one whole-number program and handed to scipy's solver."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from planners.nutrition.pattern import Pattern
from planners.nutrition.week import Week
from planners.nutrition.whole import whole_program


class Solved(NamedTuple):
    """Dollars a day of the best menu found, infinite where none was, and of the solver's bound."""

    value: float
    bound: float


def solve_menu(pattern: Pattern, week: Week, *, gap: float, seconds: float | None = None) -> Solved:
    """Solve to a relative gap, or until the time is over."""
    program = whole_program(pattern, week)
    whole = np.zeros(len(program.cost))
    whole[: program.whole] = 1
    options: dict[str, float] = {"mip_rel_gap": gap}
    if seconds is not None:
        options["time_limit"] = seconds
    found = milp(
        program.cost,
        integrality=whole,
        bounds=Bounds(0.0, program.upper),
        constraints=LinearConstraint(program.matrix, program.low, program.high),
        options=options,
    )
    value = math.inf if found.fun is None else float(found.fun)
    bound = -math.inf if found.mip_dual_bound is None else float(found.mip_dual_bound)
    return Solved(value / week.days, bound / week.days)
