"""Why a request is impossible, in words, and which single changes make it possible."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from planners.errors import Change, Infeasible, InvalidRequest
from planners.nutrition import prices
from planners.nutrition.amounts import COST, ENERGY
from planners.nutrition.nutrients import NUTRIENTS
from planners.nutrition.week import Week, make_week
from planners.nutrition.weeks import Case, make_case, period_week, periods, solve_weeks
from planners.nutrition.words import nutrient_words
from planners.outcome import StopSignal, checkpoint
from planners.spec import NutritionGoal, NutritionRequest

Floats = NDArray[np.float64]

NOTICED = 0.002  # share of a limit that an elastic program may miss before it counts as a conflict
NEVER_FORGIVEN = frozenset({"energy_kcal", "protein_g", "carbohydrate_g", "fat_g"})
BUDGET_STEPS = (1.0, 1.02, 1.05, 1.1, 1.2, 1.4)
MOST_OFFERS = 6
OFFERED_DISLIKES = 8  # each try is a whole plan solved again, of up to four weeks
OFFERED_LOCKS = 8  # those with the most energy


def forgive(case: Case) -> Case:
    """The case with the floors bent that its diets and allergies alone put out of reach.

    They are those that the elastic program misses when neither budget nor dislikes nor locked foods bind.
    """
    free = make_week(case.program.pattern, case.targets, 7)
    if case.program.solve(free) is not None:
        return case
    mix = case.program.solve_elastic(free, _elastic_prices(free))
    if mix is None:
        return case
    rows = case.program.pattern.rows
    short = {
        rows[i] for i in np.flatnonzero(mix.short > 1e-9 * free.scale).tolist() if np.isinf(free.price[i])
    }
    return replace(case, forgiven=frozenset(short & set(case.targets.weekly)) - NEVER_FORGIVEN)


def _elastic_prices(week: Week) -> Floats:
    """(L,) the soft rows' own prices; every hard one at HARD_MISS_USD for its whole limit missed."""
    hard = prices.HARD_MISS_USD * week.days / week.scale
    return np.where(np.isfinite(week.price), week.price, hard)


def explain(case: Case, stopped: StopSignal) -> Infeasible:
    """The error to raise for a case that has no menu."""
    conflicts = _conflicts(case)
    offers: list[Change] = []
    for change, request in _changes(case):
        checkpoint(stopped)
        if len(offers) < MOST_OFFERS and _works(case, request, stopped):
            offers.append(change)
    offers += _cheaper(case, stopped)
    return Infeasible(conflicts, offers)


def _conflicts(case: Case) -> list[str]:
    told: list[str] = []
    for nth in range(len(periods(case.request.days))):
        week = period_week(case, nth, {})
        if case.program.solve(week) is not None:
            continue
        mix = case.program.solve_elastic(week, _elastic_prices(week))
        if mix is None:
            return ["Some meal has no food left that the diets, allergies, dislikes and locked foods permit."]
        for i in np.flatnonzero(np.isinf(week.price) & (np.abs(mix.short) > NOTICED * week.scale)).tolist():
            text = _conflict(case, case.program.pattern.rows[i], float(mix.short[i] / week.scale[i]))
            if text not in told:
                told.append(text)
    return told or [
        "Each limit can be met alone, but no whole menu was found that meets all of them at once."
    ]


def _conflict(case: Case, row: str, short: float) -> str:
    side = "short of" if short > 0 else "above"
    if row == COST:
        budget = case.request.budget_usd_per_day
        return f"The food costs {abs(short):.0%} more than the budget of {budget:.2f} USD a day."
    if row.startswith("energy_kcal_"):
        meal = row.removeprefix("energy_kcal_").replace("_", " ")
        return f"The energy of {meal} is {abs(short):.0%} {side} its share of the day."
    if row in case.targets.weekly:
        word, _ = nutrient_words(row)
        return f"{word[0].upper()}{word[1:]} is {abs(short):.0%} {side} its limit."
    return f"The rule {row.replace('_', ' ')} cannot be kept on every day."


def _changes(case: Case) -> Iterator[tuple[Change, NutritionRequest]]:
    """Single changes of what the member may change; allergies, diets and floors are never among them."""
    request = case.request
    for i, word in enumerate(request.dislikes[:OFFERED_DISLIKES]):
        rest = tuple(w for w in request.dislikes if w != word)
        change = Change(change=f"dislikes.{i}", to="removed", text=f'Take "{word}" off the dislikes.')
        yield change, replace(request, dislikes=rest)
    for i in _heaviest_locks(case):
        lock = request.locked[i]
        name = case.catalog.names[case.catalog.row_of[lock.food_code]]
        rest_locks = tuple(k for k in request.locked if k is not lock)
        text = f"Unlock {name} ({lock.grams:g} g) on day {lock.day}, {lock.slot.replace('_', ' ')}."
        yield Change(change=f"locked.{i}", to="removed", text=text), replace(request, locked=rest_locks)
    if request.goal != NutritionGoal.MAINTENANCE:
        text = "Keep your weight for now: the goal maintenance."
        changed = replace(request, goal=NutritionGoal.MAINTENANCE, target_weight_kg=None)
        yield Change(change="goal", to="maintenance", text=text), changed
    for meals in (4, 5, 3, 6):
        if meals != request.meals_per_day:
            text = f"Eat {meals} meals a day instead of {request.meals_per_day}."
            yield Change(change="meals_per_day", to=meals, text=text), replace(request, meals_per_day=meals)


def _heaviest_locks(case: Case) -> list[int]:
    """Places in the request of the OFFERED_LOCKS locks with the most energy, in its order."""
    catalog, locked = case.catalog, case.request.locked
    rows = [catalog.row_of[lock.food_code] for lock in locked]
    kcal = catalog.per_100g[rows, NUTRIENTS.index(ENERGY)] * [lock.grams for lock in locked]
    return sorted(np.argsort(-kcal, kind="stable")[:OFFERED_LOCKS].tolist())


def _works(case: Case, request: NutritionRequest, stopped: StopSignal) -> bool:
    """Whether the changed request has a menu: it is solved whole."""
    try:
        changed = replace(make_case(case.catalog, request), forgiven=case.forgiven)
    except InvalidRequest:
        return False
    return solve_weeks(changed, stopped) is not None


def _cheaper(case: Case, stopped: StopSignal) -> list[Change]:
    """The least budget found that makes a menu possible."""
    request = case.request
    if request.budget_usd_per_day is None:
        return []
    least = _least_cost(case)
    if least is None:
        return []
    for step in BUDGET_STEPS:
        usd = math.ceil(max(least, request.budget_usd_per_day) * step * 10.0) / 10.0
        if _works(case, replace(request, budget_usd_per_day=usd), stopped):
            text = f"Allow {usd:.2f} USD a day instead of {request.budget_usd_per_day:.2f}."
            return [Change(change="budget_usd_per_day", to=usd, text=text)]
    return []


def _least_cost(case: Case) -> float | None:
    """Dollars a day that any menu within the other limits costs at least: the dearest period's bound."""
    least = 0.0
    for nth, (_, days) in enumerate(periods(case.request.days)):
        unbound = replace(case, request=replace(case.request, budget_usd_per_day=None))
        week = period_week(unbound, nth, {})
        cost = case.program.least_cost(week)
        if cost is None:
            return None
        least = max(least, cost / days)
    return least
