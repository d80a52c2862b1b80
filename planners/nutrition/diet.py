"""The pattern program: the week's menu as a linear program, its bound and its prices."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import highspy
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from planners.highs import Solver, silent_highs
from planners.nutrition import prices
from planners.nutrition.amounts import COST
from planners.nutrition.pattern import Pattern
from planners.nutrition.week import Week

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Basis = highspy.HighsBasis
PORTIONS = 3  # columns of a choice: smallest, middle and largest portion


@dataclass(frozen=True, kw_only=True, eq=False)
class Mix:
    """An optimal solution of the program: how many days each choice is served, and at what weight.

    Attributes
    ----------
    days : (C,) days on which the choice is served, fractions and all.
    grams : (C,) mean portion on those days, 0 where never served.
    reduced_cost : (C,) least dollars that a day of the choice would add.
    dual : (L,) dollars that a unit more of each row's limit would add to the objective.
    value : the objective, in dollars over the period: a bound on every whole menu.
    short : (L,) by how much each row stays below (negative: above) its limit.
    """

    days: Floats
    grams: Floats
    reduced_cost: Floats
    dual: Floats
    value: float
    short: Floats


class PatternProgram:
    """The program of a pattern, kept in the solver between members.

    minimise    Σ c·w + REPEAT_USD · Σ o + Σ price·(s + t)
    subject to  low ≤ Σ a·w + s − t ≤ high          rows: nutrients, cost, index, meals, pairs
                needed_p ≤ Σ w(p,·,·) ≤ cells_p      places
                Σ w(·,f,·) − o_f ≤ free_f            foods, o_f ≤ most_f − free_f

    | symbol | name | shape, unit |
    |---|---|---|
    | w | days on which a place serves a food at its smallest, middle or largest portion | (3C,), days |
    | o | servings beyond the free ones | (F,) |
    | s, t | short and excess of a row; 0 where the limit is hard | (L,) each, the row's unit |
    | a, c | features and dollars of a serving | (3C, L), (3C,) |

    A serving's dollars are convex and piecewise linear in its weight, with the kink at the middle portion:
    any portion is a mean of two of the three, so the bound is that of all portions. Only bounds and costs
    differ between members; the matrix is that of the pattern.
    """

    def __init__(self, pattern: Pattern) -> None:
        self.pattern = pattern
        self._foods, self._food_at = np.unique(pattern.food, return_inverse=True)
        food = np.tile(pattern.food, PORTIONS)
        self._place = np.tile(pattern.place, PORTIONS)
        portions = (pattern.smallest_g, pattern.middle_g, pattern.largest_g)
        self._grams = np.concatenate([grams[pattern.food] for grams in portions])
        self._features = pattern.features(self._place, food, self._grams)
        self._serving_usd = pattern.serving_usd(self._place, food, self._grams)
        self._scale = _row_scale(self._features)
        self._matrix = self._assemble()
        self._local = threading.local()

    @property
    def _solver(self) -> Solver:
        """This thread's solver: programs are kept between members, and a solver holds one member's limits."""
        if not hasattr(self._local, "solver"):
            self._local.solver = _solver(self._matrix)
        solver: Solver = self._local.solver
        return solver

    def _assemble(self) -> sp.csc_matrix:
        choices, rows, foods = PORTIONS * len(self.pattern.food), len(self.pattern.rows), len(self._foods)
        places = len(self.pattern.table.places)
        each, at = np.ones(choices), np.arange(choices)
        in_place = sp.csc_matrix((each, (self._place, at)), shape=(places, choices))
        of_food = sp.csc_matrix((each, (np.tile(self._food_at, PORTIONS), at)), shape=(foods, choices))
        eye = sp.identity(rows, format="csc")
        over = -sp.identity(foods, format="csc")
        return sp.csc_matrix(
            sp.vstack(
                [
                    sp.hstack(
                        [
                            sp.csc_matrix((self._features * self._scale).T),
                            sp.csc_matrix((rows, foods)),
                            eye,
                            -eye,
                        ]
                    ),
                    sp.hstack([in_place, sp.csc_matrix((places, foods + 2 * rows))]),
                    sp.hstack([of_food, over, sp.csc_matrix((foods, 2 * rows))]),
                ]
            )
        )

    def solve(self, week: Week, start: Basis | None = None) -> Mix | None:
        """The optimum for a period, or None when its hard limits cannot be met together.

        From the same `start` the same answer comes back to the last bit, whatever was solved before.
        """
        self._set(week, week.price)
        return self._run(start)

    def solve_elastic(self, week: Week, price: Floats) -> Mix | None:
        """The optimum when a miss of every row costs `price` (L,) a unit; None where places stay empty."""
        self._set(week, price)
        return self._run(None)

    def least_cost(self, week: Week) -> float | None:
        """Dollars over the period of the cheapest food within the hard limits; None where there is none."""
        self._set(week, np.where(np.isfinite(week.price), 0.0, np.inf), food_usd_only=True)
        solver = self._solver
        solver.clearSolver()
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return float(solver.getInfo().objective_function_value)

    def basis(self) -> Basis:
        """The basis of the last optimum."""
        return self._solver.getBasis()

    def _set(self, week: Week, price: Floats, *, food_usd_only: bool = False) -> None:
        """Hand the period's bounds and costs to the solver; an infinite price closes the row's elastics."""
        solver, (rows, columns) = self._solver, self._matrix.shape
        free = week.free[self._foods]
        taste = np.tile(week.taste[self.pattern.food], PORTIONS)
        never = np.tile(week.most[self.pattern.food] == 0, PORTIONS)
        paid = np.tile(np.where(np.isfinite(price), price / self._scale, 0.0), 2)
        open_ = np.tile(np.where(np.isfinite(price), np.inf, 0.0), 2)
        appeal = np.tile(week.appeal[self.pattern.food], PORTIONS)
        serving, repeat = (self._serving_usd + taste) * appeal, prices.REPEAT_USD
        if food_usd_only:
            serving, repeat = self._features[:, self.pattern.rows.index(COST)], 0.0
        cost = np.concatenate([serving, np.full(len(free), repeat), paid])
        over = (week.most - week.free)[self._foods].astype(float)
        upper = np.concatenate([np.where(never, 0.0, np.inf), over, open_])
        low = np.concatenate([week.low * self._scale, week.needed, np.full(len(free), -np.inf)])
        high = np.concatenate([week.high * self._scale, week.cells, free.astype(float)])
        at_column, at_row = np.arange(columns, dtype=np.int32), np.arange(rows, dtype=np.int32)
        solver.changeColsCost(columns, at_column, cost)
        solver.changeColsBounds(columns, at_column, np.zeros(columns), upper)
        solver.changeRowsBounds(rows, at_row, low, high)  # type: ignore[attr-defined]  # not in its stub

    def _run(self, start: Basis | None) -> Mix | None:
        solver = self._solver
        solver.clearSolver()
        if start is not None:
            solver.setBasis(start)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        found = solver.getSolution()
        return self._mix(np.array(found.col_value), np.array(found.col_dual), np.array(found.row_dual))

    def _mix(self, x: Floats, reduced: Floats, dual: Floats) -> Mix:
        count, rows = len(self.pattern.food), len(self.pattern.rows)
        shares = x[: PORTIONS * count]
        days = shares.reshape(PORTIONS, count).sum(axis=0)
        weight = (shares * self._grams).reshape(PORTIONS, count).sum(axis=0)
        grams = np.divide(weight, days, out=np.zeros(count), where=days > 1e-9)
        return Mix(
            days=np.round(days, 7),
            grams=np.round(grams, 4),
            reduced_cost=reduced[: PORTIONS * count].reshape(PORTIONS, count).min(axis=0),
            dual=dual[:rows] * self._scale,
            value=float(self._solver.getInfo().objective_function_value),
            short=(x[-2 * rows : -rows] - x[-rows:]) / self._scale,
        )


def _row_scale(features: Floats) -> Floats:
    """(L,) powers of two that bring the mean entry of every row near 1."""
    used = features != 0.0
    mean = np.abs(features).sum(axis=0) / np.maximum(used.sum(axis=0), 1)
    return np.asarray(2.0 ** -np.round(np.log2(np.where(mean > 0.0, mean, 1.0))))


def _solver(matrix: sp.csc_matrix) -> Solver:
    """A solver that holds the matrix and is deterministic: one thread, no presolve, silent."""
    solver = silent_highs()
    # Scale factors would be kept from the first member solved, and the last bits of all others hang on them.
    for name, value in (("presolve", "off"), ("simplex_scale_strategy", 0)):
        solver.setOptionValue(name, value)
    rows, columns = matrix.shape
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = columns, rows
    model.col_cost_ = np.zeros(columns)
    model.col_lower_, model.col_upper_ = np.zeros(columns), np.zeros(columns)
    model.row_lower_, model.row_upper_ = np.full(rows, -np.inf), np.full(rows, np.inf)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
    model.a_matrix_.value_ = matrix.data
    solver.passModel(model)
    return solver
