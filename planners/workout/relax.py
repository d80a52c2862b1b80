"""The linear programme behind the choice of exercises: a lower bound, and sets to round.

It has one column for each kind of session and exercise instead of one for each session, and leaves whole
numbers aside, so its optimum is below that of every whole answer with a session index.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planners.workout.catalog import Bools, Floats, Ints
from planners.workout.choice import IDLE, ChoiceModel
from planners.workout.program import matrix_of, solve


@dataclass(frozen=True, kw_only=True, eq=False)
class Relaxed:
    """The programme's answer: `sets` a week (E,), `reduced` cost of a set (E,), `bound` of the objective."""

    sets: Floats
    reduced: Floats
    bound: float


def relax(model: ChoiceModel) -> Relaxed:
    """The best sets without whole numbers.

    Columns: sets of each allowed (kind, exercise), lacking and excess of each sum, idle seconds of each kind.
    """
    kinds, kind_of = _kinds(model)
    kind, exercise = np.nonzero(kinds)
    sums, number, sets = len(model.need), len(kinds), len(kind)
    sessions = np.bincount(kind_of, minlength=number)
    columns = sets + 2 * sums + number
    cost = np.concatenate([model.dislike[exercise], model.short, model.over, np.full(number, IDLE)])
    upper = np.full(columns, np.inf)
    upper[:sets] = model.most[exercise] * sessions[kind]
    cells, low, high = _sum_rows(model, exercise)
    more, low_more, high_more = _kind_rows(model, kind, exercise, kind_of, sessions, 2 * sums)
    row, column, value = (np.concatenate(both) for both in zip(cells, more, strict=True))
    matrix = matrix_of(row, column, value, len(low) + len(low_more), columns)
    sides = np.concatenate([low, low_more]), np.concatenate([high, high_more])
    found = solve(matrix, cost, np.zeros(columns), upper, sides)
    reduced = np.full(len(model.rows), np.inf)
    np.minimum.at(reduced, exercise, found.reduced[:sets])
    return Relaxed(
        sets=np.bincount(exercise, found.values[:sets], len(model.rows)).astype(np.float64),
        reduced=reduced,
        bound=max(found.objective, 0.0),
    )


def _kinds(model: ChoiceModel) -> tuple[Bools, Ints]:
    """(K, E) what each kind of session may hold, and (S,) the kind of each session."""
    each = [row.tobytes() for row in model.allowed]
    order = sorted(set(each))
    kind_of = np.array([order.index(row) for row in each], dtype=np.int64)
    return model.allowed[[each.index(row) for row in order]], kind_of


Cells = tuple[Ints, Ints, Floats]


def _sum_rows(model: ChoiceModel, exercise: Ints) -> tuple[Cells, Floats, Floats]:
    """v_j + lacking_j ≥ need_j, then v_j - excess_j ≤ high_j; a sum without a limit has a free row."""
    sums, sets = len(model.need), len(exercise)
    column, j = np.nonzero(model.features[exercise])
    value = model.features[exercise][column, j]
    every = np.arange(sums)
    row = np.concatenate([j, every, j + sums, every + sums])
    at = np.concatenate([column, sets + every, column, sets + sums + every])
    values = np.concatenate([value, np.ones(sums), value, -np.ones(sums)])
    low = np.concatenate([model.need, np.full(sums, -np.inf)])
    high = np.concatenate([np.full(sums, np.inf), model.high])
    return (row, at, values), low, high


def _kind_rows(
    model: ChoiceModel, kind: Ints, exercise: Ints, kind_of: Ints, sessions: Ints, sums: int
) -> tuple[Cells, Floats, Floats]:
    """Time, count and variants of the sessions of one kind together."""
    first = sums
    number, sets = len(sessions), len(kind)
    part = 1 / model.most[exercise]
    seconds = model.seconds[exercise] + model.setup[exercise] * part
    budget = np.bincount(kind_of, weights=model.budget, minlength=number)
    count = np.bincount(kind_of, weights=model.count, minlength=number)
    key = kind * len(model.variants) + model.movement[exercise]
    there = np.bincount(key) > 0
    keys, variant = np.flatnonzero(there), (np.cumsum(there) - 1)[key]
    most = model.variants[keys % len(model.variants)] * sessions[keys // len(model.variants)]
    every, all_sets = np.arange(number), np.arange(sets)
    row = first + np.concatenate([kind, every, number + kind, 2 * number + variant])
    at = np.concatenate([all_sets, sets + sums + every, all_sets, all_sets])
    values = np.concatenate([seconds, np.ones(number), part, part])
    free = np.full(number + len(keys), -np.inf)
    return (row, at, values), np.concatenate([budget, free]), np.concatenate([budget, count, most])
