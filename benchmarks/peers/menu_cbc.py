"""The week's menu as one whole-number program, written with PuLP and handed to the CBC it brings."""

from __future__ import annotations

import math

import numpy as np
import pulp

from benchmarks.peers.menu_value import menu_value
from planners.nutrition.week import Week
from planners.nutrition.whole import WholeProgram


class CbcMenu:
    """The program as PuLP takes it; building it is not part of the time that CBC is given."""

    def __init__(self, program: WholeProgram, week: Week) -> None:
        self._program, self._week = program, week
        matrix = program.matrix.tocsr()
        self._x = [
            pulp.LpVariable(
                f"x{j}",
                0,
                most if math.isfinite(most) else None,
                "Integer" if j < program.whole else "Continuous",
            )
            for j, most in enumerate(program.upper.tolist())
        ]
        self._problem = pulp.LpProblem("menu", pulp.LpMinimize)
        self._problem += pulp.LpAffineExpression(zip(self._x, program.cost.tolist(), strict=True))
        for r in range(matrix.shape[0]):
            span = slice(matrix.indptr[r], matrix.indptr[r + 1])
            terms = [
                (self._x[j], value)
                for j, value in zip(matrix.indices[span].tolist(), matrix.data[span].tolist(), strict=True)
            ]
            for bound, sense in (
                (program.low[r], pulp.LpConstraintGE),
                (program.high[r], pulp.LpConstraintLE),
            ):
                if math.isfinite(bound):
                    row = pulp.LpConstraint(pulp.LpAffineExpression(terms), sense, rhs=float(bound))
                    self._problem.addConstraint(row)

    def solve(self, seconds: float) -> float:
        """Dollars a day of the best menu that one thread finds in so much time; infinite where none."""
        self._problem.solve(
            pulp.PULP_CBC_CMD(msg=False, timeLimit=seconds, threads=1, options=["randomSeed 0"])
        )
        values = [v.varValue for v in self._x[: self._program.whole]]
        if any(value is None for value in values):
            return math.inf
        return menu_value(self._program, self._week, np.rint(np.array(values, dtype=np.float64)))
