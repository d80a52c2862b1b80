"""One period's menu for one member: program, roundings, search, deal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planners.nutrition import prices
from planners.nutrition.changes import week_value
from planners.nutrition.days import deal_days
from planners.nutrition.diet import Basis, Mix, PatternProgram
from planners.nutrition.locks import Lock
from planners.nutrition.mend import mend_days
from planners.nutrition.options import Options, make_options, options_of
from planners.nutrition.pairs import improve_pairs
from planners.nutrition.prove import prove_week
from planners.nutrition.rounding import round_mix
from planners.nutrition.search import Menu, improve, values
from planners.nutrition.table import Table
from planners.nutrition.targets import DailyTargets
from planners.nutrition.week import Week
from planners.outcome import StopSignal, checkpoint

ROUNDINGS = 48
SEARCHED = 8  # of the roundings: the best are searched; more of shorter periods, in proportion
PAIRED = 3  # of the searched: the best are searched by pairs of changes too
ROUNDS = 200
TOLERANCE = 1e-3  # share of a hard limit that a menu may miss; a fifth of what is promised
MORE_TRIES = 5  # with ever more roundings searched, before a period is called impossible
DEARER = 4.0  # each with hard misses this much dearer


@dataclass(frozen=True, kw_only=True, eq=False)
class WeekMenu:
    """A finished period: objective and lower bound in dollars over the period.

    `proved` says that no better menu exists, `cut` that a proof was tried and the node limit ended it.
    """

    table: Table
    value: float
    bound: float
    days: int
    proved: bool = False
    cut: bool = False


def search_week(
    program: PatternProgram, week: Week, mix: Mix, rng: np.random.Generator, stopped: StopSignal
) -> tuple[Options, Menu] | None:
    """The best whole menu found for a period, or None when every one tried breaks a hard limit."""
    for attempt in range(MORE_TRIES):
        checkpoint(stopped)
        options = make_options(program.pattern, week, mix, prices.HARD_MISS_USD * DEARER**attempt)
        drawn = round_mix(program.pattern, options, mix, ROUNDINGS, rng)
        value = values(options, drawn)
        best = np.argsort(np.round(value, 9), kind="stable")[
            : math.ceil(SEARCHED * 7 / week.days) * 2**attempt
        ]
        menus = [improve(options, Menu(cells=drawn[i], value=float(value[i])), ROUNDS) for i in best]
        sound = [menu for menu in menus if hard_miss(options, menu) <= TOLERANCE]
        if sound:
            finest = sorted(sound, key=lambda menu: round(menu.value, 9))[:PAIRED]
            paired = [improve_pairs(options, menu, ROUNDS) for menu in finest]
            kept = [menu for menu in paired if hard_miss(options, menu) <= TOLERANCE]
            return options, min(kept + finest, key=lambda menu: round(menu.value, 9))
    return None


def hard_miss(options: Options, menu: Menu) -> float:
    """The largest share by which a menu misses a hard limit."""
    missed = np.maximum(options.miss[menu.cells].sum(axis=0) + options.base, 0.0)
    return float((missed * options.share)[options.hard].max(initial=0.0))


def plan_week(
    program: PatternProgram,
    targets: DailyTargets,
    week: Week,
    *,
    locks: Sequence[Lock],
    start: Basis | None,
    rng: np.random.Generator,
    stopped: StopSignal,
    prove_nodes: int | None = None,
) -> WeekMenu | None:
    """The menu of one period, or None when its limits cannot be met together."""
    mix = program.solve(week, start)
    if mix is None:
        return None
    found = search_week(program, week, mix, rng, stopped)
    proof = None
    if prove_nodes is not None:
        every = options_of(program.pattern, week, np.arange(len(program.pattern.food)), mix.dual)
        proof = prove_week(program.pattern, week, every, prove_nodes)
        if proof is not None and (found is None or proof.value < found[1].value):
            found = every, Menu(cells=proof.cells, value=proof.value)
    if found is None:
        return None
    options, menu = found
    table = deal_days(program.pattern, targets, options, menu.cells, week.days, locks, rng)
    mend_days(options, table)
    return WeekMenu(
        table=table,
        value=week_value(options, table),
        bound=mix.value if proof is None else max(mix.value, proof.bound),
        days=week.days,
        proved=proof is not None and proof.proved,
        cut=proof is not None and not proof.proved,
    )
