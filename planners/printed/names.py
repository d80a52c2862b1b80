"""The order and the words of what a plan names. A stored plan is JSON, whose members have no order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from planners.printed.wording import words

NUTRIENTS = (
    "energy_kcal", "protein_g", "carbohydrate_g", "sugars_g", "added_sugars_g", "fiber_g", "fat_g",
    "saturated_fat_g", "monounsaturated_fat_g", "polyunsaturated_fat_g", "linoleic_acid_g",
    "alpha_linolenic_acid_g", "cholesterol_mg", "vitamin_a_ug_rae", "retinol_ug", "thiamin_mg",
    "riboflavin_mg", "niacin_mg", "vitamin_b6_mg", "folate_ug_dfe", "folic_acid_ug", "vitamin_b12_ug",
    "choline_mg", "vitamin_c_mg", "vitamin_d_ug", "vitamin_e_mg", "vitamin_k_ug", "calcium_mg",
    "phosphorus_mg", "magnesium_mg", "iron_mg", "zinc_mg", "copper_mg", "selenium_ug", "potassium_mg",
    "sodium_mg", "caffeine_mg", "water_g",
)  # fmt: skip

UNITS = {
    "_ug_rae": "µg RAE", "_ug_dfe": "µg DFE", "_kcal": "kcal", "_mg": "mg", "_ug": "µg", "_g": "g",
}  # fmt: skip

HEI_MOST = {
    "total_fruits": 5, "whole_fruits": 5, "total_vegetables": 5, "greens_and_beans": 5, "whole_grains": 10,
    "dairy": 10, "total_protein_foods": 5, "seafood_and_plant_proteins": 5, "refined_grains": 10,
    "sodium": 10, "added_sugars": 10, "saturated_fats": 10, "fatty_acids": 10,
}  # fmt: skip
"""Components of the Healthy Eating Index 2020 and the points that each can bring."""

EVENTS = {
    "MDL": "3-repetition deadlift (MDL)",
    "HRP": "Hand-release push-ups (HRP)",
    "SDC": "Sprint-drag-carry (SDC)",
    "PLK": "Plank (PLK)",
    "2MR": "2-mile run (2MR)",
    "walk_2_5mi": "2.5-mile walk",
    "bike_12km": "12 km bike",
    "swim_1km": "1 km swim",
    "row_5km": "5 km row",
    "MTC": "Movement to contact (MTC)",
    "AL": "Ammunition lift (AL)",
    "MANUF": "Maneuver under fire (MANUF)",
    "pull_ups": "Pull-ups",
    "push_ups": "Push-ups",
    "hand_release_push_ups": "Hand-release push-ups",
    "sit_ups": "Sit-ups",
    "cross_leg_reverse_crunch": "Cross-leg reverse crunches",
    "plank": "Plank",
    "run_1_5mi": "1.5-mile run",
    "run_2mi": "2-mile run",
    "run_3mi": "3-mile run",
    "row_5k": "5 km row",
    "hamr": "Shuttle run (HAMR)",
    "waist_to_height": "Waist-to-height ratio",
}
"""Events of the fitness tests, strength first and the run last, as they are held."""

FOOD_GROUPS = {
    "1": "Milk products",
    "2": "Meat, poultry and fish",
    "3": "Eggs",
    "4": "Beans, nuts and seeds",
    "5": "Bread, cereals and grain dishes",
    "6": "Fruit",
    "7": "Vegetables",
    "8": "Fats and dressings",
    "9": "Sweets and drinks",
}
"""Groups of the Food and Nutrient Database for Dietary Studies, by the first digit of a food's code."""


def in_order(found: Iterable[str], order: Sequence[str]) -> list[str]:
    """The names found, those of `order` first and as they stand there, the others by the alphabet.

    >>> in_order({"water_g", "zeal", "ardour", "energy_kcal"}, NUTRIENTS)
    ['energy_kcal', 'water_g', 'ardour', 'zeal']
    """
    place = {name: i for i, name in enumerate(order)}
    return sorted(found, key=lambda name: (place.get(name, len(place)), name))


def nutrient(name: str) -> tuple[str, str]:
    """A nutrient's name and unit in words.

    >>> nutrient("vitamin_b12_ug"), nutrient("folate_ug_dfe"), nutrient("energy_kcal")
    (('Vitamin B12', 'µg'), ('Folate', 'µg DFE'), ('Energy', 'kcal'))
    """
    ending = next((e for e in UNITS if name.endswith(e)), "")
    told = name.removesuffix(ending).replace("_", " ")
    head, vitamin, letter = told.partition("vitamin ")
    told = f"{head}{vitamin}{letter.upper()}" if vitamin else told
    return words(told), UNITS.get(ending, "")


def event_words(name: str) -> str:
    """
    >>> event_words("2MR"), event_words("row_2k")
    ('2-mile run (2MR)', 'Row 2k')
    """
    return EVENTS.get(name) or words(name)


def food_group(food_code: int) -> str:
    """
    >>> food_group(11111000), food_group(7)
    ('Milk products', 'Other')
    """
    code = str(food_code)
    return FOOD_GROUPS.get(code[0], "Other") if len(code) == 8 else "Other"
