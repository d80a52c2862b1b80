"""The week's menu as a whole-number program: what the linear program and the search are measured against."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from planners.nutrition import prices
from planners.nutrition.amounts import COST
from planners.nutrition.pattern import Pattern
from planners.nutrition.week import Week

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class WholeProgram:
    """minimise cost·x, low ≤ matrix·x ≤ high, 0 ≤ x ≤ upper, the first `whole` of x being whole numbers.

    The columns are n, a, b of every choice, then o of every food, then s and t of every row.
    """

    cost: Floats
    matrix: sp.csc_matrix
    low: Floats
    high: Floats
    upper: Floats
    whole: int


def whole_program(pattern: Pattern, week: Week) -> WholeProgram:
    """The pattern program over whole days and whole portion steps.

    minimise    Σ c₀·n + c₁·a + c₂·b + REPEAT_USD · Σ o + Σ price·(s + t)
    subject to  low ≤ Σ f₀·n + f₁·(a + b) + s − t ≤ high     rows
                needed_p ≤ Σ n(p, ·) ≤ cells_p                places
                Σ n(·, f) − o_f ≤ free_f                      foods, o_f ≤ most_f − free_f
                a ≤ m·n,  b ≤ (k − m)·n                       choices

    | symbol | name | shape, unit |
    |---|---|---|
    | n | days of a choice | (C,), days |
    | a, b | portion steps over all its days, up to the middle portion and beyond | (C,), steps |
    | m, k | steps to the middle and to the largest portion | (C,) |
    | f₀, f₁ | features of the smallest portion and of one step | (C, L) |
    | c₀, c₁, c₂ | dollars of the smallest portion, of a step up to the middle, of one beyond | (C,) |

    Steps can be dealt to the days in any whole way, and dollars are convex in the portion, so this is the
    same problem as a choice for each day, without the days' symmetry.
    """
    steps = pattern.steps[pattern.food]
    middle = (steps + 1) // 2
    features, cost = _per_choice(pattern, week)
    foods, food_at = np.unique(pattern.food, return_inverse=True)
    count, places, size = len(pattern.food), len(pattern.table.places), len(pattern.rows)
    one, at = np.ones(count), np.arange(count)
    none, eye = sp.csc_matrix((count, count)), sp.identity(count, format="csc")
    rows = sp.identity(size, format="csc")
    in_place = sp.csc_matrix((one, (pattern.place, at)), shape=(places, count))
    of_food = sp.csc_matrix((one, (food_at, at)), shape=(len(foods), count))
    over = -sp.identity(len(foods), format="csc")
    step = sp.csc_matrix(features[1].T)
    links = [sp.diags(-middle.astype(float)), sp.diags(-(steps - middle).astype(float))]
    wide = len(foods) + 2 * size
    matrix = sp.vstack(
        [
            sp.hstack(
                [sp.csc_matrix(features[0].T), step, step, sp.csc_matrix((size, len(foods))), rows, -rows]
            ),
            sp.hstack([in_place, sp.csc_matrix((places, 2 * count + wide))]),
            sp.hstack(
                [of_food, sp.csc_matrix((len(foods), 2 * count)), over, sp.csc_matrix((len(foods), 2 * size))]
            ),
            sp.hstack([links[0], eye, none, sp.csc_matrix((count, wide))]),
            sp.hstack([links[1], none, eye, sp.csc_matrix((count, wide))]),
        ]
    )
    paid = np.where(np.isfinite(week.price), week.price, 0.0)
    open_ = np.where(np.isfinite(week.price), np.inf, 0.0)
    most = np.minimum(week.most[pattern.food], week.days).astype(float)
    return WholeProgram(
        cost=np.concatenate([*cost, np.full(len(foods), prices.REPEAT_USD), paid, paid]),
        matrix=sp.csc_matrix(matrix),
        low=np.concatenate([week.low, week.needed, np.full(len(foods) + 2 * count, -np.inf)]),
        high=np.concatenate([week.high, week.cells, week.free[foods], np.zeros(2 * count)]),
        upper=np.concatenate(
            [
                most,
                most * middle,
                most * (steps - middle),
                (week.most - week.free)[foods],
                open_,
                open_,
            ]
        ),
        whole=3 * count,
    )


def _per_choice(pattern: Pattern, week: Week) -> tuple[tuple[Floats, Floats], tuple[Floats, ...]]:
    """Features of the smallest portion and of a step; dollars of both, and of a step past the middle."""
    place, food = pattern.place, pattern.food
    smallest, step = pattern.smallest_g[food], pattern.step_g[food]
    base = pattern.features(place, food, smallest)
    more = pattern.features(place, food, smallest + step)
    appeal, usd = week.appeal[food], pattern.serving_usd
    first = (usd(place, food, smallest) + week.taste[food]) * appeal
    per_gram = pattern.amounts.per_gram[food, pattern.amounts.names.index(COST)]
    raw = prices.FOOD_USD * per_gram * step * appeal
    past = np.maximum(pattern.steps[food] - (pattern.steps[food] + 1) // 2, 1)
    # where there is but one portion, a step has features that no portion can use: a and b are bounded by 0
    return (base, more - base), (first, raw, raw + prices.PORTION_USD * appeal / past)


def servings(pattern: Pattern, x: Floats) -> tuple[Ints, Ints]:
    """Choices and portion steps of a whole solution, one entry a serving, steps dealt as evenly as can be."""
    count = len(pattern.food)
    days, steps = (
        np.rint(x[:count]).astype(np.int64),
        np.rint(x[count : 2 * count] + x[2 * count : 3 * count]),
    )
    choice = np.repeat(np.arange(count), days)
    nth = np.arange(len(choice)) - np.repeat(np.cumsum(days) - days, days)
    each, rest = np.divmod(steps.astype(np.int64), np.maximum(days, 1))
    return choice, each[choice] + (nth < rest[choice])
