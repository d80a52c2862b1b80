"""The table of a period, day by day: what stands where, and the running sums that dealing needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planners.nutrition.amounts import ENERGY, PROTEIN
from planners.nutrition.locks import Lock
from planners.nutrition.nutrients import NUTRIENTS
from planners.nutrition.options import EMPTY, Options
from planners.nutrition.pattern import Pattern
from planners.nutrition.repeats import WATER
from planners.nutrition.rule import PairRule
from planners.nutrition.slots import MEAL_PROTEIN_SHARE
from planners.nutrition.targets import DailyTargets

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

COUNTED = (ENERGY, PROTEIN, "sodium_mg", "caffeine_mg")  # amounts with a limit on every day
_COLUMNS = [NUTRIENTS.index(name) for name in COUNTED]


@dataclass(kw_only=True, eq=False)
class Table:
    """P places × D days, being dealt; the sums follow what is put down and taken away.

    Servings are numbers into the arrays of (N + locks + 1,): the options, the locked foods, and `empty`.

    Attributes
    ----------
    option : (P, D) serving at each place on each day.
    locked : (P, D) places that the member fixed.
    beside : locked foods that no place takes.
    food, grams, kind : of each serving: row of the catalogue (EMPTY), weight, first digits of its code.
    keeps, noted : servings that keep as leftovers; servings whose repeats anyone minds.
    amount : (N', 4) COUNTED of each serving.
    role, slot : of each place; slot as an index of the meals.
    day_total (D, 4), meal_total (S, D, 2), meal_items (S, D), rule_total (Q, D) : running sums.
    rule_count : (Q, N') what a serving counts for a rule of its meal; rule_most, rule_hard : (Q,).
    """

    option: Ints
    locked: Bools
    beside: tuple[Lock, ...]
    empty: int
    food: Ints
    grams: Floats
    kind: Ints
    keeps: Bools
    noted: Bools
    amount: Floats
    role: tuple[str, ...]
    slot: Ints
    day_total: Floats
    meal_total: Floats
    meal_items: Floats
    rule_total: Floats
    rule_count: Floats
    rule_most: Floats
    rule_hard: tuple[bool, ...]
    rules_of_slot: tuple[tuple[int, ...], ...]
    day_kcal: float
    meal_kcal: Floats
    meal_protein: Floats
    day_low: Floats
    day_high: Floats

    def copied(self) -> Table:
        """A table of its own with the same on it."""
        return replace(
            self,
            option=self.option.copy(),
            day_total=self.day_total.copy(),
            meal_total=self.meal_total.copy(),
            meal_items=self.meal_items.copy(),
            rule_total=self.rule_total.copy(),
        )

    def put(self, place: int, days: Ints, servings: Ints) -> None:
        """Put servings down at a place that is empty on these days."""
        self._add(place, days, servings, 1.0)
        self.option[place, days] = servings

    def remove(self, place: int, days: Ints) -> None:
        """Take away what stands at a place on these days."""
        self._add(place, days, self.option[place, days], -1.0)
        self.option[place, days] = self.empty

    def _add(self, place: int, days: Ints, servings: Ints, sign: float) -> None:
        slot, amount = self.slot[place], sign * self.amount[servings]
        self.day_total[days] += amount
        self.meal_total[slot, days] += amount[:, :2]
        self.meal_items[slot, days] += sign * (self.food[servings] != EMPTY)
        self.rule_total[:, days] += sign * self.rule_count[:, servings]

    def day_misses(self, totals: Floats) -> Floats:
        """(…) sum of the shares by which days of COUNTED totals (…, 4) miss the limits of a day."""
        short = np.maximum(self.day_low - totals, 0.0) / np.maximum(self.day_low, 1e-9)
        over = np.maximum(totals - self.day_high, 0.0) / self.day_high
        return np.asarray((short + over).sum(axis=-1))


def make_table(
    pattern: Pattern, targets: DailyTargets, options: Options, days: int, locks: Sequence[Lock]
) -> Table:
    """An empty table with the locked foods on it."""
    seated = [lock for lock in locks if lock.place is not None]
    beside = tuple(lock for lock in locks if lock.place is None)
    food = np.concatenate([options.food, np.array([k.row for k in seated], dtype=np.int64), [EMPTY]])
    grams = np.concatenate([options.grams, [k.grams for k in seated], [0.0]])
    place = np.concatenate([options.place, [k.place or 0 for k in seated], [0]]).astype(np.int64)
    empty = len(food) - 1
    rules = [rule for rule in pattern.rules if rule.slot is not None]
    catalog, shape = pattern.catalog, pattern.table
    codes = catalog.codes[food]
    low, high = _day_limits(targets)
    protein = targets.weekly[PROTEIN].min or 0.0
    shares = [MEAL_PROTEIN_SHARE.get(slot, 0.0) for slot in shape.slots]
    table = Table(
        option=np.full((len(shape.places), days), empty, dtype=np.int64),
        locked=np.zeros((len(shape.places), days), dtype=np.bool_),
        beside=beside,
        empty=empty,
        food=food,
        grams=grams,
        kind=np.where(food == EMPTY, -np.arange(1, len(food) + 1), codes // 1_000_000),
        keeps=catalog.servings_at_a_time[food] > 1,
        noted=(food != EMPTY) & ~np.isin(codes, list(WATER)),
        amount=np.where(food == EMPTY, 0.0, grams)[:, np.newaxis]
        * catalog.per_100g[food][:, _COLUMNS]
        / 100.0,
        role=tuple(place.role for place in shape.places),
        slot=np.array(shape.slot_of_place),
        day_total=np.zeros((days, len(COUNTED))),
        meal_total=np.zeros((len(shape.slots), days, 2)),
        meal_items=np.zeros((len(shape.slots), days)),
        rule_total=np.zeros((len(rules), days)),
        rule_count=_rule_counts(rules, place, food),
        rule_most=np.array([rule.per_day for rule in rules]),
        rule_hard=tuple(rule.hard for rule in rules),
        rules_of_slot=tuple(
            tuple(q for q, rule in enumerate(rules) if rule.slot == slot) for slot in shape.slots
        ),
        day_kcal=targets.energy_kcal,
        meal_kcal=np.array(shape.shares) * targets.energy_kcal,
        meal_protein=np.maximum(np.array(shares) * protein, 1e-9),
        day_low=low,
        day_high=high,
    )
    for nth, lock in enumerate(seated):
        seat = lock.place or 0
        table.put(seat, np.array([lock.day]), np.array([len(options.food) + nth]))
        table.locked[seat, lock.day] = True
    _lay_beside(pattern, rules, table)
    return table


def _rule_counts(rules: Sequence[PairRule], place: Ints, food: Ints) -> Floats:
    """(Q, N') what each serving counts for at its own place."""
    counts = np.array([rule.count[place, food] for rule in rules]).reshape(len(rules), len(food))
    return np.where(food == EMPTY, 0.0, counts)


def _day_limits(targets: DailyTargets) -> tuple[Floats, Floats]:
    found = [targets.daily.get(name) for name in COUNTED]
    low = [0.0 if t is None or t.min is None else t.min for t in found]
    high = [np.inf if t is None or t.max is None else t.max for t in found]
    return np.array(low), np.array(high)


def _lay_beside(pattern: Pattern, rules: Sequence[PairRule], table: Table) -> None:
    """Count the locked foods that have no place of their own."""
    for lock in table.beside:
        amount = pattern.catalog.per_100g[lock.row, _COLUMNS] / 100.0 * lock.grams
        first = int(np.flatnonzero(table.slot == lock.slot)[0])
        table.day_total[lock.day] += amount
        table.meal_total[lock.slot, lock.day] += amount[:2]
        table.meal_items[lock.slot, lock.day] += 1.0
        table.rule_total[:, lock.day] += [rule.count[first, lock.row] for rule in rules]
