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
    (count, rows), places, foods = features.shape, int(place.max()) + 1, int(food.max()) + 1
    serving, row = np.nonzero(features)
    each, food_row, feature_row = np.arange(count), np.arange(foods), np.arange(rows)
    first_food, first_over = rows + places, count + foods
    entries = (  # row, column, value
        (row, serving, features[serving, row]),
        (rows + place, each, np.ones(count)),
        (first_food + food, each, np.ones(count)),
        (first_food + food_row, count + food_row, -np.ones(foods)),
        (feature_row, first_over + feature_row, np.ones(rows)),
        (feature_row, first_over + rows + feature_row, -np.ones(rows)),
    )
    at_row, at_column, value = (np.concatenate([entry[n] for entry in entries]) for n in range(3))
    shape = (first_food + foods, first_over + 2 * rows)
    return sp.csc_matrix((value, (at_row, at_column)), shape=shape)


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
    solver.passModel(
        columns,
        rows,
        matrix.nnz,
        int(highspy.MatrixFormat.kColwise),
        int(highspy.ObjSense.kMinimize),
        0.0,
        np.zeros(columns),
        np.zeros(columns),
        np.zeros(columns),
        np.full(rows, -np.inf),
        np.full(rows, np.inf),
        matrix.indptr.astype(np.int32),
        matrix.indices.astype(np.int32),
        matrix.data,
        np.zeros(columns, dtype=np.int32),
    )
    return solver
