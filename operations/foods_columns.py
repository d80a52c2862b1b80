"""Which columns of the public food tables hold what the catalogue needs, and how the tables are known."""

from __future__ import annotations

PRICE_CYCLE = "2017/2018"
SUGAR_G_PER_TSP = 4.2  # one teaspoon equivalent of added sugars in FPED 2017-2018

NUTRIENT_COLUMNS = {
    "energy_kcal": "Energy (kcal)",
    "protein_g": "Protein (g)",
    "carbohydrate_g": "Carbohydrate (g)",
    "sugars_g": "Sugars, total (g)",
    "fiber_g": "Fiber, total dietary (g)",
    "fat_g": "Total Fat (g)",
    "saturated_fat_g": "Fatty acids, total saturated (g)",
    "monounsaturated_fat_g": "Fatty acids, total monounsaturated (g)",
    "polyunsaturated_fat_g": "Fatty acids, total polyunsaturated (g)",
    "linoleic_acid_g": "18:2 (g)",
    "alpha_linolenic_acid_g": "18:3 (g)",
    "cholesterol_mg": "Cholesterol (mg)",
    "vitamin_a_ug_rae": "Vitamin A, RAE (mcg_RAE)",
    "retinol_ug": "Retinol (mcg)",
    "thiamin_mg": "Thiamin (mg)",
    "riboflavin_mg": "Riboflavin (mg)",
    "niacin_mg": "Niacin (mg)",
    "vitamin_b6_mg": "Vitamin B-6 (mg)",
    "folate_ug_dfe": "Folate, DFE (mcg_DFE)",
    "folic_acid_ug": "Folic acid (mcg)",
    "vitamin_b12_ug": "Vitamin B-12 (mcg)",
    "choline_mg": "Choline, total (mg)",
    "vitamin_c_mg": "Vitamin C (mg)",
    "vitamin_d_ug": "Vitamin D (D2 + D3) (mcg)",
    "vitamin_e_mg": "Vitamin E (alpha-tocopherol) (mg)",
    "vitamin_k_ug": "Vitamin K (phylloquinone) (mcg)",
    "calcium_mg": "Calcium (mg)",
    "phosphorus_mg": "Phosphorus (mg)",
    "magnesium_mg": "Magnesium (mg)",
    "iron_mg": "Iron (mg)",
    "zinc_mg": "Zinc (mg)",
    "copper_mg": "Copper (mg)",
    "selenium_ug": "Selenium (mcg)",
    "potassium_mg": "Potassium (mg)",
    "sodium_mg": "Sodium (mg)",
    "caffeine_mg": "Caffeine (mg)",
    "water_g": "Water (g)",
}

PATTERN_COLUMNS = {  # our column: the columns of FPED whose sum it is
    "total_fruit_cup": ("F_TOTAL (cup eq.)",),
    "whole_fruit_cup": ("F_CITMLB (cup eq.)", "F_OTHER (cup eq.)"),
    "vegetables_cup": ("V_TOTAL (cup eq.)",),
    "dark_green_cup": ("V_DRKGR (cup eq.)",),
    "legumes_cup": ("V_LEGUMES (cup eq.)",),
    "whole_grains_oz": ("G_WHOLE (oz. eq.)",),
    "refined_grains_oz": ("G_REFINED (oz. eq.)",),
    "dairy_cup": ("D_TOTAL (cup eq.)",),
    "meat_poultry_oz": (
        "PF_MEAT (oz. eq.)",
        "PF_CUREDMEAT (oz. eq.)",
        "PF_ORGAN (oz. eq.)",
        "PF_POULT (oz. eq.)",
    ),
    "seafood_oz": ("PF_SEAFD_HI (oz. eq.)", "PF_SEAFD_LOW (oz. eq.)"),
    "eggs_oz": ("PF_EGGS (oz. eq.)",),
    "soy_oz": ("PF_SOY (oz. eq.)",),
    "nuts_seeds_oz": ("PF_NUTSDS (oz. eq.)",),
    "legumes_oz": ("PF_LEGUMES (oz. eq.)",),
    "added_sugars_tsp": ("ADD_SUGARS (tsp. eq.)",),
}

NO_WEIGHT = ("0", "-9")  # beside "quantity not specified" and "guideline amount"

MARKS = {  # columns that only this table has; the first holds the food code
    "nutrients": ("Food code", "Energy (kcal)"),
    "portions": ("Food code", "Portion weight (g)"),
    "foods": ("Food code", "Additional food description"),
    "patterns": ("FOODCODE", "F_TOTAL (cup eq.)"),
    "prices": ("food_code", "price_100gm"),
}
