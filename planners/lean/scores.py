"""The Healthy Eating Index 2020 of totals, to the last bit as lean menus of format 1 expect it."""

from __future__ import annotations

from collections.abc import Mapping

AMOUNTS = (  # name, points, full, zero, columns: cups or ounces per 1,000 kcal
    ("total_fruits", 5.0, 0.8, 0.0, ("total_fruit_cup",)),
    ("whole_fruits", 5.0, 0.4, 0.0, ("whole_fruit_cup",)),
    ("total_vegetables", 5.0, 1.1, 0.0, ("vegetables_cup", "legumes_cup")),
    ("greens_and_beans", 5.0, 0.2, 0.0, ("dark_green_cup", "legumes_cup")),
    ("whole_grains", 10.0, 1.5, 0.0, ("whole_grains_oz",)),
    ("dairy", 10.0, 1.3, 0.0, ("dairy_cup",)),
    ("total_protein_foods", 5.0, 2.5, 0.0,
     ("meat_poultry_oz", "seafood_oz", "eggs_oz", "soy_oz", "nuts_seeds_oz", "legumes_oz")),
    ("seafood_and_plant_proteins", 5.0, 0.8, 0.0, ("seafood_oz", "soy_oz", "nuts_seeds_oz", "legumes_oz")),
    ("refined_grains", 10.0, 1.8, 4.3, ("refined_grains_oz",)),
)  # fmt: skip


def score(nutrients: Mapping[str, float], patterns: Mapping[str, float]) -> dict[str, object]:
    """The index of totals by name, as a plan shows it."""
    kcal = nutrients["energy_kcal"]
    components = {
        name: _points(most, full, zero, sum(patterns[c] for c in columns) / kcal * 1_000.0)
        for name, most, full, zero, columns in AMOUNTS
    }
    saturated = nutrients["saturated_fat_g"]
    unsaturated = nutrients["monounsaturated_fat_g"] + nutrients["polyunsaturated_fat_g"]
    components["sodium"] = _points(10.0, 1_100.0, 2_000.0, nutrients["sodium_mg"] / kcal * 1_000.0)
    components["added_sugars"] = _points(10.0, 0.065, 0.26, patterns["added_sugars_tsp"] * 16.0 / kcal)
    components["saturated_fats"] = _points(10.0, 0.08, 0.16, saturated * 9.0 / kcal)
    components["fatty_acids"] = _points(10.0, 2.5, 1.2, _ratio(unsaturated, saturated))
    return {"total": _sum(list(components.values())), "components": components}


def _points(most: float, full: float, zero: float, x: float) -> float:
    return most * min(max((x - zero) / (full - zero), 0.0), 1.0)


def _ratio(unsaturated: float, saturated: float) -> float:
    if saturated > 0.0:
        return unsaturated / saturated
    return float("inf") if unsaturated > 0.0 else 0.0


def _sum(p: list[float]) -> float:
    # In the order in which eight running sums are added up, then the rest: the last bit depends on it.
    total = ((p[0] + p[1]) + (p[2] + p[3])) + ((p[4] + p[5]) + (p[6] + p[7]))
    for more in p[8:]:
        total += more
    return total
