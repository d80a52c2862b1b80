"""The nutrition planner: a request in, a menu out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from planners.nutrition.assemble import menu_days, menu_week
from planners.nutrition.catalog import Catalog, load_catalog
from planners.nutrition.explain import explain, forgive
from planners.nutrition.locks import large_locks
from planners.nutrition.menu import WeekMenu
from planners.nutrition.proof import prove_safe
from planners.nutrition.references import REFERENCES_VERSION
from planners.nutrition.screen import unknown_words
from planners.nutrition.shopping import shopping_list
from planners.nutrition.weeks import Case, make_case, periods, solve_weeks
from planners.nutrition.words import day_warnings, missed_warnings
from planners.outcome import StopSignal, Termination, never
from planners.phases import phase
from planners.plan import ENGINE_VERSION, MenuDay, NutritionPlan, Solution
from planners.spec import NutritionRequest

PROVED_GAP = 1e-6


def plan_nutrition(
    request: NutritionRequest,
    stopped: StopSignal = never,
    *,
    prove_nodes: int | None = None,
    keep: Collection[int] = (),
) -> NutritionPlan:
    """The menu that a request asks for, from the catalogue that the planners carry.

    With `prove_nodes` the whole-number program is searched too, through at most so many nodes for each week:
    seconds instead of milliseconds. The foods of the codes `keep` are kept where it costs little.

    Raises
    ------
    InvalidRequest
        For contradictions, unknown foods and members who must see a clinician.
    Infeasible
        When no menu meets the request.
    Stopped
        When `stopped()` became true first.
    """
    return plan_from(load_catalog(), request, stopped, prove_nodes=prove_nodes, keep=keep)


def plan_from(
    catalog: Catalog,
    request: NutritionRequest,
    stopped: StopSignal = never,
    *,
    prove_nodes: int | None = None,
    keep: Collection[int] = (),
) -> NutritionPlan:
    """The same from a catalogue of the caller's."""
    with phase("targets"):
        case = replace(make_case(catalog, request), keep=_rows(catalog, keep))
    with phase("solve"):
        menus = solve_weeks(case, stopped, prove_nodes)
        if menus is None:
            case = forgive(case)
            menus = solve_weeks(case, stopped, prove_nodes) if case.forgiven else None
    if menus is None:
        with phase("explain"):
            raise explain(case, stopped)
    with phase("finish"):
        plan = finish(case, _calendar(case, menus), _solution(menus, request.seed))
    with phase("prove"):
        prove_safe(plan, request)
    return plan


def _rows(catalog: Catalog, codes: Collection[int]) -> frozenset[int]:
    """Rows of those of the foods that the catalogue still has."""
    return frozenset(catalog.row_of[code] for code in codes if code in catalog.row_of)


def finish(case: Case, days: tuple[MenuDay, ...], solution: Solution) -> NutritionPlan:
    """The plan of its days."""
    weeks = tuple(
        menu_week(case.catalog, case.targets, days[first - 1 : first - 1 + length], nth)
        for nth, (first, length) in enumerate(periods(len(days)), start=1)
    )
    return NutritionPlan(
        start_date=days[0].date,
        days=days,
        weeks=weeks,
        shopping_list=shopping_list(case.catalog, days),
        solution=solution,
        versions=versions(case.catalog),
        warnings=(
            *case.targets.warnings,
            *unknown_words(case.catalog, case.request),
            *large_locks(case.catalog, case.request),
            *missed_warnings(case.targets, case.forgiven, weeks),
            *day_warnings(days),
        ),
    )


def versions(catalog: Catalog) -> dict[str, str]:
    """What a plan must be read with to be understood, or made again."""
    return {
        "engine": ENGINE_VERSION,
        "catalogue": catalog.version,
        "reference_intakes": REFERENCES_VERSION,
        "prices": catalog.price_year,
    }


def _calendar(case: Case, menus: Sequence[WeekMenu]) -> tuple[MenuDay, ...]:
    start = case.request.start_date
    if start is None:
        raise ValueError("the request has no start_date; read_request gives it one")
    shape, starts = case.program.pattern.table, [first for first, _ in periods(case.request.days)]
    return tuple(
        day
        for menu, first in zip(menus, starts, strict=True)
        for day in menu_days(case.catalog, shape, case.targets, menu.table, first, start)
    )


def _solution(menus: Sequence[WeekMenu], seed: int) -> Solution:
    """Dollars a day of food and of what the menu lacks, with the linear programs' bound."""
    days = sum(menu.days for menu in menus)
    value, bound = sum(m.value for m in menus) / days, sum(m.bound for m in menus) / days
    gap = max(0.0, value - bound) / max(abs(value), 1e-9)
    return Solution(
        status=_status(menus, gap),
        objective=round(value, 6),
        lower_bound=round(min(bound, value), 6),
        gap=round(gap, 6),
        seed=seed,
    )


def _status(menus: Sequence[WeekMenu], gap: float) -> Termination:
    if gap <= PROVED_GAP or all(menu.proved for menu in menus):
        return Termination.OPTIMAL
    return Termination.LIMIT if any(menu.cut for menu in menus) else Termination.WITHIN_GAP
