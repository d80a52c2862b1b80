"""Which day gets which serving: the week's menu dealt so that every day and every meal is a good one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from planners.nutrition.first_deal import first_deal
from planners.nutrition.locks import Lock
from planners.nutrition.options import EMPTY, Options
from planners.nutrition.pattern import Pattern
from planners.nutrition.table import Table, make_table
from planners.nutrition.targets import DailyTargets

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

PASSES = 3

# What makes a deal good, against 1 for a day 5 % off its energy; chosen.
ENERGY_WEIGHT = 400.0
MEAL_WEIGHT = 25.0
MEAL_PROTEIN_WEIGHT = 8.0
LIMIT_WEIGHT = 200.0
PAIR_WEIGHT, HARD_PAIR_WEIGHT = 6.0, 1e6
SAME_DAY_WEIGHT, HABIT_WEIGHT, SAME_MEAL_WEIGHT, SAME_KIND_WEIGHT = 2.0, 0.1, 1.0, 0.6
NEXT_DAY_WEIGHT, STALE_WEIGHT = 0.5, 0.5
CROWD_WEIGHT = 0.05

KEEPS_DAYS = 3  # a cooked dish keeps three to four days cold; USDA FSIS, Leftovers and Food Safety
HABITS = ("dairy", "drink", "topping", "breakfast_bread")


def deal_days(
    pattern: Pattern,
    targets: DailyTargets,
    options: Options,
    cells: Ints,
    days: int,
    locks: Sequence[Lock],
    rng: np.random.Generator,
) -> Table:
    """Deal a menu's options (cells,), place by place, to the days that each place has free.

    Days begin in a seeded order that keeps every hard pair rule. Then each place in turn is dealt anew, the
    best way given all other places: an assignment problem of at most 7 × 7; until a pass changes nothing.
    """
    table = make_table(pattern, targets, options, days, locks)
    first_deal(table, cells, rng)
    for _ in range(PASSES):
        changed = [_deal_place(table, place) for place in range(len(table.option))]
        if not any(changed):
            break
    return table


def _deal_place(table: Table, place: int) -> bool:
    """Deal one place anew; True when that bettered the days."""
    days = np.flatnonzero(~table.locked[place])
    dealt = table.option[place, days]
    if len(days) < 2 or (dealt == dealt[0]).all():
        return False
    table.remove(place, days)
    weight = _weights(table, place, days, dealt)
    item, day = linear_sum_assignment(np.round(weight, 9))
    better = bool(weight[item, day].sum() < np.trace(weight) - 1e-6)
    table.put(place, days[day] if better else days, dealt[item] if better else dealt)
    return better


def _weights(table: Table, place: int, days: Ints, dealt: Ints) -> Floats:
    """(items, days) what each serving would weigh on each day, the place itself being empty."""
    weight = _amount_weights(table, place, days, dealt)
    weight += _pair_weights(table, place, days, dealt)
    weight += _repeat_weights(table, place, days, dealt)
    return weight


def _amount_weights(table: Table, place: int, days: Ints, dealt: Ints) -> Floats:
    """Energy of the day and the meal, protein of the meal, and the limits that hold on every day."""
    slot = table.slot[place]
    mine = table.amount[dealt]
    total = table.day_total[days][np.newaxis] + mine[:, np.newaxis]
    meal = table.meal_total[slot, days][np.newaxis] + mine[:, np.newaxis, :2]
    weight = ENERGY_WEIGHT * (total[:, :, 0] / table.day_kcal - 1.0) ** 2
    weight += MEAL_WEIGHT * (meal[:, :, 0] / table.meal_kcal[slot] - 1.0) ** 2
    lacking = np.maximum(1.0 - meal[:, :, 1] / table.meal_protein[slot], 0.0)
    weight += MEAL_PROTEIN_WEIGHT * lacking
    return np.asarray(weight + LIMIT_WEIGHT * table.day_misses(total))


def _pair_weights(table: Table, place: int, days: Ints, dealt: Ints) -> Floats:
    """Pair rules broken, and how full the plate is."""
    slot = table.slot[place]
    there = (table.food[dealt] != EMPTY)[:, np.newaxis]
    weight = CROWD_WEIGHT * table.meal_items[slot, days] * there
    for q in table.rules_of_slot[slot]:
        after = table.rule_total[q, days] + table.rule_count[q, dealt][:, np.newaxis]
        each = HARD_PAIR_WEIGHT if table.rule_hard[q] else PAIR_WEIGHT
        weight = weight + each * np.maximum(after - table.rule_most[q], 0.0)
    return np.asarray(weight)


def _repeat_weights(table: Table, place: int, days: Ints, dealt: Ints) -> Floats:
    """The same food twice a day, its kind twice a meal, a dish again tomorrow, a leftover kept too long."""
    role, here = table.role[place], table.slot == table.slot[place]
    food, kind = table.food[dealt], table.kind[dealt]
    foods, kinds = table.food[table.option], table.kind[table.option]
    same = foods[np.newaxis] == food[:, np.newaxis, np.newaxis]  # (items, places, all days)
    served = same.any(axis=1)
    weight = (HABIT_WEIGHT if role in HABITS else SAME_DAY_WEIGHT) * served[:, days]
    weight = weight + SAME_MEAL_WEIGHT * same[:, here].any(axis=1)[:, days]
    alike = kinds[here][np.newaxis] == kind[:, np.newaxis, np.newaxis]
    weight = weight + SAME_KIND_WEIGHT * alike.any(axis=1)[:, days]
    if role.endswith("_main"):
        weight = weight + _near_weights(table, served, kinds, dealt, days)
    return np.asarray(weight * table.noted[dealt][:, np.newaxis])


def _near_weights(table: Table, served: Bools, kinds: Ints, dealt: Ints, days: Ints) -> Floats:
    """For mains: a fresh dish should not come back next day, a batch should within the days that it keeps."""
    apart = np.abs(np.arange(served.shape[1])[:, np.newaxis] - days[np.newaxis])  # (all days, days)
    fresh = NEXT_DAY_WEIGHT * (served.astype(float) @ (apart == 1))
    stale = STALE_WEIGHT * (served.astype(float) @ (apart > KEEPS_DAYS))
    same_kind = (kinds[np.newaxis] == table.kind[dealt][:, np.newaxis, np.newaxis]).any(axis=1)[:, days]
    keeps = table.keeps[dealt][:, np.newaxis]
    return np.asarray(np.where(keeps, stale, fresh) + SAME_KIND_WEIGHT * same_kind)
