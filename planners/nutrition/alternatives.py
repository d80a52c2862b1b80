"""What could stand instead of a food of a plan, and what each choice changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planners.nutrition.assemble import make_item
from planners.nutrition.catalog import Catalog
from planners.nutrition.exchange import cell_of, promising, with_food
from planners.nutrition.laid import Laid, lay_out, with_period
from planners.plan import Item, NutritionPlan
from planners.spec import NutritionRequest, Slot

OFFERED = 5


@dataclass(frozen=True, kw_only=True)
class Alternative:
    """A food instead of another, and what the plan would then be.

    `kcal`, `protein_g` and `cost_usd` are what the day gains, `hei_2020` what its score gains; `also` says
    which portions elsewhere change so that every limit is kept.
    """

    item: Item
    kcal: float
    protein_g: float
    cost_usd: float
    hei_2020: float
    also: tuple[str, ...]
    plan: NutritionPlan


def alternatives(
    catalog: Catalog, request: NutritionRequest, plan: NutritionPlan, *, day: int, slot: Slot, food_code: int
) -> tuple[Alternative, ...]:
    """Up to five foods that could stand instead of one, best first, each with the whole plan that results.

    Raises
    ------
    InvalidRequest
        When the plan has no such item, or the member locked it.
    """
    laid = lay_out(catalog, request, plan, day)
    place, nth = cell_of(laid, day, slot, food_code)
    found = []
    for food in promising(laid, place, nth):
        changed = with_food(laid, place, nth, food)
        if changed is not None:
            found.append(_alternative(laid, changed, plan, day, place))
        if len(found) == OFFERED:
            break
    return tuple(sorted(found, key=lambda a: a.plan.solution.objective))


def _alternative(laid: Laid, changed: Laid, plan: NutritionPlan, day: int, place: int) -> Alternative:
    new = with_period(changed, plan)
    before, after = plan.days[day - 1], new.days[day - 1]
    nth = day - laid.first_day
    serving = int(changed.table.option[place, nth])
    table = changed.table
    item = make_item(
        laid.case.catalog, int(table.food[serving]), float(table.grams[serving]), table.role[place]
    )
    return Alternative(
        item=item,
        kcal=round(after.nutrients["energy_kcal"] - before.nutrients["energy_kcal"], 1),
        protein_g=round(after.nutrients["protein_g"] - before.nutrients["protein_g"], 1),
        cost_usd=round(after.cost_usd - before.cost_usd, 2),
        hei_2020=round(after.hei_2020.total - before.hei_2020.total, 1),
        also=_told(laid, changed, (place, nth)),
        plan=new,
    )


def _told(laid: Laid, changed: Laid, but: tuple[int, int]) -> tuple[str, ...]:
    """The portions that change elsewhere, in words."""
    told = []
    for p, d in np.argwhere(laid.table.option != changed.table.option).tolist():
        if (p, d) != but:
            serving = int(changed.table.option[p, d])
            item = make_item(
                laid.case.catalog,
                int(changed.table.food[serving]),
                float(changed.table.grams[serving]),
                changed.table.role[p],
            )
            slot = laid.case.program.pattern.table.places[p].slot.replace("_", " ")
            told.append(f"Day {laid.first_day + d}, {slot}: {item.name}, {item.measure}.")
    return tuple(told)
