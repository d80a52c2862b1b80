"""The names, and with them the order and the units, of every column of the food tables."""

from __future__ import annotations

NUTRIENTS = (
    "energy_kcal",
    "protein_g",
    "carbohydrate_g",
    "sugars_g",
    "added_sugars_g",
    "fiber_g",
    "fat_g",
    "saturated_fat_g",
    "monounsaturated_fat_g",
    "polyunsaturated_fat_g",
    "linoleic_acid_g",
    "alpha_linolenic_acid_g",
    "cholesterol_mg",
    "vitamin_a_ug_rae",
    "retinol_ug",
    "thiamin_mg",
    "riboflavin_mg",
    "niacin_mg",
    "vitamin_b6_mg",
    "folate_ug_dfe",
    "folic_acid_ug",
    "vitamin_b12_ug",
    "choline_mg",
    "vitamin_c_mg",
    "vitamin_d_ug",
    "vitamin_e_mg",
    "vitamin_k_ug",
    "calcium_mg",
    "phosphorus_mg",
    "magnesium_mg",
    "iron_mg",
    "zinc_mg",
    "copper_mg",
    "selenium_ug",
    "potassium_mg",
    "sodium_mg",
    "caffeine_mg",
    "water_g",
)

PATTERNS = (  # USDA food-pattern components, in the unit of the Healthy Eating Index 2020
    "total_fruit_cup",
    "whole_fruit_cup",  # citrus, melons, berries and other intact fruit; no juice
    "vegetables_cup",  # without legumes
    "dark_green_cup",
    "legumes_cup",  # beans, peas and lentils counted as vegetables
    "whole_grains_oz",
    "refined_grains_oz",
    "dairy_cup",
    "meat_poultry_oz",  # meat, poultry, organ and cured meat
    "seafood_oz",
    "eggs_oz",
    "soy_oz",
    "nuts_seeds_oz",
    "legumes_oz",  # the same legumes counted as protein foods
    "added_sugars_tsp",
)

ROLES = (  # what a food can be in a meal
    "breakfast_main",
    "breakfast_bread",
    "fruit",
    "dairy",  # milk, yogurt, cheese or a fortified substitute
    "lunch_main",
    "dinner_main",
    "grain",
    "vegetable",
    "legume",
    "snack",
    "training_snack",
    "topping",  # nuts, seeds, spreads, oils and dressings added to a meal
    "drink",
)
