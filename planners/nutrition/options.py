"""The servings that a search chooses from, and what each does to the objective."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planners.nutrition import prices
from planners.nutrition.diet import Mix
from planners.nutrition.pattern import Pattern
from planners.nutrition.week import Week

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

CANDIDATES = 12  # foods a place keeps, by reduced cost
EMPTY = -1
BEYOND_USD = 100.0  # a serving past a food's most: never worth it


@dataclass(frozen=True, kw_only=True, eq=False)
class Options:
    """N servings, sorted by place; the objective of a menu is made of these numbers alone.

    objective = Σ usd + Σ max(0, base + Σ miss) + Σ repeat_usd[food, servings]

    Attributes
    ----------
    place, food, grams : (N,) where, what (EMPTY for nothing) and how much.
    start : (P + 1,) options of place p stand at start[p] : start[p + 1].
    usd : (N,) dollars of the serving.
    miss : (N, R) what it moves each one-sided limit by, in dollars; over 0 in sum is a miss.
    base : (R,) the same of an empty table.
    hard : (R,) limits that a finished menu must keep.
    share : (R,) multiplies dollars back into a share of the limit.
    slack : (R,) prices of the linear program as shares of the miss prices, 0 to 1.
    known : (N,) index of the food in repeat_usd.
    repeat_usd : (foods + 1, most servings + 2) dollars for having a food that often; the last row is EMPTY.
    cells : (P,) servings to choose at each place.
    """

    place: Ints
    food: Ints
    grams: Floats
    start: Ints
    usd: Floats
    miss: Floats
    base: Floats
    hard: Bools
    share: Floats
    slack: Floats
    known: Ints
    repeat_usd: Floats
    cells: Ints


def make_options(pattern: Pattern, week: Week, mix: Mix, hard_usd: float = prices.HARD_MISS_USD) -> Options:
    """All portions of each place's foods of least reduced cost, and "nothing" where it may stay empty."""
    return options_of(pattern, week, _candidates(pattern, week, mix), mix.dual, hard_usd)


def options_of(
    pattern: Pattern, week: Week, keep: Ints, dual: Floats, hard_usd: float = prices.HARD_MISS_USD
) -> Options:
    """The options of some choices of a pattern; `dual` (L,) are the prices that a linear program gives."""
    counts = pattern.steps[pattern.food[keep]] + 1
    choice = np.repeat(keep, counts)
    nth = np.arange(len(choice)) - np.repeat(np.cumsum(counts) - counts, counts)
    place, food = pattern.place[choice], pattern.food[choice]
    grams = pattern.smallest_g[food] + nth * pattern.step_g[food]
    features = pattern.features(place, food, grams)
    optional = np.array([p.optional for p in pattern.table.places])
    usd = (pattern.serving_usd(place, food, grams) + week.taste[food]) * week.appeal[food]
    empties = np.flatnonzero(optional)
    order = np.argsort(np.concatenate([place, empties]), kind="stable")
    none = len(empties)
    place = np.concatenate([place, empties])[order]
    food = np.concatenate([food, np.full(none, EMPTY)])[order]
    features = np.vstack([features, np.zeros((none, features.shape[1]))])[order]
    known, repeat_usd = _repeat_table(week, food)
    row, sign, bound = _sides(week)
    price = np.where(np.isfinite(week.price), week.price, hard_usd * week.days / week.scale)[row]
    return Options(
        place=place,
        food=food,
        grams=np.concatenate([grams, np.zeros(none)])[order],
        start=np.searchsorted(place, np.arange(len(optional) + 1)),
        usd=np.concatenate([usd, np.zeros(none)])[order],
        miss=np.ascontiguousarray(features[:, row] * (sign * price)),
        base=-bound * sign * price,
        hard=~np.isfinite(week.price[row]),
        share=1.0 / (price * week.scale[row]),
        slack=np.clip(-dual[row] * sign / price, 0.0, 1.0),
        known=known,
        repeat_usd=repeat_usd,
        cells=week.cells,
    )


def _candidates(pattern: Pattern, week: Week, mix: Mix) -> Ints:
    """Choices to keep, in the pattern's order: all that the mix serves, then the cheapest to bring in."""
    rank = np.where(mix.days > 0.0, -1e9, mix.reduced_cost)
    order = np.lexsort((np.arange(len(rank)), rank, pattern.place))
    nth = np.arange(len(rank)) - np.searchsorted(pattern.place, pattern.place[order])
    wanted = (nth < CANDIDATES) | (rank[order] == -1e9)
    return np.asarray(np.sort(order[wanted & (week.most[pattern.food[order]] > 0)]))


def _sides(week: Week) -> tuple[Ints, Floats, Floats]:
    """The one-sided limits of a period: row, +1 for a most and -1 for a least, and the bound; (R,) each."""
    least, most = np.flatnonzero(np.isfinite(week.low)), np.flatnonzero(np.isfinite(week.high))
    row = np.concatenate([least, most])
    sign = np.concatenate([np.full(len(least), -1.0), np.full(len(most), 1.0)])
    return row, sign, np.concatenate([week.low[least], week.high[most]])


def _repeat_table(week: Week, food: Ints) -> tuple[Ints, Floats]:
    foods = np.unique(food[food != EMPTY])
    known = np.where(food == EMPTY, len(foods), np.searchsorted(foods, food))
    servings = np.arange(int(week.cells.sum()) + 2)
    free, most = week.free[foods, np.newaxis], week.most[foods, np.newaxis]
    usd = prices.REPEAT_USD * np.maximum(servings - free, 0) + BEYOND_USD * np.maximum(servings - most, 0)
    return known, np.vstack([usd, np.zeros(len(servings))])
