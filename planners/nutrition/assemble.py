"""From dealt periods to the plan that is handed out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from planners.nutrition.catalog import Catalog
from planners.nutrition.hei import hei_2020
from planners.nutrition.nutrients import NUTRIENTS, ROLES
from planners.nutrition.options import EMPTY
from planners.nutrition.slots import DayTable
from planners.nutrition.table import Table
from planners.nutrition.targets import DailyTargets
from planners.plan import Item, Meal, MenuDay, MenuWeek, Target
from planners.spec import Slot

Floats = NDArray[np.float64]

DIGITS = 3


def menu_days(
    catalog: Catalog, shape: DayTable, targets: DailyTargets, table: Table, first_day: int, start: date
) -> tuple[MenuDay, ...]:
    """The days of one period; `first_day` counts from 1, `start` is the plan's first date."""
    days = range(table.option.shape[1])
    rounded = rounded_targets(targets.daily)
    return tuple(
        menu_day(
            catalog,
            day=first_day + d,
            on=start + timedelta(days=first_day + d - 1),
            meals=_meals(catalog, shape, table, d),
            targets=rounded,
        )
        for d in days
    )


def _meals(catalog: Catalog, shape: DayTable, table: Table, day: int) -> tuple[Meal, ...]:
    items: list[list[Item]] = [[] for _ in shape.slots]
    for p, place in enumerate(shape.places):
        serving = int(table.option[p, day])
        row, grams = int(table.food[serving]), float(table.grams[serving])
        if row != EMPTY:
            slot = shape.slots.index(place.slot)
            items[slot].append(make_item(catalog, row, grams, place.role, locked=bool(table.locked[p, day])))
    for lock in table.beside:
        if lock.day == day:
            held = np.flatnonzero(catalog.roles[lock.row])
            role = ROLES[int(held[0])] if len(held) else ""  # an imported food has none
            items[lock.slot].append(make_item(catalog, lock.row, lock.grams, role, locked=True))
    return tuple(
        make_meal(catalog, slot, tuple(found)) for slot, found in zip(shape.slots, items, strict=True)
    )


def make_meal(catalog: Catalog, slot: Slot, items: tuple[Item, ...]) -> Meal:
    """A meal and its energy."""
    return Meal(slot=slot, kcal=round(_kcal(catalog, items), 1), items=items)


def make_item(catalog: Catalog, row: int, grams: float, role: str, *, locked: bool = False) -> Item:
    """One food on a plate, with its measure in words."""
    return Item(
        food_code=int(catalog.codes[row]),
        name=catalog.names[row],
        grams=round(grams, DIGITS),
        measure=measure(catalog, row, grams),
        role=role,
        cost_usd=round(grams * float(catalog.usd_per_100g[row]) / 100.0, 4),
        locked=locked,
    )


def measure(catalog: Catalog, row: int, grams: float) -> str:
    """The household measure in words, or grams where the amount is no simple fraction of it."""
    amount = grams / float(catalog.measure_g[row])
    simple = any(abs(amount * part - round(amount * part)) < 0.01 for part in (1, 2, 3, 4))
    return catalog.household(row, round(amount, 2)) if simple and amount >= 0.2 else f"{grams:.0f} g"


def _kcal(catalog: Catalog, items: Sequence[Item]) -> float:
    return float(totals(catalog, items)[0][NUTRIENTS.index("energy_kcal")])


def totals(catalog: Catalog, items: Sequence[Item]) -> tuple[Floats, Floats]:
    """Nutrients (len(NUTRIENTS),) and pattern amounts (len(PATTERNS),) of items."""
    rows = [catalog.row_of[item.food_code] for item in items]
    hundreds = np.array([item.grams for item in items])[:, np.newaxis] / 100.0
    nutrients = (hundreds * catalog.per_100g[rows]).sum(axis=0)
    return nutrients, (hundreds * catalog.patterns_per_100g[rows]).sum(axis=0)


def menu_day(
    catalog: Catalog, *, day: int, on: date, meals: tuple[Meal, ...], targets: dict[str, Target]
) -> MenuDay:
    """A day from its meals: sums and score."""
    items = [item for meal in meals for item in meal.items]
    nutrients, patterns = totals(catalog, items)
    return MenuDay(
        day=day,
        date=on,
        meals=meals,
        nutrients=_named(nutrients),
        targets=targets,
        cost_usd=round(sum(item.cost_usd for item in items), 4),
        hei_2020=hei_2020(nutrients, patterns),
    )


def menu_week(catalog: Catalog, targets: DailyTargets, days: Sequence[MenuDay], week: int) -> MenuWeek:
    """The means of up to seven days."""
    items = [item for day in days for meal in day.meals for item in meal.items]
    nutrients, patterns = totals(catalog, items)
    return MenuWeek(
        week=week,
        first_day=days[0].day,
        last_day=days[-1].day,
        nutrients=_named(nutrients / len(days)),
        targets=rounded_targets(targets.weekly),
        cost_usd=round(sum(day.cost_usd for day in days) / len(days), 4),
        hei_2020=hei_2020(nutrients, patterns),
    )


def _named(values: Floats) -> dict[str, float]:
    return {name: round(value, DIGITS) for name, value in zip(NUTRIENTS, values.tolist(), strict=True)}


def rounded_targets(targets: Mapping[str, Target]) -> dict[str, Target]:
    """Targets to DIGITS places, in their order."""
    return {
        name: Target(min=_rounded(target.min), max=_rounded(target.max), source=target.source)
        for name, target in targets.items()
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)
