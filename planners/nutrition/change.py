"""A stored menu changed by its member, or asked about: JSON data in, the whole plan or the offers out."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from planners.change import DaySwap, DayTrade, ItemOffer, ItemQuestion, ItemSwap, MealSwap, MenuChange
from planners.errors import Infeasible
from planners.nutrition.alternatives import alternatives
from planners.nutrition.catalog import Catalog, load_catalog
from planners.nutrition.proof import UnsafePlan
from planners.nutrition.stored import restored_plan
from planners.nutrition.swap import swap_day, swap_item, swap_meal, trade_days
from planners.plan import NutritionPlan
from planners.spec import NutritionRequest


def changed_menu(request: NutritionRequest, body: Mapping[str, Any], change: MenuChange) -> NutritionPlan:
    """The menu with a change, all else held and every limit kept. Raises as `planners.nutrition.swap`."""
    catalog = load_catalog()
    plan = _permitted_plan(catalog, request, body)
    match change:
        case ItemSwap(day=day, slot=slot, food_code=food, to=to):
            return swap_item(catalog, request, plan, day=day, slot=slot, food_code=food, to=to)
        case MealSwap(day=day, slot=slot, seed=seed):
            return swap_meal(catalog, request, plan, day=day, slot=slot, seed=seed)
        case DaySwap(day=day, seed=seed):
            return swap_day(catalog, request, plan, day=day, seed=seed)
        case DayTrade(day=day, other=other):
            return trade_days(catalog, request, plan, day=day, other=other)


def item_offers(
    request: NutritionRequest, body: Mapping[str, Any], asked: ItemQuestion
) -> tuple[ItemOffer, ...]:
    """Up to five foods for one item, best first. Raises as `planners.nutrition.alternatives`."""
    catalog = load_catalog()
    plan = _permitted_plan(catalog, request, body)
    found = alternatives(catalog, request, plan, day=asked.day, slot=asked.slot, food_code=asked.food_code)
    told = [field.name for field in dataclasses.fields(ItemOffer)]
    return tuple(ItemOffer(**{name: getattr(offer, name) for name in told}) for offer in found)


def _permitted_plan(catalog: Catalog, request: NutritionRequest, body: Mapping[str, Any]) -> NutritionPlan:
    """The stored menu.

    Raises
    ------
    Infeasible
        When it serves what the request's allergies rule out: told after it was made.
    """
    try:
        return restored_plan(catalog, request, body)
    except UnsafePlan as error:
        text = f"This menu is of before you told of an allergy: {error}. Leave that, and ask for a new menu."
        raise Infeasible([text]) from error
