"""Menus: foods, amounts and roles are kept; names, measures, costs, sums and scores follow from them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from planners.lean.catalogue import Foods
from planners.lean.scores import score

Json = dict[str, Any]

WEEK = 7
PARTS = 12
"""Amounts are whole twelfths of a measure where they can be, else grams."""


def kept(body: Json, foods: Foods) -> Json:
    """What a menu's `whole` needs beside the catalogue."""
    days, weeks = body["days"], body["weeks"]
    return {
        "start": body["start_date"],
        "days": [[_kept_meal(meal, foods) for meal in day["meals"]] for day in days],
        "daily": days[0]["targets"],
        "weekly": weeks[0]["targets"],
        "solution": body["solution"],
        "versions": body["versions"],
        "warnings": body["warnings"],
    }


def _kept_meal(meal: Json, foods: Foods) -> list[Any]:
    return [meal["slot"], *(part for item in meal["items"] for part in _kept_item(item, foods))]


def _kept_item(item: Json, foods: Foods) -> tuple[int, int | float, str]:
    row, grams = foods.row_of[item["food_code"]], item["grams"]
    parts = round(grams / foods.measure_g[row] * PARTS)
    whole = parts > 0 and _grams(parts, foods.measure_g[row]) == grams
    return row, parts if whole else float(grams), ("!" if item["locked"] else "") + item["role"]


def _grams(amount: float, measure_g: float) -> float:
    return round(amount * measure_g / PARTS, 3) if isinstance(amount, int) else amount


def whole(lean: Json, foods: Foods) -> Json:
    """The menu, as far as it follows from what was kept."""
    start = date.fromisoformat(lean["start"])
    eaten = [[_rows_and_grams(meal, foods) for meal in meals] for meals in lean["days"]]
    days = [
        _day(nth, start, meals, found, lean["daily"], foods)
        for nth, (meals, found) in enumerate(zip(lean["days"], eaten, strict=True))
    ]
    flat = [[item for meal in meals for item in meal] for meals in eaten]
    firsts = range(0, len(days), WEEK)
    return {
        "kind": "nutrition",
        "start_date": lean["start"],
        "days": days,
        "weeks": [_week(first, days[first : first + WEEK], flat[first : first + WEEK], lean["weekly"], foods)
                  for first in firsts],
        "shopping_list": _shopping(flat, foods),
        "solution": lean["solution"],
        "versions": lean["versions"],
        "warnings": lean["warnings"],
    }  # fmt: skip


Eaten = Sequence[tuple[int, float]]
"""Rows of the catalogue and grams."""


def _rows_and_grams(meal: Sequence[Any], foods: Foods) -> list[tuple[int, float]]:
    return [
        (row, _grams(amount, foods.measure_g[row]))
        for row, amount in zip(meal[1::3], meal[2::3], strict=True)
    ]


def _day(nth: int, start: date, meals: list[Any], found: list[Any], targets: Json, foods: Foods) -> Json:
    made = [_meal(meal, eaten, foods) for meal, eaten in zip(meals, found, strict=True)]
    nutrients, patterns = _totals([item for eaten in found for item in eaten], foods)
    return {
        "day": nth + 1,
        "date": (start + timedelta(days=nth)).isoformat(),
        "meals": made,
        "nutrients": _named(nutrients, foods),
        "targets": targets,
        "cost_usd": round(sum(item["cost_usd"] for meal in made for item in meal["items"]), 4),
        "hei_2020": _score(nutrients, patterns, foods),
    }


def _meal(meal: Sequence[Any], eaten: Eaten, foods: Foods) -> Json:
    energy = 0.0
    for row, grams in eaten:
        energy += grams / 100.0 * foods.nutrients[row][0]
    items = [_item(row, grams, role, foods) for (row, grams), role in zip(eaten, meal[3::3], strict=True)]
    return {"slot": meal[0], "kcal": round(energy, 1), "items": items}


def _item(row: int, grams: float, role: str, foods: Foods) -> Json:
    return {
        "food_code": foods.codes[row],
        "name": foods.names[row],
        "grams": grams,
        "measure": _measure(row, grams, foods),
        "role": role.removeprefix("!"),
        "cost_usd": round(grams * foods.usd_per_100g[row] / 100.0, 4),
        "locked": role.startswith("!"),
    }


FRACTIONS = {0.25: "1/4", 0.33: "1/3", 0.5: "1/2", 0.67: "2/3", 0.75: "3/4"}


def _measure(row: int, grams: float, foods: Foods) -> str:
    amount = grams / foods.measure_g[row]
    simple = any(abs(amount * part - round(amount * part)) < 0.01 for part in (1, 2, 3, 4))
    if not simple or amount < 0.2:
        return f"{grams:.0f} g"
    amount = round(amount, 2)
    unit = foods.measure[row] if amount <= 1 else foods.measures[row]
    full = int(amount)
    part = FRACTIONS.get(round(amount - full, 2))
    if part is None:
        return f"{amount:g} {unit}"
    return f"{full} {part} {unit}" if full else f"{part} {unit}"


def _week(first: int, days: list[Json], eaten: Sequence[Eaten], targets: Json, foods: Foods) -> Json:
    nutrients, patterns = _totals([item for day in eaten for item in day], foods)
    return {
        "week": first // WEEK + 1,
        "first_day": first + 1,
        "last_day": first + len(days),
        "nutrients": _named([value / len(days) for value in nutrients], foods),
        "targets": targets,
        "cost_usd": round(sum(day["cost_usd"] for day in days) / len(days), 4),
        "hei_2020": _score(nutrients, patterns, foods),
    }


def _totals(eaten: Eaten, foods: Foods) -> tuple[list[float], list[float]]:
    return _weighted(eaten, foods.nutrients), _weighted(eaten, foods.patterns)


def _weighted(eaten: Eaten, table: Sequence[Sequence[float]]) -> list[float]:
    # Row by row: the order of the additions decides the last bit.
    sums = [0.0] * len(table[0])
    for row, grams in eaten:
        hundreds = grams / 100.0
        sums = [total + hundreds * value for total, value in zip(sums, table[row], strict=True)]
    return sums


def _named(values: Sequence[float], foods: Foods) -> dict[str, float]:
    return {name: round(value, 3) for name, value in zip(foods.nutrient_names, values, strict=True)}


def _score(nutrients: Sequence[float], patterns: Sequence[float], foods: Foods) -> dict[str, object]:
    return score(
        dict(zip(foods.nutrient_names, nutrients, strict=True)),
        dict(zip(foods.pattern_names, patterns, strict=True)),
    )


def _shopping(days: Sequence[Eaten], foods: Foods) -> list[Json]:
    grams: dict[int, float] = {}
    for eaten in days:
        for row, eaten_g in eaten:
            grams[row] = grams.get(row, 0.0) + eaten_g
    return [_purchase(row, grams[row], foods) for row in sorted(grams)]


def _purchase(row: int, eaten_g: float, foods: Foods) -> Json:
    bought_g = eaten_g / foods.purchase_yield[row]
    units = max(1, math.ceil(bought_g / foods.purchase_g[row] - 0.02))
    return {
        "food_code": foods.codes[row],
        "name": foods.names[row],
        "grams": round(bought_g, 1),
        "measure": f"{units} × {foods.purchase_unit[row]}",
        "cost_usd": round(eaten_g * foods.usd_per_100g[row] / 100.0, 4),
    }
