"""The kinds of a week: not always beans, not always pasta, fish twice, two glasses of milk a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from planners.nutrition.catalog import Catalog
from planners.nutrition.fitting import (
    DRY_CEREALS,
    EGGS,
    HOT_CEREALS,
    JUICES,
    MILKY_DRINKS,
    NUTS,
    PANCAKES,
    SMOOTHIES,
    TREATS,
    family,
)
from planners.nutrition.nutrients import PATTERNS, ROLES
from planners.nutrition.repeats import WEEK
from planners.nutrition.rule import MAINS, PairRule, make_rule
from planners.nutrition.slots import DayTable
from planners.spec import Diet

Floats = NDArray[np.float64]

KINDS: Mapping[str, tuple[float, float, tuple[str, ...]]] = {
    # least and most mains of a kind a week, of 14, and the protein foods that make the kind (chosen; two
    # meals of seafood a week: Dietary Guidelines for Americans 2020-2025)
    "meat": (6.0, 9.0, ("meat_poultry_oz",)),
    "seafood": (2.0, 4.0, ("seafood_oz",)),
    "egg": (0.0, 2.0, ("eggs_oz",)),
    "plant": (0.0, 4.0, ("soy_oz", "nuts_seeds_oz", "legumes_oz")),
}
FAMILIES: Mapping[str, tuple[float, str]] = {  # most mains a week, and the beginnings of the codes
    "beans_and_rice": (3.0, "5816 4120"),
    "pasta": (4.0, "5813 5814"),
    "tortilla": (4.0, "5810"),
    "sandwich": (4.0, "275 423"),
    "soup": (3.0, "283 284 584 416 756"),
}


ANYWHERE: Mapping[str, tuple[float, tuple[str, ...], str]] = {  # most a week, where, beginnings of the codes
    "milky_drinks": (14.0, ROLES, MILKY_DRINKS),  # three cups of dairy a day, and one as yogurt or cheese
    "juices": (7.0, ("drink",), JUICES),
    "hot_cereals": (3.0, ("breakfast_main",), HOT_CEREALS),
    "dry_cereals": (3.0, ("breakfast_main",), DRY_CEREALS),
    "pancakes": (2.0, ("breakfast_main",), PANCAKES),
    "egg_breakfasts": (3.0, ("breakfast_main",), f"{EGGS} 581"),
    "smoothies": (2.0, ROLES, SMOOTHIES),
    "pasta_meals": (5.0, (*MAINS, "grain"), "561 5813 5814"),
    "nut_snacks": (4.0, ("snack",), NUTS),
    "treats": (3.0, ("snack", "training_snack"), TREATS),
}
BEAN_MEALS = 5.0  # most meals of beans a week, dishes and sides, for those who eat everything


def kind_rules(catalog: Catalog, table: DayTable, diets: Sequence[Diet]) -> list[PairRule]:
    """Few mains of one family; for those who eat everything, neither too few nor too many of a kind."""
    rules = []
    for name, (most, beginnings) in FAMILIES.items():
        counts = dict.fromkeys(MAINS, family(catalog, beginnings).astype(np.float64))
        rules.append(make_rule(f"at_most_{name}_mains", None, table, counts, per_day=most / WEEK))
    for name, (most, roles, beginnings) in ANYWHERE.items():
        counts = dict.fromkeys(roles, family(catalog, beginnings).astype(np.float64))
        rules.append(make_rule(f"at_most_{name}", None, table, counts, per_day=most / WEEK))
    if Diet.VEGAN in diets or Diet.VEGETARIAN in diets:
        return rules
    beans = (catalog.patterns_per_100g[:, PATTERNS.index("legumes_oz")] > 0.5).astype(np.float64)
    counts = dict.fromkeys(MAINS, beans) | {"legume": np.ones(len(catalog))}
    rules.append(make_rule("at_most_bean_meals", None, table, counts, per_day=BEAN_MEALS / WEEK))
    kind = _kind(catalog)
    for k, (name, (least, most, _)) in enumerate(KINDS.items()):
        of_kind = (kind == k).astype(np.float64)
        counts = dict.fromkeys(MAINS, of_kind)
        rules.append(make_rule(f"at_most_{name}_mains", None, table, counts, per_day=most / WEEK))
        if least:
            counts = dict.fromkeys(MAINS, -of_kind)
            rules.append(make_rule(f"at_least_{name}_mains", None, table, counts, per_day=-least / WEEK))
    return rules


def _kind(catalog: Catalog) -> NDArray[np.int64]:
    """(n,) index in KINDS of each food's largest protein food, -1 where it has none."""
    ounces = np.array(
        [
            sum(catalog.patterns_per_100g[:, PATTERNS.index(p)] for p in columns)
            for _, _, columns in KINDS.values()
        ]
    )
    return np.where(ounces.max(axis=0) > 0.0, ounces.argmax(axis=0), -1)
