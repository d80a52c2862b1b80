"""Local search by two changes at once, where no single change helps: less of one food, more of another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planners.nutrition.options import Options
from planners.nutrition.search import LEAST_GAIN_USD, Menu, improve, shortlist, values

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WEIGHED = 600  # single changes that pairs are made of, before the choice
CHEAP = 80  # changes paired for their score by the linear program's prices
GOOD = 40  # and for what they truly gain alone
TRIED = 5  # pairs counted anew, since two changes of one food share its repeats


def improve_pairs(options: Options, menu: Menu, rounds: int) -> Menu:
    """Make the best pair of changes, then single ones again, until no pair gains or `rounds` are over."""
    for _ in range(rounds):
        better = _best_pair(options, menu)
        if better is None:
            break
        menu = improve(options, better, rounds)
    return menu


def _best_pair(options: Options, menu: Menu) -> Menu | None:
    total = options.miss[menu.cells].sum(axis=0) + options.base
    count = np.bincount(options.known[menu.cells], minlength=len(options.repeat_usd))
    before, after, usd = shortlist(options, menu.cells, count, total, WEIGHED)
    moved = options.miss[after] - options.miss[before]
    missed = np.maximum(total, 0.0).sum()
    alone = np.maximum(moved + total, 0.0).sum(axis=1) + usd - missed
    kept = np.union1d(_least(usd + (moved * options.slack).sum(axis=1), CHEAP), _least(alone, GOOD))
    one, two = (kept[half] for half in np.triu_indices(len(kept), 1))
    apart = before[one] != before[two]
    one, two = one[apart], two[apart]
    gain = np.maximum(moved[one] + moved[two] + total, 0.0).sum(axis=1) + usd[one] + usd[two] - missed
    for nth in _least(gain, TRIED).tolist():
        cells = menu.cells.copy()
        for move in (one[nth], two[nth]):
            cells[np.flatnonzero(cells == before[move])[0]] = after[move]
        value = float(values(options, cells[np.newaxis])[0])
        if value < menu.value - LEAST_GAIN_USD:
            return Menu(cells=cells, value=value)
    return None


def _least(scores: Floats, count: int) -> Ints:
    """Places of the least scores, equal ones in their order."""
    return np.argsort(np.round(scores, 9), kind="stable")[:count]
