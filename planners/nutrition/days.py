"""Which day gets which serving: the week's menu dealt so that every day and every meal is a good one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from planners.nutrition.amounts import PROTEIN
from planners.nutrition.locks import Lock
from planners.nutrition.nutrients import NUTRIENTS
from planners.nutrition.options import EMPTY
from planners.nutrition.pattern import Pattern
from planners.nutrition.repeats import WATER
from planners.nutrition.slots import MEAL_PROTEIN_SHARE
from planners.nutrition.targets import DailyTargets
from planners.plan import Target

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

PASSES = 5

# Weights of what makes a deal good, against 1 for a day 5 % off its energy; chosen.
ENERGY_WEIGHT = 400.0
MEAL_WEIGHT = 12.0
MEAL_PROTEIN_WEIGHT = 8.0
LIMIT_WEIGHT = 200.0
PAIR_WEIGHT, HARD_PAIR_WEIGHT = 2.0, 1e6
SAME_DAY_WEIGHT, HABIT_WEIGHT, SAME_KIND_WEIGHT = 2.0, 0.1, 0.6
NEXT_DAY_WEIGHT, STALE_WEIGHT = 0.5, 0.5
CROWD_WEIGHT = 0.05

KEEPS_DAYS = 3  # a cooked dish keeps three to four days cold; USDA FSIS, Leftovers and Food Safety
HABITS = ("dairy", "drink", "topping", "breakfast_bread")


@dataclass(frozen=True, kw_only=True, eq=False)
class Deal:
    """A dealt period: food (EMPTY for none) and grams at each place on each day, (P, days) each.

    `locked` marks what the member fixed; `beside` are locked foods that no place takes.
    """

    food: Ints
    grams: Floats
    locked: Bools
    beside: tuple[Lock, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Kinds:
    """What the weights know of the foods: (n,) each."""

    kind: Ints
    keeps: Bools
    water: Bools


def deal_days(
    pattern: Pattern,
    targets: DailyTargets,
    days: int,
    servings: Sequence[tuple[Ints, Floats]],
    locks: Sequence[Lock],
    rng: np.random.Generator,
) -> Deal:
    """Deal each place's servings (food, grams) to its free days.

    Days begin in a seeded order that keeps every hard pair rule. Then each place in turn is dealt anew, the best
    way given all other places: an assignment problem of at most 7 × 7; until a round changes nothing.
    """
    deal = _first_deal(pattern, days, servings, locks, rng)
    kinds = _kinds(pattern)
    for _ in range(PASSES):
        changed = False
        for place in range(len(servings)):
            changed |= _deal_place(pattern, targets, deal, kinds, place)
        if not changed:
            break
    return deal


def _first_deal(
    pattern: Pattern,
    days: int,
    servings: Sequence[tuple[Ints, Floats]],
    locks: Sequence[Lock],
    rng: np.random.Generator,
) -> Deal:
    """Servings that a hard rule counts go to days of their own, the rest anywhere."""
    places = len(servings)
    food, grams = np.full((places, days), EMPTY, dtype=np.int64), np.zeros((places, days))
    locked = np.zeros((places, days), dtype=np.bool_)
    for lock in locks:
        if lock.place is not None:
            food[lock.place, lock.day], grams[lock.place, lock.day] = lock.row, lock.grams
            locked[lock.place, lock.day] = True
    order = rng.permutation(days)
    counted = [rule for rule in pattern.rules if rule.hard]
    used = _used_days(pattern, locks, days)
    for p, (foods, weights) in enumerate(servings):
        mine = [rule for rule in counted if rule.slot == pattern.table.places[p].slot]
        free = [d for d in order.tolist() if not locked[p, d]]
        marked = np.array(
            [any(f != EMPTY and rule.count[p, f] > 0 for rule in mine) for f in foods.tolist()], dtype=bool
        )
        taken = used.setdefault(pattern.table.places[p].slot, set())
        for i in np.flatnonzero(marked).tolist():
            day = next((d for d in free if d not in taken), free[0])
            free.remove(day)
            taken.add(day)
            food[p, day], grams[p, day] = foods[i], weights[i]
        rest = rng.permutation(np.flatnonzero(~marked))
        food[p, free], grams[p, free] = foods[rest], weights[rest]
    return Deal(food=food, grams=grams, locked=locked, beside=tuple(k for k in locks if k.place is None))


def _used_days(pattern: Pattern, locks: Sequence[Lock], days: int) -> dict[object, set[int]]:
    used: dict[object, set[int]] = {}
    for rule in pattern.rules:
        for lock in locks:
            slot = pattern.table.slots[lock.slot]
            if rule.hard and rule.slot == slot and rule.count[:, lock.row].max() > 0:
                used.setdefault(slot, set()).add(lock.day)
    return used


def _kinds(pattern: Pattern) -> _Kinds:
    codes = pattern.catalog.codes
    return _Kinds(
        kind=codes // 1_000_000,  # the first two digits of a code: beef, poultry, yogurt, nuts, apples …
        keeps=pattern.catalog.servings_at_a_time > 1,
        water=np.isin(codes, list(WATER)),
    )


def _deal_place(pattern: Pattern, targets: DailyTargets, deal: Deal, kinds: _Kinds, place: int) -> bool:
    """Deal one place anew; True when that bettered the days."""
    open_days = np.flatnonzero(~deal.locked[place])
    food, grams = deal.food[place, open_days].copy(), deal.grams[place, open_days].copy()
    if len(open_days) < 2 or ((food == food[0]) & (grams == grams[0])).all():
        return False
    weight = _weights(pattern, targets, deal, kinds, place, open_days, food, grams)
    item, day = linear_sum_assignment(np.round(weight, 9))
    if weight[item, day].sum() > np.trace(weight) - 1e-6:
        return False
    deal.food[place, open_days[day]], deal.grams[place, open_days[day]] = food[item], grams[item]
    return True


def _weights(
    pattern: Pattern,
    targets: DailyTargets,
    deal: Deal,
    kinds: _Kinds,
    place: int,
    days: Ints,
    food: Ints,
    grams: Floats,
) -> Floats:
    """(items, days) what each serving would weigh on each day, all other places as they are."""
    others = deal.food.copy()
    others[place] = EMPTY
    return np.asarray(
        _amount_weights(pattern, targets, deal, place, days, food, grams)
        + _pair_weights(pattern, others, place, days, food)
        + _repeat_weights(pattern, kinds, others, place, days, food)
    )


def _amount_weights(
    pattern: Pattern, targets: DailyTargets, deal: Deal, place: int, days: Ints, food: Ints, grams: Floats
) -> Floats:
    """Energy of the day and the meal, and the limits that hold on every day."""
    per_gram = pattern.catalog.per_100g / 100.0
    rest = [p for p in range(len(deal.food)) if p != place]
    eaten = (
        per_gram[deal.food[rest][:, days]]
        * np.where(deal.food[rest] == EMPTY, 0.0, deal.grams[rest])[:, days, None]
    )
    total = eaten.sum(axis=0)
    for lock in deal.beside:
        total[days == lock.day] += per_gram[lock.row] * lock.grams
    mine = per_gram[food] * np.where(food == EMPTY, 0.0, grams)[:, None]
    new = total[np.newaxis] + mine[:, np.newaxis]
    kcal = NUTRIENTS.index("energy_kcal")
    slots = np.array(pattern.table.slot_of_place)
    meal = (
        eaten[slots[rest] == slots[place]][:, :, kcal].sum(axis=0)[np.newaxis] + mine[:, kcal][:, np.newaxis]
    )
    share = pattern.table.shares[slots[place]] * targets.energy_kcal
    weight = ENERGY_WEIGHT * (new[:, :, kcal] / targets.energy_kcal - 1.0) ** 2
    weight = weight + MEAL_WEIGHT * (meal / share - 1.0) ** 2
    weight = weight + _protein_weights(
        pattern, targets, eaten[slots[rest] == slots[place]], mine, slots[place]
    )
    return np.asarray(weight + LIMIT_WEIGHT * day_misses(targets.daily, new))


def _protein_weights(
    pattern: Pattern, targets: DailyTargets, beside: Floats, mine: Floats, slot: int
) -> Floats:
    """(items, days) protein that the meal lacks of its share; `beside` is what else stands there."""
    protein = NUTRIENTS.index(PROTEIN)
    least = MEAL_PROTEIN_SHARE.get(pattern.table.slots[slot], 0.0) * (targets.weekly[PROTEIN].min or 0.0)
    meal = beside[:, :, protein].sum(axis=0)[np.newaxis] + mine[:, protein][:, np.newaxis]
    return np.asarray(MEAL_PROTEIN_WEIGHT * np.maximum(least - meal, 0.0) / max(least, 1.0))


def day_misses(daily: Mapping[str, Target], totals: Floats) -> Floats:
    """(...) sum of the shares by which the limits of a day are missed; `totals` (..., len(NUTRIENTS))."""
    missed = np.zeros(totals.shape[:-1])
    for name, target in daily.items():
        value = totals[..., NUTRIENTS.index(name)]
        if target.min and name != "water_g":
            missed = missed + np.maximum(target.min - value, 0.0) / target.min
        if target.max:
            missed = missed + np.maximum(value - target.max, 0.0) / target.max
    return missed


def _pair_weights(pattern: Pattern, others: Ints, place: int, days: Ints, food: Ints) -> Floats:
    """Pair rules broken, and how full the plate is."""
    slot = pattern.table.places[place].slot
    here = [p for p, other in enumerate(pattern.table.places) if other.slot == slot]
    beside = others[here][:, days]
    weight = CROWD_WEIGHT * (beside != EMPTY).sum(axis=0) * (food != EMPTY)[:, np.newaxis]
    for rule in pattern.rules:
        if rule.slot == slot:
            count = rule.count[np.array(here)[:, np.newaxis], beside] * (beside != EMPTY)
            before = count.sum(axis=0) - rule.per_day
            after = before[np.newaxis] + (rule.count[place, food] * (food != EMPTY))[:, np.newaxis]
            each = HARD_PAIR_WEIGHT if rule.hard else PAIR_WEIGHT
            weight = weight + each * np.maximum(after, 0.0)
    return np.asarray(weight)


def _repeat_weights(
    pattern: Pattern, kinds: _Kinds, others: Ints, place: int, days: Ints, food: Ints
) -> Floats:
    """The same food twice a day, its kind twice a meal, a dish again tomorrow, a leftover kept too long."""
    slot, role = pattern.table.places[place].slot, pattern.table.places[place].role
    same = others[np.newaxis] == food[:, np.newaxis, np.newaxis]  # (items, places, all days)
    served = same.any(axis=1)
    there = (food != EMPTY) & ~kinds.water[food]
    habit = HABIT_WEIGHT if role in HABITS else SAME_DAY_WEIGHT
    here = [p for p, other in enumerate(pattern.table.places) if other.slot == slot]
    kind = np.where(others == EMPTY, -1, kinds.kind[others])
    alike = (kind[here][np.newaxis] == kinds.kind[food][:, np.newaxis, np.newaxis]).any(axis=1)
    weight = habit * served[:, days] + SAME_KIND_WEIGHT * alike[:, days]
    weight = weight + HABIT_WEIGHT * 10 * same[:, here].any(axis=1)[:, days]
    if role.endswith("_main"):
        weight = weight + _near_weights(kinds, served, kind, food, days)
    return np.asarray(weight * there[:, np.newaxis])


def _near_weights(kinds: _Kinds, served: Bools, kind: Ints, food: Ints, days: Ints) -> Floats:
    """For mains: a fresh dish should not come back next day, a batch should within the days that it keeps."""
    apart = np.abs(np.arange(served.shape[1])[:, np.newaxis] - days[np.newaxis])  # (all days, days)
    next_day = served.astype(float) @ (apart == 1)
    stale = served.astype(float) @ (apart > KEEPS_DAYS)
    keeps = kinds.keeps[food][:, np.newaxis]
    same_kind = (kind[np.newaxis] == kinds.kind[food][:, np.newaxis, np.newaxis]).any(axis=1)[:, days]
    fresh = NEXT_DAY_WEIGHT * next_day
    return np.asarray(np.where(keeps, STALE_WEIGHT * stale, fresh) + SAME_KIND_WEIGHT * same_kind)
