"""A menu made anew: the days lived stay, the days to come are planned from what is known now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from planners.nutrition.catalog import Catalog, load_catalog
from planners.nutrition.planner import plan_nutrition
from planners.nutrition.stored import restored_plan
from planners.outcome import StopSignal
from planners.plan import NutritionPlan, plan_json
from planners.renewal.window import Window
from planners.spec import LockedFood, NutritionRequest

SEEDS = 2**63


def next_menu(request: NutritionRequest, window: Window) -> NutritionRequest:
    """What is asked for: the same for the window's days, and for new days another menu of the same kind."""
    seed = (request.seed + 1) % SEEDS if window.next else request.seed
    locked = _locks_from(request, window.start)
    return replace(request, start_date=window.start, seed=seed, locked=locked)


def renewed_menu(
    request: NutritionRequest, before: Mapping[str, Any], window: Window, stopped: StopSignal
) -> NutritionPlan:
    """The plan of `request` over the window's days.

    Where some of them are lived, `before`, the plan so far as JSON, gives those, and its foods are kept on
    the others where that costs little.
    """
    if window.next:
        return plan_nutrition(request, stopped)
    catalog, keep = load_catalog(), foods_of(before)
    if window.lived == 0:
        return plan_nutrition(request, stopped, keep=keep)
    first = _day(window.start, window.lived)
    rest = replace(
        request, start_date=first, days=window.days - window.lived, locked=_locks_from(request, first)
    )
    return _joined(catalog, request, before, window.lived, plan_nutrition(rest, stopped, keep=keep))


def foods_of(menu: Mapping[str, Any]) -> frozenset[int]:
    """Codes of the foods of a menu's JSON."""
    return frozenset(
        item["food_code"] for day in menu["days"] for meal in day["meals"] for item in meal["items"]
    )


def _joined(
    catalog: Catalog, request: NutritionRequest, before: Mapping[str, Any], lived: int, rest: NutritionPlan
) -> NutritionPlan:
    new = plan_json(rest)
    days = [*before["days"][:lived], *new["days"]]
    whole = restored_plan(catalog, request, {"days": days, "solution": new["solution"]})
    return replace(whole, shopping_list=rest.shopping_list)


def _locks_from(request: NutritionRequest, first: date) -> tuple[LockedFood, ...]:
    """The locked foods of the days from `first` on, counted from there."""
    if request.start_date is None:
        raise ValueError("the request has no start_date; read_request gives it one")
    gone = (first - request.start_date).days
    return tuple(replace(lock, day=lock.day - gone) for lock in request.locked if lock.day > gone)


def _day(start: date, nth: int) -> date:
    return date.fromordinal(start.toordinal() + nth)
