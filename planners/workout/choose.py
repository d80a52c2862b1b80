"""Solving the choice of exercises: linear programme of the week, rounding, greedy repair, exchanges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planners.workout.catalog import Bools, Floats, Ints
from planners.workout.choice import IDLE, LEAST_SETS, ChoiceModel, Sets, narrowed, objective, sums_cost
from planners.workout.relax import relax

Thin = NDArray[np.float32]

EXCHANGES = 40
"""Most exchanges; seldom more than ten are found."""
GAIN = 1e-4
KEPT = 28
SHARES = (1.0, 0.85)
"""The relaxed sets are rounded whole, and once more a little less of them; the better end is taken."""
NEW_SETS = (LEAST_SETS, LEAST_SETS + 1, LEAST_SETS + 2)
"""Sets that a new exercise comes with; after that one more at a time."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Choice:
    """Sets (S, E) with their objective and the bound below which none can lie."""

    sets: Sets
    objective: float
    lower_bound: float


def choose(model: ChoiceModel) -> Choice:
    """Whole sets near the best, with the bound of the linear programme.

    The search is among the KEPT exercises of least reduced cost: the best answers lie among them.
    """
    relaxed = relax(model)
    rank = np.argsort(np.where(relaxed.sets > GAIN, -1.0, relaxed.reduced), kind="stable")
    kept = np.sort(rank[:KEPT])
    model_kept = narrowed(model, kept)
    best: Sets | None = None
    least = np.inf
    for share in SHARES:
        state = _State(model_kept)
        _round(state, share * relaxed.sets[kept])
        _descend(state)
        cost = objective(model_kept, state.sets)
        if cost < least - GAIN:
            best, least = state.sets, cost
    sets = np.zeros(model.allowed.shape, dtype=np.int64)
    if best is not None:
        sets[:, kept] = best
    _fill_empty(model, sets)
    return Choice(sets=sets, objective=objective(model, sets), lower_bound=relaxed.bound)


def _fill_empty(model: ChoiceModel, sets: Sets) -> None:
    """A session that nothing was worth choosing for gets the fewest sets of what is liked best."""
    least = LEAST_SETS * model.seconds + model.setup
    for s in np.flatnonzero(~sets.any(axis=1)).tolist():
        open_here = model.allowed[s] & (least <= model.budget[s])
        if open_here.any():
            sets[s, np.where(open_here, model.dislike, np.inf).argmin()] = LEAST_SETS


def _descend(state: _State) -> None:
    _fill(state)
    for _ in range(EXCHANGES):
        if not _exchange(state):
            return
        _fill(state)


class _State:
    """Sets as they are being chosen, with what every possible move adds.

    A move m of 4 E is: 2, 3 or 4 sets of a new exercise, or one more set of an old one.

    Attributes
    ----------
    features, time, worth : (4E, J), (4E,), (4E,) of the moves; worth is saved idle time less dislike.
    """

    def __init__(self, model: ChoiceModel) -> None:
        exercises = len(model.rows)
        self.model = model
        self.number = np.repeat([*NEW_SETS, 1], exercises)
        self.of = np.tile(np.arange(exercises), len(NEW_SETS) + 1)
        self.new = len(NEW_SETS) * exercises
        self.features = self.number[:, None] * model.features[self.of]
        self.time = self.number * model.seconds[self.of]
        self.time[: self.new] += model.setup[self.of[: self.new]]
        self.worth = IDLE * self.time - self.number * model.dislike[self.of]
        self.can_now = model.most[self.of] >= self.number
        self.thin_features: Thin = np.ascontiguousarray(self.features.T, dtype=np.float32)
        sides = (model.short, model.need, model.over, model.high)
        self.thin_sides = tuple(side.astype(np.float32)[:, None] for side in sides)
        self.sets: Sets = np.zeros(model.allowed.shape, dtype=np.int64)
        self.sums = np.zeros(len(model.need))
        self.left = model.budget.copy()
        self.room = np.tile(model.variants, (len(model.budget), 1))
        self.places = model.count.copy()

    def make(self, s: int, move: int) -> None:
        """Make a move in session s."""
        e = int(self.of[move])
        self.sets[s, e] += self.number[move]
        self.sums = self.sums + self.features[move]
        self.left[s] -= self.time[move]
        if move < self.new:
            self.room[s, self.model.movement[e]] -= 1
            self.places[s] -= 1

    def reduce(self, s: int, e: int, lost: int) -> None:
        """Take sets of an exercise out of session s."""
        model, left = self.model, int(self.sets[s, e]) - lost
        self.sets[s, e] = left
        self.sums = self.sums - lost * model.features[e]
        self.left[s] += lost * model.seconds[e]
        if not left:
            self.left[s] += model.setup[e]
            self.room[s, model.movement[e]] += 1
            self.places[s] += 1

    def possible(self) -> Bools:
        """(S, 4E) moves that no rule of the model forbids."""
        model = self.model
        open_here = model.allowed & (self.sets == 0) & (self.room[:, model.movement] > 0)
        new = open_here & (self.places > 0)[:, None]
        more = (self.sets > 0) & (self.sets < model.most)
        in_time = self.time <= self.left[:, None] + 1e-9
        found: Bools = np.concatenate([new, new, new, more], axis=1) & in_time & self.can_now
        return found


