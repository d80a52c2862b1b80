"""One period of up to seven days for one member: what its totals must keep to, and what each miss costs."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planners.nutrition import prices
from planners.nutrition.amounts import COST, PROTEIN
from planners.nutrition.locks import Lock
from planners.nutrition.pattern import Pattern
from planners.nutrition.repeats import WEEK, repeat_limits
from planners.nutrition.slots import MEAL_PROTEIN_SHARE, SHARE_BAND
from planners.nutrition.targets import DailyTargets

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

MODERATE = "water_g"
BUDGET_MARGIN = 0.002  # so that a menu within the tolerance of a search is still within the budget


@dataclass(frozen=True, kw_only=True, eq=False)
class Week:
    """The right-hand sides and the costs of one period.

    Attributes
    ----------
    days : 1 to 7.
    low, high : (L,) least and most of each row's total that the cells, locked foods left aside, may bring.
    price : (L,) dollars for each unit missed; infinite where the limit is hard.
    scale : (L,) the limit's size over the period, by which a miss is told as a share.
    cells : (P,) days on which each place is free: the period's, less the locked.
    needed : (P,) days on which it must be filled.
    free, most : (n,) servings of each food without charge, and at most, locked ones counted.
    taste : (n,) dollars added to each serving: the seed's taste, repeats of earlier weeks.
    appeal : (n,) factor on the dollars of a serving: below 1 where the member likes the food.
    """

    days: int
    low: Floats
    high: Floats
    price: Floats
    scale: Floats
    cells: Ints
    needed: Ints
    free: Ints
    most: Ints
    taste: Floats
    appeal: Floats


def make_week(
    pattern: Pattern,
    targets: DailyTargets,
    days: int,
    *,
    budget_usd: float | None = None,
    locks: Sequence[Lock] = (),
    unwanted: Bools | None = None,
    forgiven: Collection[str] = (),
    taste: Floats | None = None,
    liked: Bools | None = None,
) -> Week:
    """The period's limits from the daily targets.

    `budget_usd` is a day's; `unwanted` (n,) is never served; floors of `forgiven` nutrients may be missed.
    """
    low, high, price, scale = _limits(pattern, targets, days, budget_usd)
    for name in forgiven:
        at = pattern.rows.index(name)
        price[at] = min(price[at], prices.SHORTFALL_USD / scale[at] * days)
    fixed = _locked_totals(pattern, locks)
    cells, needed = _cells(pattern, locks, days)
    free, most = _servings(pattern, locks, days)
    if unwanted is not None:
        most = np.where(unwanted, 0, most)
    return Week(
        days=days,
        low=low - fixed,
        high=high - fixed,
        price=price,
        scale=scale,
        cells=cells,
        needed=needed,
        free=np.minimum(free, most),
        most=most,
        taste=np.zeros(len(pattern.catalog)) if taste is None else taste,
        appeal=np.ones(len(pattern.catalog)) if liked is None else np.where(liked, prices.LIKED, 1.0),
    )


def _limits(
    pattern: Pattern, targets: DailyTargets, days: int, budget_usd: float | None
) -> tuple[Floats, Floats, Floats, Floats]:
    """Low, high, price and scale of every row, (L,) each, for the whole period."""
    size = len(pattern.rows)
    low, high = np.full(size, -np.inf), np.full(size, np.inf)
    price, scale = np.full(size, np.inf), np.ones(size)
    at = {name: i for i, name in enumerate(pattern.rows)}
    for name, target in targets.weekly.items():
        least, most = target.min, target.max
        low[at[name]] = -np.inf if least is None else least
        high[at[name]] = np.inf if most is None else most
        scale[at[name]] = least or most or 1.0
        if name in targets.soft:
            scale[at[name]] = most or least or 1.0  # sodium may be too much, water too little
            lost = prices.WATER_MISS_USD if name == MODERATE else prices.SOFT_MISS_USD
            price[at[name]] = lost / scale[at[name]]
    if budget_usd is not None:
        scale[at[COST]] = budget_usd
        high[at[COST]] = budget_usd * (1.0 - BUDGET_MARGIN)
    for row in pattern.amounts.hei:
        i = at[f"hei_{row.name}"]
        low[i], high[i] = (-np.inf, 0.0) if row.moderation else (0.0, np.inf)
        price[i] = prices.HEI_POINT_USD * row.points_per_unit / targets.energy_kcal
        scale[i] = targets.energy_kcal / row.points_per_unit
    for slot, share in zip(pattern.table.slots, pattern.table.shares, strict=True):
        i = at[f"energy_kcal_{slot}"]
        scale[i] = share * targets.energy_kcal
        low[i], high[i] = (1.0 - SHARE_BAND) * scale[i], (1.0 + SHARE_BAND) * scale[i]
    protein = targets.weekly[PROTEIN].min or 0.0
    for slot, least_share in MEAL_PROTEIN_SHARE.items():
        i = at[f"{PROTEIN}_{slot}"]
        low[i] = least_share * protein
        scale[i] = max(low[i], 1.0)
        price[i] = prices.MEAL_PROTEIN_USD / scale[i]
    for rule in pattern.rules:
        if rule.slot is None and days < WEEK and rule.per_day < 0.0:
            continue  # two fish a week say nothing about three days
        high[at[rule.name]] = rule.per_day if rule.slot else math.ceil(rule.per_day * days) / days
        if not rule.hard:
            price[at[rule.name]] = rule.price
    return low * days, high * days, price, scale * days


def _locked_totals(pattern: Pattern, locks: Sequence[Lock]) -> Floats:
    """(L,) what the locked foods bring; one beside all places counts as the first of its meal."""
    if not locks:
        return np.zeros(len(pattern.rows))
    first = [pattern.table.slot_of_place.index(s) for s in range(len(pattern.table.slots))]
    place = np.array([first[k.slot] if k.place is None else k.place for k in locks])
    food, grams = np.array([k.row for k in locks]), np.array([k.grams for k in locks])
    return np.asarray(pattern.features(place, food, grams).sum(axis=0))


def _cells(pattern: Pattern, locks: Sequence[Lock], days: int) -> tuple[Ints, Ints]:
    cells = np.full(len(pattern.table.places), days, dtype=np.int64)
    for lock in locks:
        if lock.place is not None:
            cells[lock.place] -= 1
    optional = np.array([place.optional for place in pattern.table.places])
    return cells, np.where(optional, 0, cells)


def _servings(pattern: Pattern, locks: Sequence[Lock], days: int) -> tuple[Ints, Ints]:
    free, most = repeat_limits(pattern.catalog, days)
    locked = np.bincount([k.row for k in locks], minlength=len(free)) if locks else np.zeros_like(free)
    return np.maximum(free - locked, 0), np.maximum(most - locked, 0)
