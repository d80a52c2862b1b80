"""The pattern program: the week's menu as a linear program, its bound and its prices."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial

import highspy
import numpy as np
from numpy.typing import NDArray

from planners.nutrition import prices
from planners.nutrition.amounts import COST
from planners.nutrition.assembly import loaded_solver, pattern_matrix, row_scale
from planners.nutrition.pattern import Pattern
from planners.nutrition.week import Week

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Basis = highspy.HighsBasis
PORTIONS = 3  # columns of a choice: smallest, middle and largest portion
BASES = 64  # starting bases that a program keeps, some 10 kB each


class Starts:
    """Starting bases by class, the latest used kept; they outlive a program that made room for others."""

    def __init__(self) -> None:
        self._bases: OrderedDict[Hashable, Basis | None] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._bases)

    def kept(self, key: Hashable, find: Callable[[], Basis | None]) -> Basis | None:
        """The basis under a key, found first where there is none."""
        with self._lock:
            if key not in self._bases:
                self._bases[key] = find()
            self._bases.move_to_end(key)
            basis = self._bases[key]
            if len(self._bases) > BASES:
                self._bases.popitem(last=False)
            return basis


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

    def __init__(self, pattern: Pattern, starts: Starts | None = None) -> None:
        self.pattern = pattern
        self.starts = Starts() if starts is None else starts
        self._foods, food_at = np.unique(pattern.food, return_inverse=True)
        food, place = np.tile(pattern.food, PORTIONS), np.tile(pattern.place, PORTIONS)
        portions = (pattern.smallest_g, pattern.middle_g, pattern.largest_g)
        self._grams = np.concatenate([grams[pattern.food] for grams in portions])
        self._serving_usd = pattern.serving_usd(place, food, self._grams)
        features = pattern.features(place, food, self._grams)
        self._food_usd = features[:, pattern.rows.index(COST)].copy()
        self._scale = row_scale(features)
        matrix = pattern_matrix(features * self._scale, place, np.tile(food_at, PORTIONS))
        self._shape = matrix.shape
        self._solver = loaded_solver(matrix)
        self._lock = (
            threading.Lock()
        )  # programs are kept between members; the solver holds one member's limits

    def solve(self, week: Week, start: Basis | None = None) -> Mix | None:
        """The optimum for a period, or None when its hard limits cannot be met together.

        From the same `start` the same answer comes back to the last bit, whatever was solved before.
        """
        with self._lock:
            return self._mix() if self._optimal(week, week.price, start) else None

    def solve_elastic(self, week: Week, price: Floats) -> Mix | None:
        """The optimum when a miss of every row costs `price` (L,) a unit; None where places stay empty."""
        with self._lock:
            return self._mix() if self._optimal(week, price, None) else None

    def least_cost(self, week: Week) -> float | None:
        """Dollars over the period of the cheapest food within the hard limits; None where there is none."""
        free_of_charge = np.where(np.isfinite(week.price), 0.0, np.inf)
        with self._lock:
            found = self._optimal(week, free_of_charge, None, food_usd_only=True)
            return float(self._solver.getInfo().objective_function_value) if found else None

    def start(self, key: Hashable, make: Callable[[], Week]) -> Basis | None:
        """The optimal basis of a class's week, kept under its key; None where the week has no optimum."""
        return self.starts.kept(key, partial(self._basis, make))

    def _basis(self, make: Callable[[], Week]) -> Basis | None:
        with self._lock:
            week = make()
            found = self._optimal(week, week.price, None)
            return self._solver.getBasis() if found else None

    def _optimal(
        self, week: Week, price: Floats, start: Basis | None, *, food_usd_only: bool = False
    ) -> bool:
        """Solve for the period's limits; True when there is an optimum."""
        self._set(week, price, food_usd_only=food_usd_only)
        solver = self._solver
        solver.clearSolver()
        if start is not None:
            solver.setBasis(start)
        solver.run()
        return bool(solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    def _set(self, week: Week, price: Floats, *, food_usd_only: bool) -> None:
        """Hand the period's bounds and costs to the solver; an infinite price closes the row's elastics."""
        solver, (rows, columns), food = self._solver, self._shape, self.pattern.food
        free = week.free[self._foods]
        never = np.tile(week.most[food] == 0, PORTIONS)
        paid = np.tile(np.where(np.isfinite(price), price / self._scale, 0.0), 2)
        open_ = np.tile(np.where(np.isfinite(price), np.inf, 0.0), 2)
        serving, repeat = self._food_usd, 0.0
        if not food_usd_only:
            taste, appeal = np.tile(week.taste[food], PORTIONS), np.tile(week.appeal[food], PORTIONS)
            serving, repeat = (self._serving_usd + taste) * appeal, prices.REPEAT_USD
        cost = np.concatenate([serving, np.full(len(free), repeat), paid])
        over = (week.most - week.free)[self._foods].astype(float)
        upper = np.concatenate([np.where(never, 0.0, np.inf), over, open_])
        low = np.concatenate([week.low * self._scale, week.needed, np.full(len(free), -np.inf)])
        high = np.concatenate([week.high * self._scale, week.cells, free.astype(float)])
        at_column, at_row = np.arange(columns, dtype=np.int32), np.arange(rows, dtype=np.int32)
        solver.changeColsCost(columns, at_column, cost)
        solver.changeColsBounds(columns, at_column, np.zeros(columns), upper)
        solver.changeRowsBounds(rows, at_row, low, high)  # type: ignore[attr-defined]  # not in its stub

    def _mix(self) -> Mix:
        """The optimum just found."""
        count, rows = len(self.pattern.food), len(self.pattern.rows)
        found = self._solver.getSolution()
        x, reduced, dual = np.array(found.col_value), np.array(found.col_dual), np.array(found.row_dual)
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
