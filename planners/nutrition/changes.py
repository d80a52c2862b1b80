"""Single changes of a dealt table, and what each would do to the week and to its own day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planners.nutrition.options import Options
from planners.nutrition.table import Table

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

DAY_MISS_USD = 3_000.0  # a limit of a day missed whole
HARD_MISS_FACTOR = 20.0  # how much dearer than in the search a hard limit of the week is
BROKEN_USD = 1e6  # a hard pair rule broken
TWICE_USD = 2.0  # a food that the day has already


@dataclass(frozen=True, kw_only=True, eq=False)
class Changes:
    """k changes: at `place` on `day`, serving `after` instead of `before`; (k,) each."""

    place: Ints
    day: Ints
    before: Ints
    after: Ints

    def where(self, kept: Bools) -> Changes:
        """Those changes alone that `kept` (k,) marks."""
        parts = (self.place, self.day, self.before, self.after)
        place, day, before, after = (part[kept] for part in parts)
        return Changes(place=place, day=day, before=before, after=after)


def changes_of(options: Options, table: Table, places: Ints, days: Ints) -> Changes:
    """Every change at the cells (places[i], days[i]), locked ones left out."""
    kept = ~table.locked[places, days]
    places, days = places[kept], days[kept]
    size = options.start[places + 1] - options.start[places]
    place, day = np.repeat(places, size), np.repeat(days, size)
    after = np.arange(len(place)) - np.repeat(np.cumsum(size) - size - options.start[places], size)
    return Changes(place=place, day=day, before=table.option[place, day], after=after)


def gains(options: Options, table: Table, changes: Changes) -> Floats:
    """(k,) dollars that each change adds (negative: saves): week, limits of the day, pair rules, repeats."""
    day = changes.day
    total = table.day_total[day] - table.amount[changes.before] + table.amount[changes.after]
    missed = table.day_misses(total) - table.day_misses(table.day_total)[day]
    gain = _week_gains(options, table, changes) + DAY_MISS_USD * missed
    gain += BROKEN_USD * _broken(table, changes) + TWICE_USD * _twice(table, changes)
    return np.asarray(np.round(gain, 9))


def make_change(table: Table, changes: Changes, nth: int) -> None:
    """Carry out one of the changes."""
    day = changes.day[[nth]]
    table.remove(int(changes.place[nth]), day)
    table.put(int(changes.place[nth]), day, changes.after[[nth]])


def week_value(options: Options, table: Table) -> float:
    """Dollars over the period of what stands on the table, locked foods left aside."""
    served = table.option[~table.locked]
    missed = np.maximum(options.miss[served].sum(axis=0) + options.base, 0.0)
    count = np.bincount(options.known[served], minlength=len(options.repeat_usd))
    repeats = options.repeat_usd[np.arange(len(count)), count].sum()
    return float(options.usd[served].sum() + missed.sum() + repeats)


def hard_shares(options: Options, table: Table) -> Floats:
    """(R,) share by which each hard limit of the week is missed; 0 for the others."""
    served = table.option[~table.locked]
    missed = np.maximum(options.miss[served].sum(axis=0) + options.base, 0.0)
    return np.asarray(np.where(options.hard, missed * options.share, 0.0))


def _week_gains(options: Options, table: Table, changes: Changes) -> Floats:
    served, before, after = table.option[~table.locked], changes.before, changes.after
    total = options.miss[served].sum(axis=0) + options.base
    price = np.where(options.hard, HARD_MISS_FACTOR, 1.0)
    moved = options.miss[after] - options.miss[before] + total
    missed = (np.maximum(moved, 0.0) * price).sum(axis=1) - (np.maximum(total, 0.0) * price).sum()
    count = np.bincount(options.known[served], minlength=len(options.repeat_usd))
    food = np.arange(len(count))
    now = options.repeat_usd[food, count]
    less = options.repeat_usd[food, np.maximum(count - 1, 0)] - now
    more = options.repeat_usd[food, count + 1] - now
    old, new = options.known[before], options.known[after]
    repeats = np.where(old == new, 0.0, less[old] + more[new])
    return np.asarray(options.usd[after] - options.usd[before] + missed + repeats)


def _broken(table: Table, changes: Changes) -> Floats:
    broken = np.zeros(len(changes.place))
    for q, hard in enumerate(table.rule_hard):
        if hard:
            change = table.rule_count[q, changes.after] - table.rule_count[q, changes.before]
            broken += np.maximum(table.rule_total[q, changes.day] + change - table.rule_most[q], 0.0)
    return broken


def _twice(table: Table, changes: Changes) -> Floats:
    """Foods that the day has elsewhere already."""
    foods = table.food[table.option]  # (P, D)
    served = (foods[:, changes.day] == table.food[changes.after]).sum(axis=0)
    own = table.food[changes.before] == table.food[changes.after]
    return np.asarray(table.noted[changes.after] * np.minimum(served - own, 1))
