"""What a whole menu is worth, whoever found it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from planners.nutrition.week import Week
from planners.nutrition.whole import WholeProgram

LET_PASS = 1e-3  # share of a hard limit by which a solver's rounding may miss it
EXACT = 1e-6


def menu_value(program: WholeProgram, week: Week, x: NDArray[np.float64]) -> float:
    """Dollars a day of the days and portion steps x (whole,), with misses and repeats at their least.

    Infinite where the menu breaks a hard limit, a place, a portion or the most of a food.
    """
    whole, rows = program.whole, len(week.low)
    foods = program.matrix.shape[1] - whole - 2 * rows
    total = program.matrix[:, :whole] @ x
    missed = np.maximum(np.maximum(program.low - total, total - program.high), 0.0)
    first_food = len(missed) - whole // 3 * 2 - foods
    over = missed[first_food : first_food + foods]
    elsewhere = np.r_[missed[rows:first_food], missed[first_food + foods :]]
    hard = program.upper[whole + foods : whole + foods + rows] == 0.0
    shares = missed[:rows] / week.scale
    if (elsewhere > EXACT).any() or (over > program.upper[whole : whole + foods] + EXACT).any():
        return math.inf
    if (shares[hard] > LET_PASS).any():
        return math.inf
    price = program.cost[whole + foods : whole + foods + rows]
    repeats = program.cost[whole : whole + foods] @ over
    return float(program.cost[:whole] @ x + repeats + price @ missed[:rows]) / week.days
