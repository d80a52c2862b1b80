"""One item, one meal or one day of a plan made anew, with everything else held and every limit kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from planners.errors import FieldError, Infeasible, InvalidRequest
from planners.nutrition.alternatives import alternatives
from planners.nutrition.catalog import Catalog
from planners.nutrition.changes import changes_of, gains, make_change
from planners.nutrition.exchange import MOST_PORTIONS, better_portion, cell_of, foods_at, sound, with_food
from planners.nutrition.laid import Laid, lay_out, with_period
from planners.nutrition.options import EMPTY
from planners.nutrition.planner import finish
from planners.plan import NutritionPlan
from planners.spec import NutritionRequest, Slot

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ROUNDS = 60
FANCY_USD = 6.0  # most that the seed holds against a food of a meal made anew
SAME_AGAIN_USD = (1e5, 100.0)  # a food that is to be swapped away: it goes; it goes where limits allow


def swap_item(
    catalog: Catalog,
    request: NutritionRequest,
    plan: NutritionPlan,
    *,
    day: int,
    slot: Slot,
    food_code: int,
    to: int | None = None,
) -> NutritionPlan:
    """The plan with one item replaced: by the food `to`, or by the best alternative.

    Raises
    ------
    InvalidRequest
        When the plan has no such item, the member locked it, or `to` is no food for this member and place.
    Infeasible
        When the limits cannot be kept with it.
    """
    if to is None:
        found = alternatives(catalog, request, plan, day=day, slot=slot, food_code=food_code)
        if not found:
            raise Infeasible(["No other food at this place keeps every limit of the plan."])
        return found[0].plan
    laid = lay_out(catalog, request, plan, day)
    place, nth = cell_of(laid, day, slot, food_code)
    if to == food_code:
        raise InvalidRequest([FieldError(pointer="/to", detail="is the food that stands there already")])
    row = catalog.row_of.get(to)
    if row is None or row not in foods_at(laid, place):
        text = f"{to} is no food that this member may have at this place of the meal"
        raise InvalidRequest([FieldError(pointer="/to", detail=text)])
    changed = with_food(laid, place, nth, row)
    if changed is None:
        raise Infeasible(
            [f"With {catalog.names[row]} at this place not every limit of the plan can be kept."]
        )
    return with_period(changed, plan)


def swap_meal(
    catalog: Catalog, request: NutritionRequest, plan: NutritionPlan, *, day: int, slot: Slot, seed: int
) -> NutritionPlan:
    """The plan with one meal made of other foods; another seed gives another meal. Raises as `swap_item`."""
    laid = lay_out(catalog, request, plan, day)
    if slot not in laid.case.program.pattern.table.slots:
        raise InvalidRequest([FieldError(pointer="/slot", detail=f"the plan has no {slot}")])
    here = [p.slot == slot for p in laid.case.program.pattern.table.places]
    return _made_anew(laid, plan, np.flatnonzero(here), seed)


def swap_day(
    catalog: Catalog, request: NutritionRequest, plan: NutritionPlan, *, day: int, seed: int
) -> NutritionPlan:
    """The plan with one day made of other foods; another seed gives another day. Raises as `swap_item`."""
    laid = lay_out(catalog, request, plan, day)
    return _made_anew(laid, plan, np.arange(len(laid.table.option)), seed)


def trade_days(
    catalog: Catalog, request: NutritionRequest, plan: NutritionPlan, *, day: int, other: int
) -> NutritionPlan:
    """The plan with two days of one week in each other's place, which leaves the week's sums as they are.

    Raises
    ------
    InvalidRequest
        For days that the plan has not, days of two weeks, and days on which something is locked.
    """
    laid = lay_out(catalog, request, plan, day)
    last = laid.first_day + laid.table.option.shape[1] - 1
    if not laid.first_day <= other <= last:
        text = f"must be from {laid.first_day} to {last}, the days of the same week"
        raise InvalidRequest([FieldError(pointer="/other", detail=text)])
    if other == day:
        raise InvalidRequest(
            [FieldError(pointer="/other", detail="is the same day: name another of its week")]
        )
    days = list(plan.days)
    one, two = days[day - 1], days[other - 1]
    if any(item.locked for d in (one, two) for meal in d.meals for item in meal.items):
        raise InvalidRequest([FieldError(pointer="/day", detail="a food is locked on one of the days")])
    days[day - 1] = replace(two, day=one.day, date=one.date)
    days[other - 1] = replace(one, day=two.day, date=two.date)
    return finish(laid.case, tuple(days), plan.solution)


def _made_anew(laid: Laid, plan: NutritionPlan, places: Ints, seed: int) -> NutritionPlan:
    """The plan with the cells of one day at these places changed to other foods.

    Where nothing without the present foods keeps every limit, some of them stay, and a warning says so.
    """
    nth = laid.day - laid.first_day
    free = places[~laid.table.locked[places, nth]]
    cells = laid.table.option[free, nth]
    away = np.unique(laid.table.food[cells[laid.table.noted[cells]]])
    rng = np.random.Generator(np.random.PCG64(seed))
    fancy = rng.random(len(laid.case.catalog)) * FANCY_USD
    for same_again_usd in SAME_AGAIN_USD:
        dear = np.where(np.isin(np.arange(len(fancy)), away), same_again_usd, 0.0)
        made = _with_others(laid.copied(), places, dear, fancy)
        if made is not None:
            served = made.table.food[made.table.option[free, nth]]
            stays = [made.case.catalog.names[row] for row in away if row in served]
            return _told(with_period(made, plan), stays)
    raise Infeasible(["No other foods were found here that keep every limit of the plan."])


def _with_others(laid: Laid, places: Ints, dear: Floats, fancy: Floats) -> Laid | None:
    """The best menu by what it lacks and (n,) dollars against foods; `dear` counts where a food is noted.

    None where a limit stays broken.
    """
    nth = laid.day - laid.first_day
    for _ in range(ROUNDS):
        changes = changes_of(laid.options, laid.table, places, np.full(len(places), nth))
        gain = gains(laid.options, laid.table, changes)
        gain += _dear(laid, changes.after, dear, fancy) - _dear(laid, changes.before, dear, fancy)
        best = int(np.argmin(np.round(gain, 9)))
        if gain[best] > -1e-6:
            break
        make_change(laid.table, changes, best)
    for _ in range(2 * MOST_PORTIONS):
        if sound(laid) or not better_portion(laid):
            break
    return laid if sound(laid) else None


def _dear(laid: Laid, servings: Ints, dear: Floats, fancy: Floats) -> Floats:
    """(k,) dollars that keep the foods to be swapped away off the table, and the seed's fancy for others."""
    food = laid.options.food[servings]
    noted = laid.table.noted[servings]
    return np.where(food == EMPTY, 0.0, fancy[food] + np.where(noted, dear[food], 0.0))


def _told(plan: NutritionPlan, stays: list[str]) -> NutritionPlan:
    if not stays:
        return plan
    text = f"Stays where other foods were asked for, since none keeps every limit: {', '.join(stays)}."
    return replace(plan, warnings=(*plan.warnings, text))
