"""The week's menu as one whole-number program, in whole numbers throughout, handed to OR-Tools CP-SAT."""

from __future__ import annotations

import math

import numpy as np
from ortools.sat.python import cp_model

from benchmarks.peers.menu_value import menu_value
from planners.nutrition.week import Week
from planners.nutrition.whole import WholeProgram

FINEST = 100_000.0  # a row's largest figure becomes this whole number, dollars become a hundred-thousandth
MOST_MISS = 10**9


class CpSatMenu:
    """The program as CP-SAT takes it; building it is not part of the time that it is given."""

    def __init__(self, program: WholeProgram, week: Week) -> None:
        self._program, self._week = program, week
        matrix = program.matrix.tocsr()
        rows, count = len(week.low), program.whole
        foods = matrix.shape[1] - count - 2 * rows
        self.model = cp_model.CpModel()
        upper = np.where(np.isfinite(program.upper), program.upper, MOST_MISS).astype(np.int64)
        self._x = [self.model.new_int_var(0, int(most), "") for most in upper.tolist()]
        scale = np.ones(matrix.shape[1])
        for r in range(matrix.shape[0]):
            span = slice(matrix.indptr[r], matrix.indptr[r + 1])
            column, value = matrix.indices[span], matrix.data[span].copy()
            counted = column < count + foods
            largest = float(np.abs(value[counted]).max())
            factor = FINEST / largest if r < rows else 1.0
            figures = np.where(counted, np.rint(value * factor), value).astype(np.int64)
            scale[column[~counted]] = factor  # misses are counted in the row's own whole unit
            self._limit(r, column, figures, factor)
        self.model.minimize(
            cp_model.LinearExpr.weighted_sum(
                self._x, np.rint(program.cost / scale * 1e8).astype(np.int64).tolist()
            )
        )

    def _limit(self, r: int, column: np.ndarray, figures: np.ndarray, factor: float) -> None:
        low, high = self._program.low[r] * factor, self._program.high[r] * factor
        terms = cp_model.LinearExpr.weighted_sum([self._x[c] for c in column.tolist()], figures.tolist())
        if math.isfinite(low):
            self.model.add(terms >= math.floor(low))
        if math.isfinite(high):
            self.model.add(terms <= math.ceil(high))

    def solve(self, seconds: float) -> float:
        """Dollars a day of the best menu that one worker finds in so much time; infinite where none."""
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 0
        if solver.solve(self.model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return math.inf
        x = np.array([solver.value(v) for v in self._x[: self._program.whole]], dtype=np.float64)
        return menu_value(self._program, self._week, x)
