"""The workout planner's choices written plainly: three programmes for scipy.optimize.milp.

The same models, the same worths; nothing is decomposed, rounded or repaired by hand.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array

from planners.workout.choice import IDLE, LEAST_SETS, ChoiceModel, Sets
from planners.workout.program import Matrix
from planners.workout.split import Session
from planners.workout.week import DAYS, day_score, pair_score

Floats = NDArray[np.float64]


def doses(matrix: Matrix, cost: Floats, bounds: tuple[Floats, Floats], sides: tuple[Floats, Floats]) -> float:
    """The macro plan: the objective of the linear programme."""
    rows = csr_array((matrix.value, matrix.at, matrix.start), shape=(matrix.rows, matrix.columns))
    found = milp(cost, bounds=Bounds(*bounds), constraints=LinearConstraint(rows, *sides))
    return float(found.fun)


def order(sessions: tuple[Session, ...], available: tuple[bool, ...], weekday: int, gap: float) -> float:
    """The days of a week's sessions: x[i,d] slot i on day d, z[i,j,d] slot i on day d and j on the next."""
    slots: list[Session | None] = [*sessions, *([None] * (DAYS - len(sessions)))]
    x = np.arange(DAYS * DAYS).reshape(DAYS, DAYS)
    z = DAYS * DAYS + np.arange(DAYS**3).reshape(DAYS, DAYS, DAYS)
    rows = Rows(DAYS * DAYS + DAYS**3)
    for at in range(DAYS):
        rows.add(x[at], 1.0, 1.0, 1.0)
        rows.add(x[:, at], 1.0, 1.0, 1.0)
    for i in range(DAYS):
        for j in range(DAYS):
            for d in range(DAYS):
                rows.add(z[i, j, d], 1.0, -1.0, np.inf, (x[[i, j], [d, (d + 1) % DAYS]], -1.0))
    alone = [[day_score(s, available[d], (weekday + d) % DAYS) for d in range(DAYS)] for s in slots]
    pair = [[[pair_score(a, b)] * DAYS for b in slots] for a in slots]
    cost = np.concatenate([np.ravel(alone), np.ravel(pair)])
    whole = np.concatenate([np.ones(DAYS * DAYS), np.zeros(DAYS**3)])
    found = milp(
        cost,
        integrality=whole,
        bounds=Bounds(0, 1),
        constraints=rows.constraint(),
        options={"mip_rel_gap": gap},
    )
    return float(found.fun)


def choices(model: ChoiceModel, gap: float) -> Sets | None:
    """Sets (S, E) whose worth is within `gap` of the most.

    Columns: n[s,e] whole, y[s,e] whether it is in the session, met_j ≤ need_j, over_j. Worth: what is met of
    each sum, less what is over, less dislikes, and the seconds that are used.
    """
    sessions, exercises = model.allowed.shape
    cells, sums = sessions * exercises, len(model.need)
    n = np.arange(cells).reshape(sessions, exercises)
    y = n + cells
    met, over = 2 * cells + np.arange(sums), 2 * cells + sums + np.arange(sums)
    rows = Rows(2 * cells + 2 * sums)
    for s in range(sessions):
        rows.add(n[s], model.seconds, -np.inf, float(model.budget[s]), (y[s], model.setup))
        rows.add(y[s], 1.0, -np.inf, float(model.count[s]))
        for movement, most in enumerate(model.variants):
            of_movement = np.flatnonzero(model.movement == movement)
            if len(of_movement):
                rows.add(y[s, of_movement], 1.0, -np.inf, float(most))
        for e in range(exercises):
            rows.add(n[s, e], 1.0, -np.inf, 0.0, (y[s, e], -float(model.most[e])))
            rows.add(n[s, e], 1.0, 0.0, np.inf, (y[s, e], -float(LEAST_SETS)))
    for j in range(sums):
        feature = np.tile(model.features[:, j], sessions)
        rows.add(n.ravel(), feature, 0.0, np.inf, (met[j], -1.0))
        if np.isfinite(model.high[j]):
            rows.add(n.ravel(), feature, -np.inf, float(model.high[j]), (over[j], -1.0))
    cost = np.zeros(2 * cells + 2 * sums)
    cost[n] = model.dislike - IDLE * model.seconds
    cost[y] = -IDLE * model.setup
    cost[met], cost[over] = -model.short, model.over
    upper = np.full(len(cost), np.inf)
    upper[n], upper[y], upper[met] = model.allowed * model.most, model.allowed, model.need
    whole = np.zeros(len(cost))
    whole[: 2 * cells] = 1
    found = milp(
        cost,
        integrality=whole,
        bounds=Bounds(0, upper),
        constraints=rows.constraint(),
        options={"mip_rel_gap": gap},
    )
    return None if found.x is None else np.round(found.x[n]).astype(np.int64)


class Rows:
    """Constraints as they are being written."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.cells: list[tuple[NDArray[np.int64], NDArray[np.int64], Floats]] = []
        self.low: list[float] = []
        self.high: list[float] = []

    def add(self, at: object, value: object, low: float, high: float, *more: tuple[object, object]) -> None:
        """One row: columns and coefficients, its sides, and further columns."""
        for columns, values in ((at, value), *more):
            where = np.atleast_1d(np.asarray(columns))
            each = np.broadcast_to(np.asarray(values, dtype=np.float64), where.shape)
            self.cells.append((np.full(len(where), len(self.low)), where, each))
        self.low.append(low)
        self.high.append(high)

    def constraint(self) -> LinearConstraint:
        """All rows together."""
        row, column, value = (np.concatenate(part) for part in zip(*self.cells, strict=True))
        matrix = coo_array((value, (row, column)), shape=(len(self.low), self.columns)).tocsr()
        return LinearConstraint(matrix, np.array(self.low), np.array(self.high))
