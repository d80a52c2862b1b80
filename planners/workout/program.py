"""A linear programme by rows, and its solution with HiGHS: one thread, one seed, no clock."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import highspy
import numpy as np
from numpy.typing import NDArray

from planners.errors import PlannerError
from planners.highs import Solver, silent_highs
from planners.workout.catalog import Floats, Ints


@dataclass(frozen=True, kw_only=True, eq=False)
class Matrix:
    """Rows in compressed form."""

    columns: int
    start: NDArray[np.int32]
    at: NDArray[np.int32]
    value: Floats

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.start) - 1


def matrix_of(row: Ints, column: Ints, value: Floats, rows: int, columns: int) -> Matrix:
    """A matrix from its cells, in any order."""
    order = np.argsort(row, kind="stable")
    start = np.zeros(rows + 1, dtype=np.int32)
    np.cumsum(np.bincount(row, minlength=rows), out=start[1:])
    return Matrix(columns=columns, start=start, at=column[order].astype(np.int32), value=value[order])


@dataclass(frozen=True, kw_only=True, eq=False)
class Labelled:
    """A matrix with the kind, the week and an index of each row, for its right-hand side."""

    matrix: Matrix
    names: Ints
    weeks: Ints
    index: Ints


@dataclass(kw_only=True)
class Rows:
    """Rows as they are being collected."""

    columns: int
    start: list[int] = field(default_factory=lambda: [0])
    at: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    labels: list[tuple[int, int, int]] = field(default_factory=list)

    def add(self, name: int, week: int, index: int, cells: dict[int, float]) -> None:
        """One row: its kind, week, index and its column → coefficient."""
        self.at.extend(cells)
        self.value.extend(cells.values())
        self.start.append(len(self.at))
        self.labels.append((name, week, index))

    def labelled(self) -> Labelled:
        """The rows as arrays."""
        labels = np.array(self.labels, dtype=np.int64).reshape(-1, 3)
        matrix = Matrix(
            columns=self.columns,
            start=np.array(self.start, dtype=np.int32),
            at=np.array(self.at, dtype=np.int32),
            value=np.array(self.value, dtype=np.float64),
        )
        return Labelled(
            matrix=matrix,
            names=labels[:, 0],
            weeks=labels[:, 1],
            index=labels[:, 2],
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Optimum:
    """The solution of a programme, with the reduced cost of every column."""

    values: Floats
    reduced: Floats
    objective: float


_local = threading.local()


def _solver() -> Solver:
    """One solver a thread: making one costs more than a small solve."""
    if not hasattr(_local, "highs"):
        _local.highs = silent_highs()
        _local.highs.setOptionValue("solver", "simplex")
        _local.highs.setOptionValue("presolve", "off")
    solver: Solver = _local.highs
    return solver


def solve(
    matrix: Matrix, cost: Floats, lower: Floats, upper: Floats, sides: tuple[Floats, Floats]
) -> Optimum:
    """The least `cost` · x with `lower` ≤ x ≤ `upper` and the rows within `sides`.

    Raises
    ------
    PlannerError
        When there is no optimum: every programme of the planners has slack columns, so that is our fault.
    """
    lp = highspy.HighsLp()
    lp.num_col_ = matrix.columns
    lp.num_row_ = matrix.rows
    lp.col_cost_ = cost
    lp.col_lower_ = lower
    lp.col_upper_ = upper
    lp.row_lower_, lp.row_upper_ = sides
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = matrix.start
    lp.a_matrix_.index_ = matrix.at
    lp.a_matrix_.value_ = matrix.value
    highs = _solver()
    highs.passModel(lp)
    highs.run()
    status = highs.getModelStatus()
    if status != highspy.HighsModelStatus.kOptimal:
        raise PlannerError(f"the linear programme ended as {highs.modelStatusToString(status)}")
    solution = highs.getSolution()
    return Optimum(
        values=np.array(solution.col_value, dtype=np.float64),
        reduced=np.array(solution.col_dual, dtype=np.float64),
        objective=float(highs.getInfo().objective_function_value),
    )
