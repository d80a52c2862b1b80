"""A plan that was stored as its decisions, made whole again from the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from planners.errors import FieldError, InvalidRequest
from planners.nutrition.assemble import make_item, make_meal, menu_day, rounded_targets
from planners.nutrition.catalog import Catalog
from planners.nutrition.planner import finish
from planners.nutrition.proof import prove_safe
from planners.nutrition.weeks import Case, make_case
from planners.outcome import Termination
from planners.plan import Item, MenuDay, NutritionPlan, Solution
from planners.spec import NutritionRequest, Slot


def restored_plan(catalog: Catalog, request: NutritionRequest, data: Mapping[str, Any]) -> NutritionPlan:
    """The plan whose JSON, or the part of it that was decided, is `data`.

    Of each item only food_code, grams, role and locked are read, of each meal its slot, and the solution; all
    sums, targets, scores and words are made anew from the catalogue, so that rows need not hold them.

    Raises
    ------
    InvalidRequest
        When the data holds a food that this catalogue has not.
    """
    case = make_case(catalog, request)
    days = tuple(_day(case, nth, day) for nth, day in enumerate(data["days"]))
    solution = Solution(**{**data["solution"], "status": Termination(data["solution"]["status"])})
    plan = finish(case, days, solution)
    prove_safe(plan, request)
    return plan


def _day(case: Case, nth: int, day: Mapping[str, Any]) -> MenuDay:
    start = case.request.start_date
    if start is None:
        raise ValueError("the request has no start_date; read_request gives it one")
    meals = tuple(
        make_meal(case.catalog, Slot(meal["slot"]), _items(case.catalog, nth, meal["items"]))
        for meal in day["meals"]
    )
    targets = rounded_targets(case.targets.daily)
    return menu_day(case.catalog, day=nth + 1, on=start + timedelta(days=nth), meals=meals, targets=targets)


def _items(catalog: Catalog, nth: int, items: Sequence[Mapping[str, Any]]) -> tuple[Item, ...]:
    rows = [catalog.row_of.get(int(item["food_code"])) for item in items]
    missing = [item["food_code"] for item, row in zip(items, rows, strict=True) if row is None]
    if missing:
        text = f"this catalogue has no food {missing[0]}: the plan was made from another"
        raise InvalidRequest([FieldError(pointer=f"/days/{nth}", detail=text)])
    return tuple(
        make_item(catalog, row, float(i["grams"]), str(i["role"]), locked=bool(i.get("locked", False)))
        for i, row in zip(items, rows, strict=True)
        if row is not None
    )
