"""What goes with what in one meal: rules that count foods, a meal and a day at a time.

Days are interchangeable in the week's model, so a rule about one meal becomes a rule about the week: if meat
stands on a days and dairy on b days, and a + b ≤ days, then the days can be dealt so that they never meet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from planners.nutrition.catalog import Catalog, Kitchen
from planners.nutrition.fitting import (
    BREADS,
    CHEESE_DISHES,
    CHEESES,
    DRESSINGS,
    DRINKS,
    DRY_CEREALS,
    FILLINGS,
    GREENS,
    HOT_CEREALS,
    MILKS,
    PANCAKES,
    PLATE_SIDES,
    SANDWICHES,
    SAVOURY_BREAKFASTS,
    SOUPS,
    SPREADS,
    STARCHES,
    SYRUPS,
    TOASTS,
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
            for name, (most, counts) in _plate(catalog).items():
                rules.append(make_rule(f"{name}_{slot}", slot, table, counts, per_day=most))
        rules.append(make_rule(f"one_drink_{slot}", slot, table, _drinks(catalog)))
    for name, counts in _breakfast(catalog).items():
        rules.append(make_rule(name, Slot.BREAKFAST, table, counts, per_day=0.0))
    return (*rules, *kind_rules(catalog, table, diets))


def _plate(catalog: Catalog) -> dict[str, tuple[float, Counts]]:
    """The rules of lunch and dinner: the most of a meal, and what counts for it."""
    starch, beans = _number(has_starch(catalog)), _number(has_beans(catalog))
    soup, cold = _number(family(catalog, SOUPS)), _number(family(catalog, SANDWICHES))
    wants_bread = _number(family(catalog, f"{SOUPS} {FILLINGS}"))
    greens, dressing = _number(family(catalog, GREENS)), _number(family(catalog, DRESSINGS))
    grain, side = np.ones(len(catalog)), _number(family(catalog, STARCHES))
    cooked = _number(np.array([kitchen != Kitchen.NO_COOK for kitchen in catalog.kitchens]))
    cheese, melts = _number(family(catalog, CHEESES)), _number(family(catalog, CHEESE_DISHES))
    mains = dict.fromkeys
    return {
        "one_starch": (1.0, mains(MAINS, starch) | {"grain": grain, "vegetable": side}),
        "some_starch": (-1.0, mains(MAINS, -starch) | {"grain": -grain, "vegetable": -side}),
        "one_legume": (
            1.0,
            mains(MAINS, np.maximum(beans, cold)) | {"legume": np.ones(len(catalog)), "vegetable": beans},
        ),
        "one_soup": (1.0, mains(MAINS, soup) | {"vegetable": soup}),
        "bread_with_soup": (
            1.0,
            mains(MAINS, wants_bread) | {"grain": 1.0 - _number(family(catalog, BREADS))},
        ),
        "raw_with_sandwich": (1.0, mains(MAINS, cold) | {"vegetable": cooked - cooked * soup}),
        "cheese_with_bread": (
            0.0,
            mains(MAINS, -melts) | {"dairy": cheese, "grain": -_number(family(catalog, BREADS))},
        ),
        "dressing_with_greens": (0.0, mains((*MAINS, "vegetable"), greens) | {"topping": -dressing}),
    }


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
    toast, pancakes = _number(family(catalog, TOASTS)), _number(family(catalog, PANCAKES))
    savoury, spread = _number(family(catalog, SAVOURY_BREAKFASTS)), _number(family(catalog, SPREADS))
    cheese = _number(family(catalog, CHEESES))
    return {
        "milk_with_cereal": {
            "breakfast_main": _number(family(catalog, DRY_CEREALS)),
            "dairy": -_number(family(catalog, MILKS)),
        },
        "bread_with_spread": {"topping": spread, "breakfast_bread": -toast, "breakfast_main": -pancakes},
        "spread_with_bread": {
            "breakfast_bread": toast,
            "topping": -spread,
            "breakfast_main": -savoury,
            "dairy": -cheese,
        },
        "cheese_with_bread": {"dairy": cheese, "breakfast_bread": -toast, "breakfast_main": -savoury},
        "syrup_with_pancakes": {
            "topping": _number(family(catalog, SYRUPS)),
            "breakfast_main": -_number(family(catalog, f"{PANCAKES} {HOT_CEREALS}")),
        },
        "eggs_with_potatoes": {
            "breakfast_bread": _number(family(catalog, PLATE_SIDES)),
            "breakfast_main": -savoury,
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