def _round(state: _State, relaxed: Floats) -> None:
    """Whole sets of the relaxed answer, the largest first, into the sessions with most room."""
    model, exercises = state.model, len(state.model.rows)
    for e in np.argsort(-relaxed, kind="stable").tolist():
        wanted = round(float(relaxed[e]))
        if wanted < LEAST_SETS:
            break
        for s in np.argsort(-state.left, kind="stable").tolist():
            take = min(wanted, int(model.most[e]), NEW_SETS[-1])
            move = (take - LEAST_SETS) * exercises + e
            open_here = state.room[s, model.movement[e]] > 0 and state.places[s] > 0 and model.allowed[s, e]
            if take >= LEAST_SETS and open_here and state.time[move] <= state.left[s]:
                state.make(s, move)
                wanted -= take


def _fill(state: _State) -> None:
    """Make moves while that lowers the objective: the best fall for its time first."""
    while True:
        can = state.possible()
        moves = np.flatnonzero(can.any(axis=0))
        if not len(moves):
            return
        after = sums_cost(state.model, state.sums + state.features[moves])
        rate = (sums_cost(state.model, state.sums) - after + state.worth[moves]) / state.time[moves]
        rates = np.where(can[:, moves], rate, -np.inf)
        s, best = divmod(int(rates.argmax()), len(moves))
        if rates[s, best] <= GAIN / 60:
            return
        state.make(s, int(moves[best]))


def _exchange(state: _State) -> bool:
    """Make the one exchange that lowers the objective most; False when none does.

    An exercise of a session loses all its sets, one, or two, and the session makes any one move instead.
    """
    model = state.model
    s, out, lost = _reductions(state)
    if not len(s):
        return False
    all_lost = lost == state.sets[s, out]
    freed = lost * model.seconds[out] + all_lost * model.setup[out]
    before = sums_cost(model, state.sums) + lost * model.dislike[out] - IDLE * freed
    room = state.room[s] + all_lost[:, None] * (
        np.arange(len(model.variants)) == model.movement[out][:, None]
    )
    here = state.sets[s]
    places = (state.places[s] + all_lost > 0)[:, None]
    at = np.arange(len(s))
    fresh = model.allowed[s] & (here == 0) & (room[:, model.movement] > 0) & places
    fresh[at, out] = all_lost
    more = (here > 0) & (here < model.most)
    more[at, out] = False
    in_time = state.time <= (state.left[s] + freed)[:, None] + 1e-9
    fits = np.concatenate([fresh, fresh, fresh, more], axis=1) & in_time & state.can_now
    after = _costs_after(state, lost[:, None] * model.features[out]) - state.worth
    fall = np.where(fits, before[:, None] - after, -np.inf)
    which, move = divmod(int(fall.argmax()), len(state.time))
    if fall[which, move] <= GAIN:
        return False
    state.reduce(int(s[which]), int(out[which]), int(lost[which]))
    state.make(int(s[which]), move)
    return True


def _costs_after(state: _State, taken: Floats) -> Thin:
    """(r, 4E) cost of the sums when r reductions each take `taken` (r, J) away and each move is made.

    A reduction touches few sums: only those are reckoned anew for every move. Single precision is enough to
    tell moves apart and half as long on the way through the processor.
    """
    moved = state.thin_features + state.sums.astype(np.float32)[:, None]
    each = _cost(state, slice(None), moved)
    which, j = np.nonzero(taken)
    changed = _cost(state, j, moved[j] - taken[which, j].astype(np.float32)[:, None])
    changed -= each[j]
    first = np.flatnonzero(np.diff(which, prepend=-1))
    found: Thin = each.sum(axis=0) + np.add.reduceat(changed, first, axis=0)
    return found


def _cost(state: _State, j: Ints | slice, values: Thin) -> Thin:
    """Cost of the values (k, m) of k sums j: at most one of lacking and excess is above 0."""
    short, need, over, high = (column[j] for column in state.thin_sides)
    lack = (need - values) * short
    excess = (values - high) * over
    np.maximum(lack, excess, out=lack)
    np.maximum(lack, np.float32(0), out=lack)
    return lack


def _reductions(state: _State) -> tuple[Ints, Ints, Ints]:
    """(r,) session, exercise and lost sets of every way to take sets away: all, one, or two."""
    s, out = np.nonzero(state.sets)
    had = state.sets[s, out]
    one, two = had > LEAST_SETS, had > LEAST_SETS + 1
    return (
        np.concatenate([s, s[one], s[two]]),
        np.concatenate([out, out[one], out[two]]),
        np.concatenate([had, np.ones(int(one.sum()), np.int64), np.full(int(two.sum()), 2)]),
    )
