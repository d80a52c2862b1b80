"""A finished plan's period laid out again as a table, to be changed and read back."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planners.errors import FieldError, InvalidRequest
from planners.nutrition.assemble import menu_days
from planners.nutrition.catalog import Catalog
from planners.nutrition.changes import hard_shares, week_value
from planners.nutrition.options import Options, options_of
from planners.nutrition.planner import finish
from planners.nutrition.proof import prove_safe
from planners.nutrition.repeats import WEEK
from planners.nutrition.slots import DayTable
from planners.nutrition.table import Table, make_table
from planners.nutrition.week import Week
from planners.nutrition.weeks import Case, make_case, period_locks, period_week, periods
from planners.plan import MenuDay, MenuWeek, NutritionPlan, Solution
from planners.spec import NutritionRequest

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FORGIVEN_SHARE = 0.002  # a floor that the plan misses by more than this was forgiven when it was made


@dataclass(frozen=True, kw_only=True, eq=False)
class Laid:
    """The period of `day` on a table; `hard_before`, `days_before`: the misses that the plan came with."""

    case: Case
    options: Options
    table: Table
    day: int
    first_day: int
    value: float
    hard_before: Floats
    days_before: Floats

    def copied(self) -> Laid:
        """The same with a table of its own to change."""
        return replace(self, table=self.table.copied())


def lay_out(catalog: Catalog, request: NutritionRequest, plan: NutritionPlan, day: int) -> Laid:
    """Lay out the period of a day, counted from 1.

    Raises
    ------
    InvalidRequest
        When the plan has no such day, or holds foods that its request and this catalogue do not give.
    """
    if not 1 <= day <= len(plan.days):
        text = f"must be from 1 to {len(plan.days)}, the days of the plan"
        raise InvalidRequest([FieldError(pointer="/day", detail=text)])
    nth = (day - 1) // WEEK
    first, days = periods(request.days)[nth]
    case = make_case(catalog, request)
    case = replace(case, forgiven=_forgiven(case, plan.weeks[nth]))
    week = period_week(case, nth, _earlier(catalog, plan, first))
    pattern = case.program.pattern
    options = options_of(pattern, week, _servable(case, week), np.zeros(len(pattern.rows)))
    table = make_table(pattern, case.targets, options, days, period_locks(case, first, days))
    _put_items(catalog, pattern.table, options, table, plan.days[first - 1 : first - 1 + days])
    return Laid(
        case=case,
        options=options,
        table=table,
        day=day,
        first_day=first,
        value=week_value(options, table),
        hard_before=hard_shares(options, table) * 1.000001,
        days_before=table.day_misses(table.day_total) * 1.000001,
    )


def _forgiven(case: Case, week: MenuWeek) -> frozenset[str]:
    floors = {
        name: t.min for name, t in case.targets.weekly.items() if t.min and name not in case.targets.soft
    }
    return frozenset(n for n, least in floors.items() if week.nutrients[n] < least * (1.0 - FORGIVEN_SHARE))


def _earlier(catalog: Catalog, plan: NutritionPlan, first_day: int) -> dict[int, int]:
    count: dict[int, int] = {}
    for day in plan.days[: first_day - 1]:
        for meal in day.meals:
            for item in meal.items:
                row = catalog.row_of[item.food_code]
                count[row] = count.get(row, 0) + 1
    return count


def _servable(case: Case, week: Week) -> Ints:
    """Every choice that the member does not dislike."""
    return np.flatnonzero(~case.unwanted[case.program.pattern.food])


def _put_items(
    catalog: Catalog, shape: DayTable, options: Options, table: Table, days: tuple[MenuDay, ...]
) -> None:
    for d, day in enumerate(days):
        for meal in day.meals:
            for item in meal.items:
                if not item.locked:
                    row = catalog.row_of.get(item.food_code, -1)
                    places = [
                        p
                        for p, place in enumerate(shape.places)
                        if (place.slot, place.role) == (meal.slot, item.role)
                        and table.option[p, d] == table.empty
                    ]
                    serving = _serving(options, places, row, item.grams)
                    if serving is None:
                        text = f"{item.name} on day {day.day} is not in this version's catalogue or request"
                        raise InvalidRequest([FieldError(pointer="", detail=text)])
                    table.put(int(options.place[serving]), np.array([d]), np.array([serving]))
    _fill_empty(options, table)


def _serving(options: Options, places: list[int], row: int, grams: float) -> int | None:
    """The option that an item is, at the first of the places that has it."""
    for p in places:
        mine = np.arange(options.start[p], options.start[p + 1])
        mine = mine[(options.food[mine] == row) & (np.abs(options.grams[mine] - grams) < 0.01)]
        if len(mine):
            return int(mine[0])
    return None


def _fill_empty(options: Options, table: Table) -> None:
    """Say "nothing" by the option for it, so that every open cell holds an option."""
    for p, d in np.argwhere(table.option == table.empty).tolist():
        mine = np.arange(options.start[p], options.start[p + 1])
        nothing = mine[options.food[mine] < 0]
        if len(nothing):
            table.option[p, d] = nothing[0]


def with_period(laid: Laid, plan: NutritionPlan) -> NutritionPlan:
    """The plan with the period as the table now has it; looked over once more for allergens and diets."""
    case, start = laid.case, laid.first_day - 1
    found = menu_days(
        case.catalog, case.program.pattern.table, case.targets, laid.table, laid.first_day, plan.start_date
    )
    days = plan.days[:start] + found + plan.days[start + len(found) :]
    new = finish(case, days, _solution(laid, plan))
    prove_safe(new, case.request)
    return new


def _solution(laid: Laid, plan: NutritionPlan) -> Solution:
    """The plan's solution moved by what the change does to the objective; its bound holds as before."""
    moved = (week_value(laid.options, laid.table) - laid.value) / len(plan.days)
    objective = max(plan.solution.objective + moved, plan.solution.lower_bound)
    gap = (objective - plan.solution.lower_bound) / max(abs(objective), 1e-9)
    return replace(plan.solution, objective=round(objective, 6), gap=round(gap, 6))
