"""A request made ready for the solver, and its menu period by period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from planners.nutrition import prices
from planners.nutrition.basis import program_of, start_of
from planners.nutrition.catalog import Catalog
from planners.nutrition.diet import Basis, PatternProgram
from planners.nutrition.locks import Lock, place_locks
from planners.nutrition.menu import WeekMenu, plan_week
from planners.nutrition.options import EMPTY
from planners.nutrition.repeats import WEEK
from planners.nutrition.screen import check_words, mentioned
from planners.nutrition.targets import DailyTargets, daily_targets
from planners.nutrition.tastes import taste_of, taste_usd
from planners.nutrition.week import Week, make_week
from planners.outcome import StopSignal, checkpoint
from planners.spec import NutritionRequest

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

REMEMBERED = 3  # servings of earlier weeks that count against a food, at most


@dataclass(frozen=True, kw_only=True, eq=False)
class Case:
    """A request with all that follows from it.

    `forgiven` are nutrients that no permitted food reaches: their floors bend, at a price, and it is told.
    `keep` are the foods of an earlier plan, by row: others cost CHANGE_USD a serving.
    """

    catalog: Catalog
    request: NutritionRequest
    targets: DailyTargets
    program: PatternProgram
    locks: tuple[Lock, ...]
    unwanted: Bools
    forgiven: frozenset[str] = field(default=frozenset())
    keep: frozenset[int] = field(default=frozenset())


def make_case(catalog: Catalog, request: NutritionRequest) -> Case:
    """Read a request against the catalogue.

    Raises
    ------
    InvalidRequest
        With a pointer to each fault: words, locked foods, members who must see a clinician.
    """
    check_words(catalog, request)
    targets = daily_targets(request)
    program = program_of(catalog, request)
    return Case(
        catalog=catalog,
        request=request,
        targets=targets,
        program=program,
        locks=place_locks(catalog, program.pattern.table, request),
        unwanted=mentioned(catalog, request.dislikes),
    )


def periods(days: int) -> tuple[tuple[int, int], ...]:
    """First day (from 1) and length of each period: whole weeks, then what is left.

    >>> periods(10)
    ((1, 7), (8, 3))
    """
    return tuple((first, min(WEEK, days - first + 1)) for first in range(1, days + 1, WEEK))


def period_week(case: Case, nth: int, earlier: Mapping[int, int]) -> Week:
    """The limits of the nth period; `earlier` counts the servings of each food in the plan so far."""
    first_day, days = periods(case.request.days)[nth]
    return make_week(
        case.program.pattern,
        case.targets,
        days,
        budget_usd=case.request.budget_usd_per_day,
        locks=period_locks(case, first_day, days),
        unwanted=case.unwanted,
        forgiven=case.forgiven,
        taste=_taste(case, nth, earlier),
        liked=mentioned(case.catalog, case.request.likes),
    )


def period_locks(case: Case, first_day: int, days: int) -> tuple[Lock, ...]:
    """The locks of a period, their days counted from its first."""
    start = first_day - 1
    return tuple(replace(k, day=k.day - start) for k in case.locks if start <= k.day < start + days)


def _taste(case: Case, nth: int, earlier: Mapping[int, int]) -> Floats:
    """(n,) dollars added to a serving of each food."""
    taste = taste_usd(case.catalog, taste_of(case.request.seed, nth)).copy()
    for row, count in earlier.items():
        taste[row] += prices.AGAIN_USD * min(count, REMEMBERED)
    if case.keep:
        new = np.ones(len(taste), dtype=np.bool_)
        new[sorted(case.keep)] = False
        taste += prices.CHANGE_USD * new
    return taste


def solve_weeks(case: Case, stopped: StopSignal, prove_nodes: int | None = None) -> list[WeekMenu] | None:
    """The menus of all periods, or None when one of them cannot be met."""
    menus: list[WeekMenu] = []
    for nth, (first, days) in enumerate(periods(case.request.days)):
        checkpoint(stopped)
        week = period_week(case, nth, _servings(menus))
        menu = plan_week(
            case.program,
            case.targets,
            week,
            locks=period_locks(case, first, days),
            start=_start(case, nth),
            rng=np.random.Generator(np.random.PCG64([case.request.seed, nth])),
            stopped=stopped,
            prove_nodes=prove_nodes,
        )
        if menu is None:
            return None
        menus.append(menu)
    return menus


def _start(case: Case, nth: int) -> Basis | None:
    """The class's basis, where the costs are the class's too; else none, which is then the quicker start."""
    if nth > 0 or case.keep or case.request.likes:
        return None
    taste = taste_of(case.request.seed, nth)
    return start_of(case.program, case.targets.energy_kcal, taste)


def _servings(menus: Sequence[WeekMenu]) -> dict[int, int]:
    count: dict[int, int] = {}
    for menu in menus:
        food = menu.table.food[menu.table.option]
        for row in food[food != EMPTY].tolist():
            count[row] = count.get(row, 0) + 1
    return count
