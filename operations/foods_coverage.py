"""Whether the catalogue leaves every diet, every allergy and the common pairs enough for a varied week."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from operations.foods_findings import Bools, Finding, holds, suits
from planners.nutrition.catalog import Catalog
from planners.nutrition.nutrients import ROLES
from planners.spec import Allergen, Diet

ONCE_A_DAY = 7
TWICE_THE_WEEK = 14
ENOUGH_ALONE = {  # foods of a role that every diet, and every allergy, must leave
    "breakfast_main": TWICE_THE_WEEK,
    "breakfast_bread": ONCE_A_DAY,
    "fruit": TWICE_THE_WEEK,
    "dairy": ONCE_A_DAY,
    "lunch_main": TWICE_THE_WEEK,
    "dinner_main": TWICE_THE_WEEK,
    "grain": TWICE_THE_WEEK,
    "vegetable": 3 * ONCE_A_DAY,
    "legume": ONCE_A_DAY,
    "snack": TWICE_THE_WEEK,
    "training_snack": ONCE_A_DAY,
    "topping": ONCE_A_DAY,
    "drink": ONCE_A_DAY,
}
ENOUGH_TOGETHER = {**dict.fromkeys(ENOUGH_ALONE, ONCE_A_DAY), "breakfast_bread": 5, "dairy": 1}

COMMON_PAIRS: tuple[tuple[str, ...], ...] = (
    ("milk", "egg"),
    ("peanut", "tree_nut"),
    ("fish", "shellfish"),
    ("wheat", "soy"),
    ("milk", "soy"),
    ("milk", "wheat"),
    ("egg", "wheat"),
    ("egg", "peanut"),
    ("egg", "soy"),
    ("sesame", "tree_nut"),
    ("milk", "egg", "wheat", "soy"),
    ("milk", "egg", "peanut", "tree_nut"),
    ("vegetarian", "milk"),
    ("vegetarian", "egg"),
    ("vegetarian", "soy"),
    ("vegetarian", "gluten_free"),
    ("vegetarian", "lactose_free"),
    ("vegan", "soy"),
    ("vegan", "wheat"),
    ("vegan", "sesame"),
    ("vegan", "gluten_free"),
    ("vegan", "peanut", "tree_nut"),
    ("vegan", "gluten_free", "soy"),
    ("halal", "gluten_free"),
    ("halal", "milk"),
    ("halal", "vegetarian"),
    ("kosher", "gluten_free"),
    ("kosher", "milk"),
    ("kosher", "vegetarian"),
    ("gluten_free", "lactose_free"),
    ("gluten_free", "egg"),
    ("gluten_free", "soy"),
)


def coverage(catalog: Catalog) -> Iterator[Finding]:
    """Every role of which a diet, an allergy or a common pair leaves too few foods."""
    for word in (*Diet, *Allergen):
        yield from _lacking(catalog, (word,), ENOUGH_ALONE)
    for pair in COMMON_PAIRS:
        yield from _lacking(catalog, pair, ENOUGH_TOGETHER)


def _lacking(catalog: Catalog, words: Sequence[str], enough: Mapping[str, int]) -> Iterator[Finding]:
    counts = catalog.roles[allowed(catalog, words)].sum(axis=0)
    for role, least in enough.items():
        left = int(counts[ROLES.index(role)])
        if left < least:
            text = f"{' + '.join(words)} leaves {left} foods as {role}, a varied week needs {least}"
            yield Finding(code=0, name="catalogue", text=text)


def allowed(catalog: Catalog, words: Sequence[str]) -> Bools:
    """(n,) True for the foods that suit every diet and are free of every allergen among the words."""
    result = np.ones(len(catalog), dtype=np.bool_)
    for word in words:
        result &= suits(catalog, Diet(word)) if word in set(Diet) else ~holds(catalog, Allergen(word))
    return result
