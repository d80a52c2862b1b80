"""Whether the figures of the catalogue can be: ranges, units, energy, portions, prices, roles.

The ranges are per 100 g as eaten; each upper end lies a little above the highest figure of a plain or usually
fortified food of the public tables, so that a slip of unit (mg for g, µg for mg) or of a column is met.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from operations.foods_findings import Bools, Finding, Floats, amounts, found, pattern, plays
from planners.nutrition.catalog import Catalog
from planners.nutrition.nutrients import PATTERNS

MOST_PER_100G = {
    "energy_kcal": 902,
    "protein_g": 90,
    "carbohydrate_g": 100,
    "sugars_g": 100,
    "added_sugars_g": 100,
    "fiber_g": 60,
    "fat_g": 100,
    "saturated_fat_g": 85,
    "monounsaturated_fat_g": 80,
    "polyunsaturated_fat_g": 75,
    "linoleic_acid_g": 70,
    "alpha_linolenic_acid_g": 30,
    "cholesterol_mg": 600,
    "vitamin_a_ug_rae": 10_000,
    "retinol_ug": 10_000,
    "thiamin_mg": 6,
    "riboflavin_mg": 6,
    "niacin_mg": 60,
    "vitamin_b6_mg": 10,
    "folate_ug_dfe": 3_000,
    "folic_acid_ug": 1_700,
    "vitamin_b12_ug": 80,
    "choline_mg": 700,
    "vitamin_c_mg": 250,
    "vitamin_d_ug": 35,
    "vitamin_e_mg": 45,
    "vitamin_k_ug": 1_000,
    "calcium_mg": 1_500,
    "phosphorus_mg": 1_500,
    "magnesium_mg": 600,
    "iron_mg": 70,
    "zinc_mg": 55,
    "copper_mg": 16,
    "selenium_ug": 250,
    "potassium_mg": 2_000,
    "sodium_mg": 2_500,
    "caffeine_mg": 100,
    "water_g": 100.5,
}
MOST_PATTERN_PER_100G = 8.0  # cups or ounces; added sugars in teaspoons have their own end
MOST_SUGAR_TSP_PER_100G = 24.0

PRICE_USD_PER_100G = (0.0001, 6.0)
MEASURE_G = (1.0, 400.0)
LARGEST_G, LARGEST_KCAL = 800.0, 1_300.0
MOST_STEPS = 12
MOST_YIELD = 200.0  # a bag of tea makes a pot
LEAST_ALL_G, MOST_ALL_G = 88.0, 101.0  # protein, carbohydrate, fat and water; the rest is ash and alcohol


def ranges(catalog: Catalog) -> Iterator[Finding]:
    """Every figure below the highest that a food can have."""
    for name, most in MOST_PER_100G.items():
        yield from found(catalog, amounts(catalog, name) > most, f"{name} is above {most:g} per 100 g")
    for name in PATTERNS:
        most = MOST_SUGAR_TSP_PER_100G if name == "added_sugars_tsp" else MOST_PATTERN_PER_100G
        yield from found(catalog, pattern(catalog, name) > most, f"{name} is above {most:g} per 100 g")


WHOLES = {  # a part, its whole, and by how much rounding may let it be more
    "sugars_g": ("carbohydrate_g", 0.3),
    "fiber_g": ("carbohydrate_g", 0.3),
    "added_sugars_g": ("sugars_g", 0.3),
    "retinol_ug": ("vitamin_a_ug_rae", 1.0),
}


def units(catalog: Catalog) -> Iterator[Finding]:
    """A part that is more than its whole gives a mistaken unit or column away."""
    for part, (whole, slack) in WHOLES.items():
        wrong = amounts(catalog, part) > amounts(catalog, whole) + slack
        yield from found(catalog, wrong, f"{part} is more than {whole}")
    for wrong, text in _sums(catalog):
        yield from found(catalog, wrong, text)


def _sums(catalog: Catalog) -> Iterator[tuple[Bools, str]]:
    def of(*names: str) -> Floats:
        return np.asarray(np.sum([amounts(catalog, name) for name in names], axis=0))

    mass = of("protein_g", "carbohydrate_g", "fat_g", "water_g")
    acids = of("saturated_fat_g", "monounsaturated_fat_g", "polyunsaturated_fat_g")
    omegas = of("linoleic_acid_g", "alpha_linolenic_acid_g")
    yield mass > MOST_ALL_G, f"protein, carbohydrate, fat and water are above {MOST_ALL_G:g} g"
    yield mass < LEAST_ALL_G, f"protein, carbohydrate, fat and water are below {LEAST_ALL_G:g} g"
    yield acids > of("fat_g") + 0.5, "the fatty acids are more than the fat"
    yield omegas > of("polyunsaturated_fat_g") + 0.2, "18:2 and 18:3 are more than the polyunsaturated fat"
    yield 1.7 * of("folic_acid_ug") > of("folate_ug_dfe") + 2, "folic acid is more than the folate in DFE"


def energy(catalog: Catalog) -> Iterator[Finding]:
    """Energy against Atwater's general factors.

    0.88 (4 P + 4 C + 9 F) - 4 fibre - 10  ≤  E  ≤  1.05 (4 P + 4 C + 9 F) + 8, in kcal per 100 g

    P, C and F are protein, carbohydrate and fat in g; specific factors and fibre make the real figure lower,
    hardly ever higher. Alcohol (7 kcal/g) has no column: the catalogue holds no food with alcohol. Source:
    Merrill and Watt 1973, USDA Agriculture Handbook 74; the tolerances are the widest in the public table's
    plain foods.
    """
    protein, carbohydrate = amounts(catalog, "protein_g"), amounts(catalog, "carbohydrate_g")
    atwater = 4 * protein + 4 * carbohydrate + 9 * amounts(catalog, "fat_g")
    kcal = amounts(catalog, "energy_kcal")
    low = 0.88 * atwater - 4 * amounts(catalog, "fiber_g") - 10
    wrong = (kcal > 1.05 * atwater + 8) | (kcal < low)
    yield from found(catalog, wrong, "energy does not fit protein, carbohydrate, fat and fibre")


def portions(catalog: Catalog) -> Iterator[Finding]:
    """Portions that a person would serve, in grams and in energy."""
    least, most = MEASURE_G
    largest = catalog.largest * catalog.measure_g
    kcal = largest * amounts(catalog, "energy_kcal") / 100
    steps = (catalog.largest - catalog.smallest) / catalog.step
    odd = (catalog.measure_g < least) | (catalog.measure_g > most)
    yield from found(catalog, odd, f"one measure is not {least:g}-{most:g} g")
    yield from found(catalog, largest > LARGEST_G, f"the largest portion is above {LARGEST_G:g} g")
    yield from found(catalog, kcal > LARGEST_KCAL, f"the largest portion is above {LARGEST_KCAL:g} kcal")
    yield from found(catalog, steps > MOST_STEPS, f"there are more than {MOST_STEPS} steps of portion")
    wrong = catalog.purchase_yield > MOST_YIELD
    yield from found(catalog, wrong, f"a gram as bought gives above {MOST_YIELD:g} g as eaten")


def prices(catalog: Catalog) -> Iterator[Finding]:
    """Prices between tap water and the dearest food that a menu holds."""
    least, most = PRICE_USD_PER_100G
    wrong = (catalog.usd_per_100g < least) | (catalog.usd_per_100g > most)
    yield from found(catalog, wrong, f"the price is not {least:g}-{most:g} USD per 100 g")


def roles(catalog: Catalog) -> Iterator[Finding]:
    """A food that plays a role holds what the role is for, per 100 g."""
    vegetables = pattern(catalog, "vegetables_cup") + pattern(catalog, "legumes_cup")
    grains = pattern(catalog, "whole_grains_oz") + pattern(catalog, "refined_grains_oz")
    legumes = pattern(catalog, "legumes_cup") + pattern(catalog, "soy_oz")
    lacking = {
        "fruit": pattern(catalog, "total_fruit_cup") < 0.2,
        "vegetable": vegetables < 0.2,
        "legume": legumes < 0.15,
        "grain": grains + vegetables < 0.3,
        "dairy": amounts(catalog, "calcium_mg") < 60,
        "drink": amounts(catalog, "water_g") < 75,
    }
    for role, wrong in lacking.items():
        yield from found(catalog, plays(catalog, role) & wrong, f"too little of what makes a {role}")
    yield from found(catalog, np.asarray(~catalog.roles.any(axis=1)), "it has no role in a menu")
