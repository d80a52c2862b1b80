"""Solving the choice of exercises: linear programme of the week, rounding, greedy repair, exchanges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planners.workout.catalog import Bools, Floats
from planners.workout.choice import IDLE, LEAST_SETS, ChoiceModel, Sets, objective, sums_cost
from planners.workout.relax import relax

EXCHANGES = 30
"""Most exchanges of one exercise for another; seldom more than ten are found."""
GAIN = 1e-9
NEW_SETS = (LEAST_SETS, LEAST_SETS + 1, LEAST_SETS + 2)


@dataclass(frozen=True, kw_only=True, eq=False)
class Choice:
    """Sets (S, E) with their objective and the bound below which none can lie."""

    sets: Sets
    objective: float
    lower_bound: float


def choose(model: ChoiceModel) -> Choice:
    """Whole sets near the best, with the bound of the linear programme."""
    relaxed, bound = relax(model)
    state = _State(model)
    _round(state, relaxed.sum(axis=0))
    _fill(state)
    for _ in range(EXCHANGES):
        if not _exchange(state):
            break
        _fill(state)
    return Choice(sets=state.sets, objective=objective(model, state.sets), lower_bound=bound)


class _State:
    """Sets as they are being chosen, with the sums that the objective needs."""

    def __init__(self, model: ChoiceModel) -> None:
        self.model = model
        self.sets: Sets = np.zeros(model.allowed.shape, dtype=np.int64)
        self.sums = np.zeros(len(model.need))
        self.left = model.budget.copy()
        self.room = np.tile(model.variants, (len(model.budget), 1))
        self.places = model.count.copy()
        self.worth = IDLE * model.seconds - model.dislike

    def change(self, s: int, e: int, by: int) -> None:
        """Add, or take away, `by` sets of exercise e in session s."""
        model, before = self.model, int(self.sets[s, e])
        opened = (before + by > 0) - (before > 0)
        self.sets[s, e] += by
        self.sums += by * model.features[e]
        self.left[s] -= by * model.seconds[e] + opened * model.setup[e]
        self.room[s, model.movement[e]] -= opened
        self.places[s] -= opened

    def free(self) -> Bools:
        """(S, E) where a new exercise finds a place, time aside."""
        open_here = self.model.allowed & (self.sets == 0) & (self.room[:, self.model.movement] > 0)
        found: Bools = open_here & (self.places > 0)[:, None]
        return found

    def falls(self, more: int) -> Floats:
        """(E,) what the objective falls by with `more` sets of an exercise, setting up aside."""
        model = self.model
        after = sums_cost(model, self.sums + more * model.features)
        fall: Floats = sums_cost(model, self.sums) - after + more * self.worth
        return fall


def _round(state: _State, relaxed: Floats) -> None:
    """Whole sets of the relaxed answer, the largest first, into the sessions with most room."""
    model = state.model
    for e in np.argsort(-relaxed, kind="stable"):
        wanted = round(float(relaxed[e]))
        if wanted < LEAST_SETS:
            break
        for s in np.argsort(-state.left, kind="stable"):
            take = min(wanted, int(model.most[e]))
            fits = take * model.seconds[e] + model.setup[e] <= state.left[s]
            if take >= LEAST_SETS and fits and state.free()[s, e]:
                state.change(int(s), int(e), take)
                wanted -= take


def _fill(state: _State) -> None:
    """Add sets while that lowers the objective: the best fall for its time first."""
    while True:
        moves = [_best_new(state, more) for more in NEW_SETS[:2]]
        moves.append(_best_more(state))
        rate, s, e, more = max(moves, key=lambda move: move[0])
        if rate <= GAIN:
            return
        state.change(s, e, more)


Move = tuple[float, int, int, int]


def _best_new(state: _State, more: int) -> Move:
    model = state.model
    time = more * model.seconds + model.setup
    fits = state.free() & (time <= state.left[:, None] + 1e-9) & (more <= model.most)
    rate = (state.falls(more) + IDLE * model.setup) / time
    return _best(np.where(fits, rate, -np.inf), more)


def _best_more(state: _State) -> Move:
    model = state.model
    fits = (state.sets > 0) & (state.sets < model.most) & (model.seconds <= state.left[:, None] + 1e-9)
    return _best(np.where(fits, state.falls(1) / model.seconds, -np.inf), 1)


def _best(rates: Floats, more: int) -> Move:
    at = int(rates.argmax())
    s, e = divmod(at, rates.shape[1])
    return float(rates[s, e]), s, e, more


def _exchange(state: _State) -> bool:
    """Make the one exchange of exercises that lowers the objective most; False when none does.

    Every exercise of every session is tried against every other that could stand there, at two to four sets.
    """
    model = state.model
    s, out = np.nonzero(state.sets)
    if not len(s):
        return False
    had = state.sets[s, out]
    sums = state.sums - had[:, None] * model.features[out]
    freed = had * model.seconds[out] + model.setup[out]
    kept = sums_cost(model, state.sums) + had * model.dislike[out] - IDLE * freed
    room = state.room[s] + (np.arange(len(model.variants)) == model.movement[out][:, None])
    free = model.allowed[s] & (state.sets[s] == 0) & (room[:, model.movement] > 0)
    best: Move = (1e-6, 0, 0, 0)
    for more in NEW_SETS:
        time = more * model.seconds + model.setup
        fits = free & (time <= (state.left[s] + freed)[:, None] + 1e-9) & (more <= model.most)
        after = sums_cost(model, sums[:, None, :] + more * model.features)
        fall = kept[:, None] - after + IDLE * time - more * model.dislike
        best = max(best, _best(np.where(fits, fall, -np.inf), more), key=lambda move: move[0])
    fall_of, which, into, more = best
    if not more:
        return False
    state.change(int(s[which]), int(out[which]), -int(had[which]))
    state.change(int(s[which]), into, more)
    return fall_of > 0
