"""The first deal: a seeded order of days in which no hard pair rule is broken."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planners.nutrition.table import Table

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def first_deal(table: Table, cells: Ints, rng: np.random.Generator) -> None:
    """Put every option of the menu on the table: those that a hard rule counts on days of their own.

    The week's rule leaves room for that: its counted servings are no more than the days.
    """
    days = table.option.shape[1]
    order = rng.permutation(days)
    used = _used_days(table)
    start = 0
    for place in range(len(table.option)):
        free = order[~table.locked[place, order]]
        mine = cells[start : start + len(free)]
        start += len(free)
        counted = _counted(table, place, mine)
        chosen = _apart(free, int(counted.sum()), used[int(table.slot[place])])
        rest = rng.permutation(free[~np.isin(free, chosen)])
        table.put(place, chosen, mine[counted])
        table.put(place, rest, mine[~counted])


def _counted(table: Table, place: int, servings: Ints) -> Bools:
    """Which servings a hard rule of the meal counts."""
    hard = [q for q in table.rules_of_slot[table.slot[place]] if table.rule_hard[q]]
    return np.asarray((table.rule_count[hard][:, servings] > 0.0).any(axis=0))


def _apart(free: Ints, count: int, used: set[int]) -> Ints:
    """`count` of the free days, those first that the meal's other counted servings leave."""
    ranked = sorted(range(len(free)), key=lambda i: (int(free[i]) in used, i))[:count]
    chosen = free[ranked]
    used.update(chosen.tolist())
    return np.asarray(chosen)


def _used_days(table: Table) -> list[set[int]]:
    """For each meal, the days on which a locked food already counts for a hard rule."""
    used: list[set[int]] = [set() for _ in table.rules_of_slot]
    for slot, rules in enumerate(table.rules_of_slot):
        for q in rules:
            if table.rule_hard[q]:
                used[slot].update(np.flatnonzero(table.rule_total[q] > 0.0).tolist())
    return used
