"""One period's menu for one member: program, roundings, search, deal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planners.nutrition.days import Deal, deal_days
from planners.nutrition.diet import Mix, PatternProgram
from planners.nutrition.locks import Lock
from planners.nutrition.options import Options, make_options
from planners.nutrition.rounding import round_mix
from planners.nutrition.search import Menu, improve, values
from planners.nutrition.targets import DailyTargets
from planners.nutrition.week import Week
from planners.outcome import StopSignal, checkpoint
from planners.spec import NutritionRequest

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ROUNDINGS = 48
SEARCHED = 3  # of the roundings: the best are searched
ROUNDS = 200
TOLERANCE = 1e-3  # share of a hard limit that a menu may miss; a fifth of what is promised
MORE_TRIES = 4  # with ever more roundings searched, before a period is called impossible


@dataclass(frozen=True, kw_only=True, eq=False)
class WeekMenu:
    """A finished period: objective and lower bound in dollars over the period."""

    deal: Deal
    value: float
    bound: float
    days: int


def search_week(
    program: PatternProgram, week: Week, mix: Mix, rng: np.random.Generator, stopped: StopSignal
) -> tuple[Options, Menu] | None:
    """The best whole menu found for a period, or None when every one tried breaks a hard limit."""
    options = make_options(program.pattern, week, mix)
    for attempt in range(MORE_TRIES):
        checkpoint(stopped)
        drawn = round_mix(program.pattern, options, mix, ROUNDINGS, rng)
        value = values(options, drawn)
        best = np.argsort(np.round(value, 9), kind="stable")[: SEARCHED * 2**attempt]
        menus = [improve(options, Menu(cells=drawn[i], value=float(value[i])), ROUNDS) for i in best]
        sound = [menu for menu in menus if hard_miss(options, menu) <= TOLERANCE]
        if sound:
            return options, min(sound, key=lambda menu: round(menu.value, 9))
    return None


def hard_miss(options: Options, menu: Menu) -> float:
    """The largest share by which a menu misses a hard limit."""
    missed = np.maximum(options.miss[menu.cells].sum(axis=0) + options.base, 0.0)
    return float((missed * options.share)[options.hard].max(initial=0.0))


def plan_week(
    program: PatternProgram,
    request: NutritionRequest,
    targets: DailyTargets,
    week: Week,
    locks: Sequence[Lock],
    rng: np.random.Generator,
    stopped: StopSignal,
) -> WeekMenu | None:
    """The menu of one period, or None when its limits cannot be met together."""
    mix = program.solve(week)
    if mix is None:
        return None
    found = search_week(program, week, mix, rng, stopped)
    if found is None:
        return None
    options, menu = found
    deal = deal_days(program.pattern, targets, week.days, _servings(options, menu), locks, rng)
    return WeekMenu(deal=deal, value=menu.value, bound=mix.value, days=week.days)


def _servings(options: Options, menu: Menu) -> list[tuple[Ints, Floats]]:
    ends = np.cumsum(options.cells)
    cells = [menu.cells[end - count : end] for end, count in zip(ends, options.cells, strict=True)]
    return [(options.food[c], options.grams[c]) for c in cells]
