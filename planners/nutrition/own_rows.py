"""From a caller's diet problem to the rows and columns of a program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from planners.nutrition.own_model import Floats, Model
from planners.nutrition.own_table import DietObjective, DietProblem

INF = float("inf")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One limit or aim: low ≤ total ≤ high, or low ≤ total + under − over ≤ high where it may be missed.

    `name` is that of a nutrient, "cost", or, with `food` its place in the table, the id of a food.
    """

    name: str
    low: float
    high: float
    missable: bool
    food: int | None = None

    @property
    def scale(self) -> float:
        """What a miss is reckoned by: the larger limit, 1 where that is 0."""
        return max((abs(side) for side in (self.low, self.high) if np.isfinite(side)), default=0.0) or 1.0


def rows_of(problem: DietProblem) -> tuple[Row, ...]:
    """The limits, then the aims of the objective.

    With the objective deviation and no target anywhere, the limits themselves are the aims.
    """
    deviation = problem.objective == DietObjective.DEVIATION
    aimed = deviation and not problem.has_targets
    rows = [
        _row(name, limit.min, limit.max, missable=aimed)
        for name, limit in problem.limits.items()
        if limit.min is not None or limit.max is not None
    ]
    if deviation:
        rows += [
            _row(name, one.target, one.target, missable=True)
            for name, one in problem.limits.items()
            if one.target is not None
        ]
        rows += [
            _row(one.id, one.target, one.target, missable=True, food=i)
            for i, one in enumerate(problem.foods)
            if one.target is not None
        ]
    return tuple(rows)


def _row(name: str, low: float | None, high: float | None, *, missable: bool, food: int | None = None) -> Row:
    return Row(
        name=name,
        low=-INF if low is None else low,
        high=INF if high is None else high,
        missable=missable,
        food=food,
    )


def model_of(problem: DietProblem, rows: Sequence[Row], costs: Floats) -> Model:
    """The program: columns are the foods, then `under` and `over` of every row that may be missed.

    min Σ costs·x + Σ (under + over) / scale
    """
    missable = [i for i, row in enumerate(rows) if row.missable]
    weights = np.repeat([1.0 / rows[i].scale for i in missable], 2)
    slacks = len(weights)
    signs = sp.csr_array(
        (np.tile([1.0, -1.0], len(missable)), (np.repeat(missable, 2), np.arange(slacks))),
        shape=(len(rows), slacks),
    )
    most = [INF if food.max is None else food.max for food in problem.foods]
    return Model(
        cost=np.concatenate([costs, weights]),
        low=np.array([food.min for food in problem.foods] + [0.0] * slacks),
        high=np.array(most + [INF] * slacks),
        whole=np.array([problem.integer] * len(problem.foods) + [False] * slacks),
        rows=sp.csr_array(sp.hstack([totals_matrix(problem, rows), signs])),
        row_low=np.array([row.low for row in rows]),
        row_high=np.array([row.high for row in rows]),
    )


def totals_matrix(problem: DietProblem, rows: Sequence[Row]) -> sp.csr_array:
    """(rows, foods): what one unit of a food adds to the total of a row; rows about foods stand last."""
    nutrients = [problem.per_unit(row.name) for row in rows if row.food is None]
    foods = [row.food for row in rows if row.food is not None]
    n = len(problem.foods)
    top = sp.csr_array(np.array(nutrients).reshape(len(nutrients), n))
    bottom = sp.csr_array((np.ones(len(foods)), (np.arange(len(foods)), foods)), shape=(len(foods), n))
    return sp.csr_array(sp.vstack([top, bottom]))


def costs_of(problem: DietProblem) -> Floats:
    """(foods,) what one unit of a food adds to the objective by itself."""
    if problem.objective == DietObjective.DEVIATION:
        return np.zeros(len(problem.foods))
    return np.array(problem.per_unit("cost"))
