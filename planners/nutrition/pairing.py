"""What goes with what in one meal: rules that count foods, a meal and a day at a time.

Days are interchangeable in the week's model, so a rule about one meal becomes a rule about the week: if meat
stands on a days and dairy on b days, and a + b ≤ days, then the days can be dealt so that they never meet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from planners.nutrition.catalog import Catalog
from planners.nutrition.fitting import (
    BREADS,
    DRINKS,
    DRY_CEREALS,
    MILKS,
    PANCAKES,
    PLATE_SIDES,
    SAVOURY_BREAKFASTS,
    SPREADS,
    STARCHES,
    WATERS,
    family,
)
from planners.nutrition.kinds import kind_rules
from planners.nutrition.nutrients import PATTERNS, ROLES
from planners.nutrition.rule import MAINS, PairRule, make_rule
from planners.nutrition.slots import DayTable
from planners.spec import Diet, Slot

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Counts = Mapping[str, Floats]

STARCHY_OZ = 1.0  # a dish with this much grain or beans in its middle portion needs none beside it (chosen)


def pair_rules(
    catalog: Catalog, at_place: Bools, table: DayTable, diets: Sequence[Diet]
) -> tuple[PairRule, ...]:
    """The rules of a table whose places the foods `at_place` (P, n) may stand at."""
    rules = _kosher_rules(catalog, at_place, table) if Diet.KOSHER in diets else []
    for slot in table.slots:
        if slot in (Slot.LUNCH, Slot.DINNER):
            starch = dict.fromkeys(MAINS, _number(has_starch(catalog))) | {"grain": np.ones(len(catalog))}
            beans = dict.fromkeys(MAINS, _number(has_beans(catalog))) | {"legume": np.ones(len(catalog))}
            none = {role: -count for role, count in starch.items()}
            rules.append(make_rule(f"one_starch_{slot}", slot, table, starch))
            rules.append(make_rule(f"some_starch_{slot}", slot, table, none, per_day=-1.0))
            rules.append(make_rule(f"one_legume_{slot}", slot, table, beans))
        rules.append(make_rule(f"one_drink_{slot}", slot, table, _drinks(catalog)))
    for name, counts in _breakfast(catalog).items():
        rules.append(make_rule(name, Slot.BREAKFAST, table, counts, per_day=0.0))
    return (*rules, *kind_rules(catalog, table, diets))


def has_starch(catalog: Catalog) -> Bools:
    """(n,) True for dishes that bring their own grain or potatoes."""
    columns = ("whole_grains_oz", "refined_grains_oz")
    return np.asarray(_holds(catalog, columns) | family(catalog, STARCHES))


def has_beans(catalog: Catalog) -> Bools:
    """(n,) True for dishes of beans, peas or lentils."""
    return _holds(catalog, ("legumes_oz",))


def _holds(catalog: Catalog, columns: tuple[str, ...]) -> Bools:
    ounces = sum(catalog.patterns_per_100g[:, PATTERNS.index(p)] for p in columns)
    middle_g = (catalog.smallest + catalog.largest) / 2.0 * catalog.measure_g
    return np.asarray(ounces * middle_g / 100.0 >= STARCHY_OZ)


def _drinks(catalog: Catalog) -> Counts:
    """What one drinks besides water, wherever it stands."""
    drink = _number(family(catalog, DRINKS))
    roles = ("dairy", "snack", "training_snack", "breakfast_main")
    return dict.fromkeys(roles, drink) | {"drink": 1.0 - _number(family(catalog, WATERS))}


def _breakfast(catalog: Catalog) -> dict[str, Counts]:
    """Breakfast's rules: what asks for something (+1) and what it asks for (-1)."""
    bread = _number(family(catalog, BREADS))
    return {
        "milk_with_cereal": {
            "breakfast_main": _number(family(catalog, DRY_CEREALS)),
            "dairy": -_number(family(catalog, MILKS)),
        },
        "bread_with_spread": {
            "topping": _number(family(catalog, SPREADS)),
            "breakfast_bread": -bread,
            "breakfast_main": -_number(family(catalog, PANCAKES)),
        },
        "eggs_with_potatoes": {
            "breakfast_bread": _number(family(catalog, PLATE_SIDES)),
            "breakfast_main": -_number(family(catalog, SAVOURY_BREAKFASTS)),
        },
    }


def _number(marks: Bools) -> Floats:
    return np.asarray(marks, dtype=np.float64)


def _kosher_rules(catalog: Catalog, at_place: Bools, table: DayTable) -> list[PairRule]:
    """Meat and dairy on days of their own, at each meal that could have both."""
    both = _number(catalog.kosher_meat) + _number(catalog.kosher_dairy)
    rules = []
    for slot in table.slots:
        here = at_place[[place.slot == slot for place in table.places]].any(axis=0)
        if (here & catalog.kosher_meat).any() and (here & catalog.kosher_dairy).any():
            counts = dict.fromkeys(ROLES, both)
            rules.append(make_rule(f"kosher_{slot}", slot, table, counts, hard=True))
    return rules
