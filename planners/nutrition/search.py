"""Local search over whole menus: the best of all single changes, again and again, until none helps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planners.nutrition.options import Options

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SHORTLIST = 300  # moves weighed exactly, of the some ten thousand that are scored
LEAST_GAIN_USD = 1e-6


@dataclass(frozen=True, kw_only=True, eq=False)
class Menu:
    """A whole menu, days not yet dealt: options (cells,) by place, and its objective in dollars."""

    cells: Ints
    value: float


def values(options: Options, menus: Ints) -> Floats:
    """(k,) objective of each of (k, cells) menus, in dollars over the period."""
    missed = np.maximum(options.miss[menus].sum(axis=1) + options.base, 0.0).sum(axis=1)
    return np.asarray(options.usd[menus].sum(axis=1) + missed + [_repeats(options, m) for m in menus])


def _repeats(options: Options, menu: Ints) -> float:
    count = np.bincount(options.known[menu], minlength=len(options.repeat_usd))
    return float(options.repeat_usd[np.arange(len(count)), count].sum())


def improve(options: Options, menu: Menu, rounds: int) -> Menu:
    """Make the best single change until none gains or `rounds` are over.

    A change puts option b in the place of option a. Its score  Δusd + Σ λ·Δmiss  with 0 ≤ λ ≤ 1 is never
    above what it truly changes, by convexity, but for a constant; so the moves with the least scores hold the
    best, and only those are weighed exactly. λ is half the gradient of the misses and half the prices of the
    linear program.
    """
    cells, total = menu.cells.copy(), options.miss[menu.cells].sum(axis=0) + options.base
    count = np.bincount(options.known[cells], minlength=len(options.repeat_usd))
    value = menu.value
    for _ in range(rounds):
        before, after, usd = shortlist(options, cells, count, total, SHORTLIST)
        moved = options.miss[after] - options.miss[before] + total
        gain = np.maximum(moved, 0.0).sum(axis=1) + usd - np.maximum(total, 0.0).sum()
        best = int(np.argmin(np.round(gain, 9)))
        if gain[best] > -LEAST_GAIN_USD:
            break
        old, new = before[best], after[best]
        cells[np.flatnonzero(cells == old)[0]] = new
        total = total + options.miss[new] - options.miss[old]
        count[options.known[old]] -= 1
        count[options.known[new]] += 1
        value += float(gain[best])
    return Menu(cells=cells, value=value)


def shortlist(
    options: Options, cells: Ints, count: Ints, total: Floats, size: int
) -> tuple[Ints, Ints, Floats]:
    """The `size` most promising moves: option out, option in, dollars of food and repeats that they move."""
    out = np.unique(cells)
    place = options.place[out]
    there = options.start[place + 1] - options.start[place]
    before = np.repeat(out, there)
    after = np.arange(len(before)) - np.repeat(np.cumsum(there) - there - options.start[place], there)
    usd = options.usd[after] - options.usd[before] + repeat_change(options, count, before, after)
    weight = 0.5 * (total > 0.0) + 0.5 * options.slack
    worth = np.einsum("nr,r->n", options.miss, weight)  # no BLAS, whose last bits hang on the processor
    score = np.round(usd + worth[after] - worth[before], 9)
    if len(score) > size:
        kept = np.argpartition(score, size)[:size]
        kept.sort()
        return before[kept], after[kept], usd[kept]
    return before, after, usd


def repeat_change(options: Options, count: Ints, before: Ints, after: Ints) -> Floats:
    food = np.arange(len(count))
    now = options.repeat_usd[food, count]
    less = options.repeat_usd[food, np.maximum(count - 1, 0)] - now
    more = options.repeat_usd[food, count + 1] - now
    old, new = options.known[before], options.known[after]
    return np.where(old == new, 0.0, less[old] + more[new])
