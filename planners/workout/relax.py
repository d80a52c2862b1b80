"""The linear programme behind the choice of exercises: a lower bound, and sets to round.

It has one column for each kind of session and exercise instead of one for each session, and leaves whole
numbers aside, so its optimum is below that of every whole answer with a session index.
"""

from __future__ import annotations

import numpy as np

from planners.workout.catalog import Bools, Floats, Ints
from planners.workout.choice import IDLE, ChoiceModel
from planners.workout.program import Rows, solve


def relax(model: ChoiceModel) -> tuple[Floats, float]:
    """(kinds of session, E) sets a week without whole numbers, and the bound."""
    kinds, inverse = np.unique(model.allowed, axis=0, return_inverse=True)
    program = _Program(model, kinds, inverse.ravel())
    found = solve(program.rows.matrix(), program.cost, program.lower, program.upper, program.sides())
    sets = np.zeros(kinds.shape)
    sets[program.kind, program.exercise] = found.values[: len(program.kind)]
    return sets, max(found.objective, 0.0)


class _Program:
    """Columns: sets of each allowed (kind, exercise), lacking and excess of each sum, idle seconds."""

    def __init__(self, model: ChoiceModel, kinds: Bools, kind_of: Ints) -> None:
        self.model = model
        self.kind, self.exercise = np.nonzero(kinds)
        sums, number = len(model.need), len(kinds)
        self.first = np.cumsum([len(self.kind), sums, sums, number])
        sessions = np.bincount(kind_of, minlength=number)
        self.cost = np.concatenate(
            [model.dislike[self.exercise], model.short, model.over, np.full(number, IDLE)]
        )
        self.lower = np.zeros(int(self.first[-1]))
        self.upper = np.full(int(self.first[-1]), np.inf)
        self.upper[: len(self.kind)] = model.most[self.exercise] * sessions[self.kind]
        self.rows = Rows(columns=int(self.first[-1]))
        self._sides: list[tuple[float, float]] = []
        self._sum_rows()
        for k in range(number):
            self._kind_rows(k, kind_of == k)

    def _sum_rows(self) -> None:
        """v_j + lacking_j ≥ need_j and v_j - excess_j ≤ high_j."""
        features = self.model.features[self.exercise].T
        for j, row in enumerate(features):
            lacking, excess = int(self.first[0]) + j, int(self.first[1]) + j
            if self.model.need[j] > 0:
                self._add(row, {lacking: 1.0}, float(self.model.need[j]), np.inf)
            if np.isfinite(self.model.high[j]):
                self._add(row, {excess: -1.0}, -np.inf, float(self.model.high[j]))

    def _kind_rows(self, k: int, of_kind: Bools) -> None:
        """Time, count and variants of the sessions of one kind together."""
        model = self.model
        here = self.kind == k
        part = here / model.most[self.exercise]
        seconds = model.seconds[self.exercise] * here + model.setup[self.exercise] * part
        budget = float(model.budget[of_kind].sum())
        self._add(seconds, {int(self.first[2]) + k: 1.0}, budget, budget)
        self._add(part, {}, -np.inf, float(model.count[of_kind].sum()))
        movement = model.movement[self.exercise]
        for which in np.unique(movement[here]):
            most = float(model.variants[which] * of_kind.sum())
            self._add(part * (movement == which), {}, -np.inf, most)

    def _add(self, row: Floats, more: dict[int, float], low: float, high: float) -> None:
        at = np.flatnonzero(row)
        self.rows.add(0, 0, 0, dict(zip(at.tolist(), row[at].tolist(), strict=True)) | more)
        self._sides.append((low, high))

    def sides(self) -> tuple[Floats, Floats]:
        """Lower and upper side of every row."""
        both = np.array(self._sides)
        return both[:, 0].copy(), both[:, 1].copy()
