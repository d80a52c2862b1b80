"""The index of every food of the catalogue, against a plain reckoning from the public tables themselves."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from planners.nutrition.catalog import load_catalog
from planners.nutrition.hei import HEI_COMPONENTS, hei_points

FOOD = Path(os.environ["REVEILLE_REFERENCE_DATA"]) / "food"


def table(name: str, code: str, skip: int) -> dict[int, dict[str, float]]:
    """Numbers by food code and by the first words of the column."""
    with (FOOD / name).open(encoding="utf-8-sig", newline="") as file:
        lines = [[cell.replace("\n", " ") for cell in line] for line in csv.reader(file)][skip:]
    head, *rows = lines
    found = {}
    for row in rows:
        cells = dict(zip(head, row, strict=True))
        if cells[code].isdigit():
            numbers = {k.partition(" (")[0]: float(v) for k, v in cells.items() if is_number(v)}
            found[int(cells[code])] = numbers
    return found


def is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def up(x: float, full: float, points: float) -> float:
    return points * min(x / full, 1.0)


def down(x: float, full: float, zero: float) -> float:
    return 10.0 * min(max((zero - x) / (zero - full), 0.0), 1.0)


def plain_points(n: dict[str, float], p: dict[str, float]) -> dict[str, float]:
    kcal = n["Energy"]
    per_1000 = {name: amount / kcal * 1_000 for name, amount in p.items()}
    beans = per_1000["PF_LEGUMES"]
    plants = per_1000["PF_NUTSDS"] + per_1000["PF_SOY"] + beans
    saturated = n["Fatty acids, total saturated"]
    unsaturated = n["Fatty acids, total monounsaturated"] + n["Fatty acids, total polyunsaturated"]
    ratio = unsaturated / saturated if saturated else (99.0 if unsaturated else 0.0)
    return {
        "total_fruits": up(per_1000["F_TOTAL"], 0.8, 5),
        "whole_fruits": up(per_1000["F_CITMLB"] + per_1000["F_OTHER"], 0.4, 5),
        "total_vegetables": up(per_1000["V_TOTAL"] + per_1000["V_LEGUMES"], 1.1, 5),
        "greens_and_beans": up(per_1000["V_DRKGR"] + per_1000["V_LEGUMES"], 0.2, 5),
        "whole_grains": up(per_1000["G_WHOLE"], 1.5, 10),
        "dairy": up(per_1000["D_TOTAL"], 1.3, 10),
        "total_protein_foods": up(per_1000["PF_MPS_TOTAL"] + per_1000["PF_EGGS"] + plants, 2.5, 5),
        "seafood_and_plant_proteins": up(per_1000["PF_SEAFD_HI"] + per_1000["PF_SEAFD_LOW"] + plants, 0.8, 5),
        "refined_grains": down(per_1000["G_REFINED"], 1.8, 4.3),
        "sodium": down(n["Sodium"] / kcal, 1.1, 2.0),
        "added_sugars": down(p["ADD_SUGARS"] * 16 / kcal, 0.065, 0.26),
        "saturated_fats": down(saturated * 9 / kcal, 0.08, 0.16),
        "fatty_acids": 10.0 * min(max((ratio - 1.2) / 1.3, 0.0), 1.0),
    }


def test_every_food_of_the_catalogue_scores_as_the_public_tables_say() -> None:
    nutrients = table("fndds1718_nutrients.csv", "Food code", skip=1)
    patterns = table("fped1718.csv", "FOODCODE", skip=0)
    catalog = load_catalog()
    checked = 0
    for row, code in enumerate(catalog.codes.tolist()):
        if code not in nutrients or catalog.per_100g[row, 0] <= 0.0:
            continue
        points = hei_points(catalog.per_100g[row : row + 1], catalog.patterns_per_100g[row : row + 1])[0]
        plain = plain_points(nutrients[code], patterns[code])
        for name, found in zip(HEI_COMPONENTS, points.tolist(), strict=True):
            assert found == pytest.approx(plain[name], abs=0.02), (code, catalog.names[row], name)
        checked += 1
    assert checked > 300
