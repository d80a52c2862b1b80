"""A linear program over a caller's food table, as HiGHS takes it, and what HiGHS found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import highspy
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from planners.errors import PlannerError
from planners.highs import Solver, silent_highs

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MOST_NODES = 5_000  # of the search for whole amounts; never a time limit, so that answers repeat
WHOLE_GAP = 1e-7
NEAR = 1e4  # most that a row's scale may differ from its largest coefficient


class Outcome(StrEnum):
    """How a solve ended."""

    OPTIMAL = "optimal"
    NODE_LIMIT = "node_limit"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"


@dataclass(frozen=True, kw_only=True, eq=False)
class Model:
    """min cost·x, row_low ≤ rows·x ≤ row_high, low ≤ x ≤ high, x[whole] whole.

    Attributes
    ----------
    cost, low, high, whole : (n,); high may be infinite, whole are booleans.
    rows : (m, n).
    row_low, row_high : (m,), infinite where there is no limit.
    """

    cost: Floats
    low: Floats
    high: Floats
    whole: Bools
    rows: sp.csr_array
    row_low: Floats
    row_high: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Found:
    """What a solve gave.

    Arrays are zeros where there is no solution, prices are zeros where amounts are whole.

    Attributes
    ----------
    objective, bound : value of the solution, and the least that any could have.
    amounts : (n,).
    row_prices : (m,) change of the objective per unit by which the row's binding limit rises.
    reduced_costs : (n,) the same of the amount's binding bound.
    """

    outcome: Outcome
    objective: float
    bound: float
    amounts: Floats
    row_prices: Floats
    reduced_costs: Floats


def solve_model(model: Model) -> Found:
    """Solve the program: simplex, or branch and bound where amounts are whole.

    Rows are scaled to their limits, so that micrograms and kilocalories are met to about the same share.

    Raises
    ------
    PlannerError
        When the search for whole amounts found none within its nodes, or the solver broke down.
    """
    scale = _row_scale(model)
    solver = _solver(model, scale)
    outcome = _run(solver)
    solution, info = solver.getSolution(), solver.getInfo()
    solved = outcome in (Outcome.OPTIMAL, Outcome.NODE_LIMIT)
    priced = outcome == Outcome.OPTIMAL and not model.whole.any()
    bound = info.mip_dual_bound if model.whole.any() else info.objective_function_value
    return Found(
        outcome=outcome,
        objective=float(info.objective_function_value) if solved else 0.0,
        bound=float(bound) if solved else 0.0,
        amounts=np.array(solution.col_value) if solved else np.zeros(len(model.cost)),
        row_prices=np.array(solution.row_dual) / scale if priced else np.zeros(len(scale)),
        reduced_costs=np.array(solution.col_dual) if priced else np.zeros(len(model.cost)),
    )


def _row_scale(model: Model) -> Floats:
    """(m,) what each row is divided by: its smallest limit but 0, kept near its largest coefficient.

    A row of coefficients far from 1 would lose its small ones: the solver takes what is below 1e-12 for 0.
    """
    sides = np.abs(np.stack([model.row_low, model.row_high]))
    smallest = np.where(np.isfinite(sides) & (sides > 0.0), sides, np.inf).min(axis=0)
    largest = abs(model.rows).max(axis=1).toarray().ravel()
    largest = np.where(largest > 0.0, largest, 1.0)
    return np.clip(np.where(np.isfinite(smallest), smallest, largest), largest / NEAR, largest * NEAR)


def _solver(model: Model, scale: Floats) -> Solver:
    rows = sp.csr_array(sp.diags_array(1.0 / scale) @ model.rows)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(model.cost), len(scale)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = model.cost, model.low, model.high
    lp.row_lower_, lp.row_upper_ = model.row_low / scale, model.row_high / scale
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = rows.indptr, rows.indices, rows.data
    if model.whole.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(w)] for w in model.whole]
    solver = silent_highs()
    for name, value in _OPTIONS.items():
        solver.setOptionValue(name, value)
    solver.passModel(lp)
    return solver


_OPTIONS: dict[str, int | float | str] = {
    "solver": "simplex",
    "small_matrix_value": 1e-12,
    "mip_max_nodes": MOST_NODES,
    "mip_rel_gap": WHOLE_GAP,
    "mip_abs_gap": WHOLE_GAP,
}

_OUTCOMES = {
    highspy.HighsModelStatus.kOptimal: Outcome.OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: Outcome.INFEASIBLE,
    highspy.HighsModelStatus.kUnbounded: Outcome.UNBOUNDED,
    highspy.HighsModelStatus.kSolutionLimit: Outcome.NODE_LIMIT,
}


def _run(solver: Solver) -> Outcome:
    solver.run()
    if solver.getModelStatus() == highspy.HighsModelStatus.kUnboundedOrInfeasible:
        solver.setOptionValue("presolve", "off")  # which of the two, only the simplex itself can tell
        solver.run()
    status = solver.getModelStatus()
    if status not in _OUTCOMES:
        raise PlannerError(f"the solver gave up: {solver.modelStatusToString(status)}")
    outcome = _OUTCOMES[status]
    if outcome == Outcome.NODE_LIMIT and not np.isfinite(solver.getInfo().objective_function_value):
        raise PlannerError(
            f"no diet of whole amounts was found in {MOST_NODES:,} steps of the search; allow amounts "
            "that are not whole, or widen the limits"
        )
    return outcome
