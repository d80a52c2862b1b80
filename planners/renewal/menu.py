"""A menu made anew: the days lived stay, the days to come are planned from what is known now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from planners.nutrition.catalog import load_catalog
from planners.nutrition.planner import plan_nutrition, versions
from planners.nutrition.screen import permitted
from planners.nutrition.stored import restored_plan
from planners.outcome import StopSignal
from planners.plan import NutritionPlan, plan_json
from planners.renewal.eating import learn_eating
from planners.renewal.learned import Learned
from planners.renewal.window import Window, locks_after
from planners.spec import LockedFood, NutritionRequest, PlanRequest

SEEDS = 2**63
NAMED = 4  # new foods that are told by name
STEP_KCAL = 25.0  # a smaller change of a day's energy is not worth a sentence

Json = Mapping[str, Any]


def next_menu(
    request: NutritionRequest, window: Window, learned: Learned, today: date
) -> tuple[NutritionRequest, list[str]]:
    """What is asked for, and why it is not what was asked for before.

    The same for the window's days, with what was learned; for new days another menu of the same kind.
    """
    asked, why = learn_eating(load_catalog(), request, learned, today)
    seed = (asked.seed + 1) % SEEDS if window.next else asked.seed
    locked, gone = _still_permitted(asked, _locks_from(asked, window.start))
    return replace(asked, start_date=window.start, seed=seed, locked=locked), [*why, *gone]


def allergies_told(was: PlanRequest, told: PlanRequest) -> list[str]:
    """The sentence on allergies that a menu did not know of."""
    if not (isinstance(was, NutritionRequest) and isinstance(told, NutritionRequest)):
        return []
    new = [str(word).replace("_", " ") for word in told.allergies if word not in was.allergies]
    return [f"You have told of an allergy: from now on no food may hold {' or '.join(new)}."] if new else []


def is_menu_of_now(before: Json) -> bool:
    """Whether a menu was made with the planner and the tables of today."""
    return bool(before["versions"] == versions(load_catalog()))


def renewed_menu(
    request: NutritionRequest, before: Json, window: Window, why: Sequence[str], stopped: StopSignal
) -> NutritionPlan:
    """The plan of `request` over the window's days, with what has changed in words.

    Where some of them are lived, `before`, the plan so far as JSON, gives those, and its foods are kept on
    the others where that costs little.
    """
    if window.next:
        plan = plan_nutrition(request, stopped)
    else:
        keep = foods_of(before["days"][window.lived :])
        plan = _under_way(request, before, window, keep, stopped)
    told = [*why, *_energy_told(before, plan), *_foods_told(before, plan, window)]
    if not why and not window.next and not is_menu_of_now(before):
        told.insert(0, "The table of foods or the planning itself has been bettered.")
    return replace(plan, changes=tuple(told))


def foods_of(days: Sequence[Json]) -> dict[int, str]:
    """The foods of a menu's days: code -> name."""
    return {i["food_code"]: i["name"] for day in days for meal in day["meals"] for i in meal["items"]}


def _under_way(
    request: NutritionRequest, before: Json, window: Window, keep: Mapping[int, str], stopped: StopSignal
) -> NutritionPlan:
    if window.lived == 0:
        return plan_nutrition(request, stopped, keep=keep)
    first = window.start + timedelta(days=window.lived)
    left = window.days - window.lived
    rest = plan_nutrition(
        replace(request, start_date=first, days=left, locked=_locks_from(request, first)), stopped, keep=keep
    )
    # The whole is read as a stored plan is, so that it is the same when it is read from its row.
    new = plan_json(rest)
    days = [*before["days"][: window.lived], *new["days"]]
    whole = restored_plan(load_catalog(), request, {"days": days, "solution": new["solution"]})
    return replace(whole, shopping_list=rest.shopping_list)


def _locks_from(request: NutritionRequest, first: date) -> tuple[LockedFood, ...]:
    """The locked foods of the days from `first` on, counted from there."""
    if request.start_date is None:
        raise ValueError("the request has no start_date; read_request gives it one")
    return locks_after(request.locked, (first - request.start_date).days)


def _still_permitted(
    request: NutritionRequest, locked: tuple[LockedFood, ...]
) -> tuple[tuple[LockedFood, ...], list[str]]:
    """The locked foods that the member may still have, and a sentence for each other one."""
    catalog = load_catalog()
    allowed = permitted(catalog, request.diets, request.allergies)
    rows = [catalog.row_of.get(lock.food_code) for lock in locked]
    stay = [lock for lock, row in zip(locked, rows, strict=True) if row is None or allowed[row]]
    names = dict.fromkeys(catalog.names[row] for row in rows if row is not None and not allowed[row])
    return tuple(stay), [f"{name} is locked no longer, for your allergies rule it out." for name in names]


def _energy_told(before: Json, plan: NutritionPlan) -> list[str]:
    """That a day's energy is not as before; the middle of the range that it is held in."""
    was, now = before["days"][-1]["targets"]["energy_kcal"], plan.days[-1].targets["energy_kcal"]
    old, new = (was["min"] + was["max"]) / 2, ((now.min or 0.0) + (now.max or 0.0)) / 2
    if abs(new - old) < STEP_KCAL:
        return []
    return [f"The menu aims at {new:,.0f} kcal a day; before it was {old:,.0f} kcal."]


def _foods_told(before: Json, plan: NutritionPlan, window: Window) -> list[str]:
    old = foods_of(before["days"] if window.next else before["days"][window.lived :])
    coming = plan.days[window.lived :]
    new = {item.food_code: item.name for day in coming for meal in day.meals for item in meal.items}
    fresh = [name for code, name in sorted(new.items()) if code not in old]
    kept = len(new) - len(fresh)
    if window.next:
        day = f"{window.start:%d %B}".lstrip("0")
        return [f"A new menu begins on {day}: {kept} of its {len(new)} foods you know from the last one."]
    if not fresh:
        return ["The foods stay the same; only amounts change."]
    named = ", ".join(fresh[:NAMED]) + (" and others" if len(fresh) > NAMED else "")
    return [f"{kept} of {len(new)} foods of the days to come stay; new are {named}."]
