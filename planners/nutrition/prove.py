"""Prove mode: the whole-number program under a node limit, started from the menu that the search found."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from planners.highs import Solver, silent_highs
from planners.nutrition.options import EMPTY, Options
from planners.nutrition.pattern import Pattern
from planners.nutrition.week import Week
from planners.nutrition.whole import WholeProgram, servings, whole_program

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PROVED_SHARE = 1e-4  # a gap that counts as none


@dataclass(frozen=True, kw_only=True, eq=False)
class Proof:
    """Cells as options, dollars over the period, a bound below which no menu lies, and whether they meet."""

    cells: Ints
    value: float
    bound: float
    proved: bool


def prove_week(pattern: Pattern, week: Week, options: Options, nodes: int) -> Proof | None:
    """Search the whole-number program through at most `nodes` nodes; None when it finds no menu.

    `options` must hold every choice of the pattern. The node limit, never a clock, ends the search, so the
    same request ends the same way on every machine.
    """
    program = whole_program(pattern, week)
    solver = _solver(program, nodes)
    solver.run()
    info = solver.getInfo()
    if not np.isfinite(info.objective_function_value) or info.primal_solution_status != _FEASIBLE:
        return None
    value, bound = float(info.objective_function_value), float(info.mip_dual_bound)
    choice, step = servings(pattern, np.array(solver.getSolution().col_value))
    return Proof(
        cells=_cells(pattern, options, week, choice, step),
        value=value,
        bound=bound,
        proved=value - bound <= PROVED_SHARE * abs(value),
    )


_FEASIBLE = highspy.SolutionStatus.kSolutionStatusFeasible


def _solver(program: WholeProgram, nodes: int) -> Solver:
    solver = silent_highs()
    for name, value in (("mip_max_nodes", nodes), ("mip_rel_gap", PROVED_SHARE)):
        solver.setOptionValue(name, value)
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = program.matrix.shape
    model.col_cost_, model.col_lower_ = program.cost, np.zeros(len(program.cost))
    model.col_upper_, model.row_lower_, model.row_upper_ = program.upper, program.low, program.high
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_ = program.matrix.indptr, program.matrix.indices
    model.a_matrix_.value_ = program.matrix.data
    whole, free = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    model.integrality_ = [whole] * program.whole + [free] * (len(program.cost) - program.whole)
    solver.passModel(model)
    return solver


def _cells(pattern: Pattern, options: Options, week: Week, choice: Ints, step: Ints) -> Ints:
    """(cells,) options in the order of places, with "nothing" where a place stays empty."""
    cells = []
    for place, count in enumerate(week.cells.tolist()):
        start, stop = options.start[place], options.start[place + 1]
        mine = np.flatnonzero(pattern.place[choice] == place)
        served = [
            start + int(np.flatnonzero(options.food[start:stop] == pattern.food[choice[i]])[0]) + int(step[i])
            for i in mine
        ]
        nothing = start + np.flatnonzero(options.food[start:stop] == EMPTY)
        cells += served + nothing.tolist() * (count - len(served))
    return np.array(cells, dtype=np.int64)
