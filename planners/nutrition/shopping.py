"""The shopping list of a menu, in the units that shops sell."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from planners.nutrition.catalog import Catalog
from planners.plan import MenuDay, Purchase


def shopping_list(catalog: Catalog, days: Sequence[MenuDay]) -> tuple[Purchase, ...]:
    """What to buy for the days, by food code.

    Grams are as bought: grams as eaten / yield. Whole units are told; the cost is of what the menu eats, so
    that the list adds up to the plan and what is left over is not charged twice.
    """
    eaten = np.zeros(len(catalog))
    for day in days:
        for meal in day.meals:
            for item in meal.items:
                eaten[catalog.row_of[item.food_code]] += item.grams
    return tuple(_purchase(catalog, row, float(eaten[row])) for row in np.flatnonzero(eaten).tolist())


def _purchase(catalog: Catalog, row: int, eaten_g: float) -> Purchase:
    bought_g = eaten_g / float(catalog.purchase_yield[row])
    units = max(1, math.ceil(bought_g / float(catalog.purchase_g[row]) - 0.02))
    return Purchase(
        food_code=int(catalog.codes[row]),
        name=catalog.names[row],
        grams=round(bought_g, 1),
        measure=f"{units} × {catalog.purchase_units[row]}",
        cost_usd=round(eaten_g * float(catalog.usd_per_100g[row]) / 100.0, 4),
    )
