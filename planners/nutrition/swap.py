"""One item, one meal or one day of a plan made anew, with everything else held and every limit kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planners.errors import FieldError, Infeasible, InvalidRequest
from planners.nutrition.assemble import make_item
from planners.nutrition.catalog import Catalog
from planners.nutrition.changes import changes_of, gains, hard_shares, make_change
from planners.nutrition.laid import Laid, lay_out, with_period
from planners.nutrition.mend import SMALL_MISS
from planners.nutrition.menu import TOLERANCE
from planners.nutrition.options import EMPTY
from planners.plan import Item, NutritionPlan
from planners.spec import NutritionRequest, Slot

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

OFFERED = 5
TRIED = 40  # foods that are followed up, the most promising first
MOST_PORTIONS = 4  # portions elsewhere that may change to keep the limits
ROUNDS = 60
FANCY_USD = 6.0  # most that the seed holds against a food of a meal made anew
SAME_AGAIN_USD = 100.0  # a food that is to be swapped away


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
    place, nth = _cell(laid, request, day, slot, food_code)
    found = []
    for food in _promising(laid, place, nth):
        changed = _with_food(laid, place, nth, food)
        if changed is not None:
            found.append(_alternative(laid, changed, plan, day, place))
        if len(found) == OFFERED:
            break
    return tuple(sorted(found, key=lambda a: a.plan.solution.objective))


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
    place, nth = _cell(laid, request, day, slot, food_code)
    row = catalog.row_of.get(to)
    if row is None or row not in _foods(laid, place):
        text = f"{to} is no food that this member may have at this place of the meal"
        raise InvalidRequest([FieldError(pointer="/to", detail=text)])
    changed = _with_food(laid, place, nth, row)
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


def _cell(laid: Laid, request: NutritionRequest, day: int, slot: Slot, food_code: int) -> tuple[int, int]:
    """Place, and day of the period, of an item."""
    nth = day - laid.first_day
    places = laid.case.program.pattern.table.places
    row = laid.case.catalog.row_of.get(food_code)
    for p, place in enumerate(places):
        if place.slot == slot and row is not None and laid.table.food[laid.table.option[p, nth]] == row:
            if laid.table.locked[p, nth]:
                text = "this food is locked: unlock it first"
                raise InvalidRequest([FieldError(pointer="/food_code", detail=text)])
            return p, nth
    text = f"the plan has no food {food_code} on day {day} at {slot}"
    raise InvalidRequest([FieldError(pointer="/food_code", detail=text)])


def _foods(laid: Laid, place: int) -> Ints:
    """Foods that may stand at a place, by the options laid out."""
    start, stop = laid.options.start[place], laid.options.start[place + 1]
    food = np.unique(laid.options.food[start:stop])
    return np.asarray(food[food != EMPTY])


def _promising(laid: Laid, place: int, nth: int) -> list[int]:
    """Foods to try at a cell: those whose best portion harms the plan least, alone."""
    changes = changes_of(laid.options, laid.table, np.array([place]), np.array([nth]))
    food, old = laid.options.food[changes.after], laid.options.food[changes.before[0]]
    gain = gains(laid.options, laid.table, changes)
    order = [int(i) for i in np.argsort(gain, kind="stable") if food[i] not in (EMPTY, old)]
    return list(dict.fromkeys(int(food[i]) for i in order))[:TRIED]


def _with_food(laid: Laid, place: int, nth: int, food: int) -> Laid | None:
    """The period with a food at a cell and few portions changed to keep the limits; None if none do."""
    laid = laid.copied()
    changes = changes_of(laid.options, laid.table, np.array([place]), np.array([nth]))
    mine = changes.where(laid.options.food[changes.after] == food)
    make_change(laid.table, mine, int(np.argmin(gains(laid.options, laid.table, mine))))
    for _ in range(MOST_PORTIONS):
        if _sound(laid):
            return laid
        if not _better_portion(laid):
            return None
    return laid if _sound(laid) else None


def _sound(laid: Laid) -> bool:
    """Whether every hard limit of the period and of its days is kept, or as well kept as it was."""
    week = hard_shares(laid.options, laid.table) <= np.maximum(TOLERANCE, laid.hard_before)
    days = laid.table.day_misses(laid.table.day_total) <= np.maximum(SMALL_MISS, laid.days_before)
    return bool(week.all() and days.all())


def _better_portion(laid: Laid) -> bool:
    """Change the one portion of the period that helps most; False when none does."""
    places, days = np.divmod(np.arange(laid.table.option.size), laid.table.option.shape[1])
    changes = changes_of(laid.options, laid.table, places, days)
    old, new = laid.options.food[changes.before], laid.options.food[changes.after]
    changes = changes.where((old == new) & (old != EMPTY) & (changes.before != changes.after))
    gain = gains(laid.options, laid.table, changes)
    best = int(np.argmin(gain))
    if gain[best] > -1e-6:
        return False
    make_change(laid.table, changes, best)
    return True


def _made_anew(laid: Laid, plan: NutritionPlan, places: Ints, seed: int) -> NutritionPlan:
    """The plan with the cells of one day at these places changed to other foods."""
    nth = laid.day - laid.first_day
    away = np.unique(laid.table.food[laid.table.option[places, nth]])
    rng = np.random.Generator(np.random.PCG64(seed))
    fancy = rng.random(len(laid.case.catalog)) * FANCY_USD
    laid = laid.copied()
    for _ in range(ROUNDS):
        changes = changes_of(laid.options, laid.table, places, np.full(len(places), nth))
        gain = gains(laid.options, laid.table, changes)
        gain += _dear(laid, changes.after, away, fancy) - _dear(laid, changes.before, away, fancy)
        best = int(np.argmin(np.round(gain, 9)))
        if gain[best] > -1e-6:
            break
        make_change(laid.table, changes, best)
    for _ in range(2 * MOST_PORTIONS):
        if _sound(laid):
            return with_period(laid, plan)
        if not _better_portion(laid):
            break
    if not _sound(laid):
        raise Infeasible(["No other foods were found here that keep every limit of the plan."])
    return with_period(laid, plan)


def _dear(laid: Laid, servings: Ints, away: Ints, fancy: Floats) -> Floats:
    """(k,) dollars that keep the foods to be swapped away off the table, and the seed's fancy for others."""
    food = laid.options.food[servings]
    noted = laid.table.noted[servings]
    return np.where(np.isin(food, away) & noted, SAME_AGAIN_USD, 0.0) + np.where(
        food == EMPTY, 0.0, fancy[food]
    )


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
