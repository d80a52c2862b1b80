"""Which food may stand at which place of the table, beyond the roles that the catalogue gives it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from planners.nutrition.catalog import Catalog
from planners.nutrition.nutrients import NUTRIENTS, ROLES
from planners.nutrition.slots import Place
from planners.spec import Allergen, Diet, Slot

Bools = NDArray[np.bool_]

EVENING = (Slot.DINNER, Slot.EVENING_SNACK)
STIMULANT_MG_PER_100G = 5.0  # more caffeine than this keeps people awake: not in the evening (chosen)

LEAST_FUEL_KCAL_PER_100G = 20.0  # a training snack must bring energy (chosen)
LEAST_MAIN_PROTEIN_G = 14.0  # in the largest portion of a lunch or dinner main (chosen)
SUBSTITUTES: Mapping[str, tuple[str, ...]] = {  # a word of the name, and who eats such foods
    "gluten-free": (Diet.GLUTEN_FREE, Allergen.WHEAT),
    "lactose": (Diet.LACTOSE_FREE,),
    "soy milk": (Diet.LACTOSE_FREE, Diet.VEGAN, Diet.VEGETARIAN, Diet.KOSHER, Allergen.MILK),
    "soy yogurt": (Diet.LACTOSE_FREE, Diet.VEGAN, Allergen.MILK),
    "almond milk": (Diet.LACTOSE_FREE, Diet.VEGAN, Allergen.MILK),
    "rice milk": (Diet.LACTOSE_FREE, Diet.VEGAN, Allergen.MILK),
    "coconut milk": (Diet.LACTOSE_FREE, Diet.VEGAN, Allergen.MILK),
    "meatless": (Diet.VEGETARIAN, Diet.VEGAN, Diet.HALAL, Diet.KOSHER),
    "seitan": (Diet.VEGETARIAN, Diet.VEGAN),
    "substitute": (Diet.VEGETARIAN, Diet.VEGAN, Allergen.EGG),
    "protein powder": (Diet.VEGETARIAN, Diet.VEGAN, Diet.LACTOSE_FREE, Allergen.MILK, Allergen.EGG),
}
SELDOM = """
artichokes; baked goat; baked herring; baked mackerel; baked scallops; barley; bean and cheese
pupusa; beets; bison; black olives; boiled cassava; boiled yam; braised beef liver; buckwheat;
canned mackerel; canned pumpkin; carrot juice; celery; chapati; chia; chicken livers; chickpeas with
spinach; crab cakes; dried figs; fat-free milk; frozen okra; grape leaves; green cabbage, raw;
ground flax; ground lamb; herbal; hot oat-bran; kefir; lactose-free reduced; lactose-free whole;
lamb chop; light soy milk; masala; matzo; mayonnaise; millet; mung; mustard; mustard greens; naan;
palak; papaya; parsnips; persimmon; peruvian; plain dosa; poached perch; polenta; puffed;
ratatouille; red cabbage, raw; reduced-fat milk; roast duck; roast venison; rutabaga; sardines;
sesame; sesame oil; seven-grain; soybeans; spaghetti squash; split peas; sprouted; sticky rice;
swiss chard; tahini; tofu, firm; turnip; upma; vegetable oil; whole milk; wild rice
"""  # beginnings of names (chosen): for few tables, or milk of other fat than most should drink

# Codes of the public food table sort foods by kind; a family is named by the beginnings of its codes.
SWEET = "143 4210 4211 4220 43 57 62 81101 81102 91"  # spreads, nuts, granola, butter, jam
SAVOURY = "114 123 141 412 42104 42111 42112 43101 43102 43103 6310 6340 744 755 813 82 83"  # dressings, dips
SPREADS = "143 4220 81 914"  # cream cheese, nut butters, butter and margarine, jam
MILKS = "111 113"  # milk and its substitutes: what cereal swims in
DRINKS = f"{MILKS} 115 6413 7810 925 951 953"  # and flavoured milk, smoothies, shakes, sports drinks
MILKY_DRINKS = f"{MILKS} 115 9210190 923068"  # and what is made of milk: chocolate milk, cocoa, latte, chai
JUICES = "612 6410 6411 6412"
WATERS = "924 94"  # sparkling and plain
BREADS = "51 52 54"  # and tortillas and crackers
TOASTS = "51"  # what nobody eats dry
DRY_CEREALS = "57"
HOT_CEREALS = "562"
PANCAKES = "55"  # and waffles and French toast
EGGS = "31 32 33"
SAVOURY_BREAKFASTS = f"{EGGS} 4142 418 581"  # and tofu, sausage, burritos
SMOOTHIES = "11553 64134 78101"
SYRUPS = "91300"
CHEESES = "141"
CHEESE_DISHES = "271 275 416 423 58127 5814 5816"  # chili, burgers, bean soups, sandwiches, pasta, beans
PLATE_SIDES = "52215 71"  # tortillas and fried potatoes
STARCHES = "5 71 734"  # grains, potatoes, sweet potatoes
SOUPS = "283 284 584 416 746 756"
FILLINGS = "2744620 2744622 2745006 32103"  # salads of chicken, tuna and egg, for bread
SANDWICHES = "27513 2752 2754 2755 423 58127"
GREENS = "72116 7211919 721251 75114 751430 751433 274463"  # raw leaves and salads without a dressing
DRESSINGS = "82 83 813 63105 63409 14104400 1144006"  # oil, dressings, pesto, avocado, feta, tzatziki
NUTS = "421 425 431"
TREATS = "13110 13230 532 54401 54402 5442 712 73410210 917"  # ice cream, cookies, chips, chocolate


@lru_cache(maxsize=64)
def family(catalog: Catalog, beginnings: str) -> Bools:
    """(n,) True for the foods whose code starts with one of the beginnings, which blanks part."""
    starts = tuple(beginnings.split())
    return _marks([str(code).startswith(starts) for code in catalog.codes.tolist()])


def fits(catalog: Catalog, place: Place, needs: Collection[str] = ()) -> Bools:
    """(n,) True for the foods that may stand at a place: by role, and by what people eat at that meal.

    `needs` are the member's diets and allergies: substitutes are for those who need them.
    """
    held = catalog.roles[:, place.role_index].copy()
    if place.role == "topping":
        held &= ~family(catalog, SAVOURY if place.slot == Slot.BREAKFAST else SWEET)
    if place.role == "breakfast_bread":
        held &= family(catalog, BREADS) & ~catalog.roles[:, ROLES.index("breakfast_main")]
    if place.role == "drink":
        held &= ~catalog.roles[:, ROLES.index("training_snack")]
    if place.role == "training_snack":
        held &= catalog.per_100g[:, NUTRIENTS.index("energy_kcal")] >= LEAST_FUEL_KCAL_PER_100G
    if place.role in ("lunch_main", "dinner_main"):
        largest_g = catalog.largest * catalog.measure_g
        protein = catalog.per_100g[:, NUTRIENTS.index("protein_g")] / 100.0 * largest_g
        held &= protein >= LEAST_MAIN_PROTEIN_G
    if place.slot in EVENING:
        held &= catalog.per_100g[:, NUTRIENTS.index("caffeine_mg")] <= STIMULANT_MG_PER_100G
    for word, reasons in SUBSTITUTES.items():
        if not set(reasons) & set(needs):
            held &= ~_named(catalog, word)
    return np.asarray(held)


@lru_cache(maxsize=4)
def seldom(catalog: Catalog) -> Bools:
    """(n,) True for the foods that few people know: for when nothing else serves, or they are liked."""
    starts = seldom_words()
    return _marks([name.lower().startswith(starts) for name in catalog.names])


def seldom_words() -> tuple[str, ...]:
    """The beginnings of names in SELDOM."""
    return tuple(word.strip() for word in " ".join(SELDOM.split()).split(";"))


@lru_cache(maxsize=64)
def _named(catalog: Catalog, word: str) -> Bools:
    return _marks([word in name.lower() for name in catalog.names])


def _marks(marks: list[bool]) -> Bools:
    found = np.array(marks, dtype=np.bool_)
    found.setflags(write=False)  # kept for all programs
    return found
