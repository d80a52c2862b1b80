"""Whether the tags of the catalogue can be: against the food patterns, telling words, and each other.

This looks one way only: a food with eggs in its pattern must say egg, but one without may still hold egg. The
pattern table is not an allergen table: butter, cream and cream cheese count as no dairy in it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from operations.foods_findings import (
    Bools,
    Finding,
    amounts,
    found,
    found_at,
    holds,
    pattern,
    plays,
    suits,
    texts,
)
from operations.foods_words import FORBIDDEN_WORDS, LITTLE_LACTOSE, TELLING_WORDS
from planners.nutrition.catalog import Catalog, Kitchen
from planners.spec import Allergen, Diet

EXCLUDES = {  # what a diet never allows
    Diet.VEGETARIAN: (Allergen.FISH, Allergen.SHELLFISH),
    Diet.VEGAN: (Allergen.MILK, Allergen.EGG, Allergen.FISH, Allergen.SHELLFISH),
    Diet.KOSHER: (Allergen.SHELLFISH,),
    Diet.GLUTEN_FREE: (Allergen.WHEAT,),
}
COOKING_FAT_CHOLESTEROL_MG = 3.0
"""Per 100 g: what the public table's average cooking fat, part butter, adds to a plain vegetable."""


def tags_by_pattern(catalog: Catalog) -> Iterator[Finding]:
    """What the food patterns show, the tags must say."""
    for wrong, text in _unsaid(catalog):
        yield from found(catalog, wrong, f"{text} in its food pattern, not in its tags")
    meat, seafood = pattern(catalog, "meat_poultry_oz") > 0, pattern(catalog, "seafood_oz") > 0
    wrong = (meat | seafood) & suits(catalog, Diet.VEGETARIAN)
    yield from found(catalog, wrong, "meat or seafood in the pattern of a vegetarian food")
    wrong = meat & suits(catalog, Diet.KOSHER) & ~catalog.kosher_meat
    yield from found(catalog, wrong, "meat in the pattern of a kosher food that is not said to be meat")


def _unsaid(catalog: Catalog) -> Iterator[tuple[Bools, str]]:
    def shows(name: str) -> Bools:
        return np.asarray(pattern(catalog, name) > 0)

    def lacks(*allergens: Allergen) -> Bools:
        return np.asarray(~np.any([holds(catalog, a) for a in allergens], axis=0))

    seeds = np.array(["seeds" in text.lower() for text in texts(catalog)], dtype=np.bool_)
    plant_milk = suits(catalog, Diet.VEGAN)  # fortified soy milk counts as dairy in the patterns
    yield shows("dairy_cup") & ~plant_milk & lacks(Allergen.MILK), "dairy"
    yield shows("eggs_oz") & lacks(Allergen.EGG), "egg"
    yield shows("soy_oz") & lacks(Allergen.SOY), "soy"
    yield shows("seafood_oz") & lacks(Allergen.FISH, Allergen.SHELLFISH), "seafood"
    nuts = lacks(Allergen.TREE_NUT, Allergen.PEANUT, Allergen.SESAME)
    yield shows("nuts_seeds_oz") & ~seeds & nuts, "nuts"


def tags_by_words(catalog: Catalog) -> Iterator[Finding]:
    """What the name or the description says, the tags must say too."""
    for i, text in enumerate(texts(catalog)):
        for allergen, telling in TELLING_WORDS.items():
            word = telling.in_text(text)
            if word and not holds(catalog, allergen)[i]:
                yield found_at(catalog, i, f'"{word}" in its name or description, no {allergen} in its tags')
        for diet, forbidden in FORBIDDEN_WORDS.items():
            word = forbidden.in_text(text)
            if word and suits(catalog, diet)[i]:
                yield found_at(catalog, i, f'"{word}" in its name or description, yet tagged {diet}')


def tags_by_tags(catalog: Catalog) -> Iterator[Finding]:
    """No tag against another."""
    for diet, allergens in EXCLUDES.items():
        for allergen in allergens:
            wrong = suits(catalog, diet) & holds(catalog, allergen)
            yield from found(catalog, wrong, f"it contains {allergen} and is tagged {diet}")
    for wrong, text in (*_vegan(catalog), *_lactose(catalog), *_kosher(catalog)):
        yield from found(catalog, wrong, text)


def _vegan(catalog: Catalog) -> Iterator[tuple[Bools, str]]:
    vegan = suits(catalog, Diet.VEGAN)
    cholesterol = amounts(catalog, "cholesterol_mg") > COOKING_FAT_CHOLESTEROL_MG
    yield vegan & ~suits(catalog, Diet.VEGETARIAN), "vegan but not vegetarian"
    yield vegan & cholesterol, "a vegan food with cholesterol"


def _lactose(catalog: Catalog) -> Iterator[tuple[Bools, str]]:
    little = np.array([LITTLE_LACTOSE.in_text(text) != "" for text in texts(catalog)], dtype=np.bool_)
    milk = holds(catalog, Allergen.MILK) & ~little
    yield suits(catalog, Diet.LACTOSE_FREE) & milk, "it contains milk with lactose and is tagged lactose_free"


def _kosher(catalog: Catalog) -> Iterator[tuple[Bools, str]]:
    kosher, milk = suits(catalog, Diet.KOSHER), holds(catalog, Allergen.MILK)
    served = np.array([kitchen == Kitchen.DINING_FACILITY for kitchen in catalog.kitchens], dtype=np.bool_)
    dish = served & ~plays(catalog, "drink")
    yield kosher & catalog.kosher_meat & catalog.kosher_dairy, "kosher, yet meat with dairy"
    yield kosher & milk & ~catalog.kosher_dairy, "a kosher food with milk that is not said to be dairy"
    yield dish & (kosher | suits(catalog, Diet.HALAL)), "a dining facility's dish tagged halal or kosher"
