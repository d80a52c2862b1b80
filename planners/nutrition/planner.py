"""The nutrition planner: a request in, a menu out."""

from __future__ import annotations

from collections.abc import Sequence

from planners.nutrition.assemble import menu_days, menu_week
from planners.nutrition.catalog import Catalog, load_catalog
from planners.nutrition.explain import explain, forgive
from planners.nutrition.menu import WeekMenu
from planners.nutrition.proof import prove_safe
from planners.nutrition.references import REFERENCES_VERSION
from planners.nutrition.screen import unknown_words
from planners.nutrition.shopping import shopping_list
from planners.nutrition.weeks import Case, make_case, periods, solve_weeks
from planners.nutrition.words import day_warnings, missed_warnings
from planners.outcome import StopSignal, Termination, never
from planners.plan import ENGINE_VERSION, MenuDay, MenuWeek, NutritionPlan, Solution
from planners.spec import NutritionRequest

PROVED_GAP = 1e-6


def plan_nutrition(request: NutritionRequest, stopped: StopSignal = never) -> NutritionPlan:
    """The menu that a request asks for, from the catalogue that the planners carry.

    Raises
    ------
    InvalidRequest
        For contradictions, unknown foods and members who must see a clinician.
    Infeasible
        When no menu meets the request.
    Stopped
        When `stopped()` became true first.
    """
    return plan_from(load_catalog(), request, stopped)


def plan_from(catalog: Catalog, request: NutritionRequest, stopped: StopSignal = never) -> NutritionPlan:
    """The same from a catalogue of the caller's."""
    case = make_case(catalog, request)
    menus = solve_weeks(case, stopped)
    if menus is None:
        case = forgive(case)
        menus = solve_weeks(case, stopped) if case.forgiven else None
    if menus is None:
        raise explain(case, stopped)
    plan = finish(case, menus)
    prove_safe(plan, request)
    return plan


def finish(case: Case, menus: Sequence[WeekMenu]) -> NutritionPlan:
    """The plan of the periods' menus."""
    days, weeks = _calendar(case, menus)
    return NutritionPlan(
        start_date=days[0].date,
        days=days,
        weeks=weeks,
        shopping_list=shopping_list(case.catalog, days),
        solution=_solution(menus, case.request.seed),
        versions=versions(case.catalog),
        warnings=(
            *case.targets.warnings,
            *unknown_words(case.catalog, case.request),
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


def _calendar(case: Case, menus: Sequence[WeekMenu]) -> tuple[tuple[MenuDay, ...], tuple[MenuWeek, ...]]:
    start = case.request.start_date
    if start is None:
        raise ValueError("the request has no start_date; read_request gives it one")
    days: list[MenuDay] = []
    weeks: list[MenuWeek] = []
    for menu, (first, _) in zip(menus, periods(case.request.days), strict=True):
        found = menu_days(case.catalog, case.program.pattern.table, case.targets, menu.table, first, start)
        weeks.append(menu_week(case.catalog, case.targets, found, len(weeks) + 1))
        days.extend(found)
    return tuple(days), tuple(weeks)


def _solution(menus: Sequence[WeekMenu], seed: int) -> Solution:
    """Dollars a day of food and of what the menu lacks, with the linear programs' bound."""
    days = sum(menu.days for menu in menus)
    value, bound = sum(m.value for m in menus) / days, sum(m.bound for m in menus) / days
    gap = max(0.0, value - bound) / max(abs(value), 1e-9)
    return Solution(
        status=Termination.OPTIMAL if gap <= PROVED_GAP else Termination.WITHIN_GAP,
        objective=round(value, 6),
        lower_bound=round(min(bound, value), 6),
        gap=round(gap, 6),
        seed=seed,
    )
