"""The matrix of a pattern program, and a solver that holds it."""

from __future__ import annotations

import highspy
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from planners.highs import Solver, silent_highs

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def pattern_matrix(features: Floats, place: Ints, food: Ints) -> sp.csc_matrix:
    """Rows: features (k, L), places, foods. Columns: k servings, over of each food, short and excess."""
    (count, rows), each, at = features.shape, np.ones(len(place)), np.arange(len(place))
    places, foods = int(place.max()) + 1, int(food.max()) + 1
    in_place = sp.csc_matrix((each, (place, at)), shape=(places, count))
    of_food = sp.csc_matrix((each, (food, at)), shape=(foods, count))
    eye, over = sp.identity(rows, format="csc"), -sp.identity(foods, format="csc")
    blocks = [
        [sp.csc_matrix(features.T), sp.csc_matrix((rows, foods)), eye, -eye],
        [in_place, sp.csc_matrix((places, foods + 2 * rows))],
        [of_food, over, sp.csc_matrix((foods, 2 * rows))],
    ]
    return sp.csc_matrix(sp.vstack([sp.hstack(block) for block in blocks]))


def row_scale(features: Floats) -> Floats:
    """(L,) powers of two that bring the mean entry of every row near 1."""
    used = features != 0.0
    mean = np.abs(features).sum(axis=0) / np.maximum(used.sum(axis=0), 1)
    return np.asarray(2.0 ** -np.round(np.log2(np.where(mean > 0.0, mean, 1.0))))


def loaded_solver(matrix: sp.csc_matrix) -> Solver:
    """A solver that holds the matrix, without presolve, whose answers hang on nothing it solved before."""
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
