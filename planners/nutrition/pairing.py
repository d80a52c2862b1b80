"""What goes with what in one meal: rules that count foods, a meal and a day at a time.

Days are interchangeable in the week's model, so a rule about one meal becomes a rule about the week: if meat
stands on a days and dairy on b days, and a + b ≤ days, then the days can be dealt so that they never meet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planners.nutrition import prices
from planners.nutrition.catalog import Catalog
from planners.nutrition.fitting import DRY_CEREALS, MILKS, STARCHES, WATERS, family
from planners.nutrition.nutrients import PATTERNS, ROLES
from planners.nutrition.repeats import WEEK
from planners.nutrition.slots import DayTable
from planners.spec import Diet, Slot

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

STARCHY_OZ = 1.0  # a main with this much grain in its middle portion brings its own starch (chosen)
MAINS = ("lunch_main", "dinner_main")
KINDS: Mapping[str, tuple[float, float, tuple[str, ...]]] = {
    # least and most mains of a kind a week, of 14, and the protein foods that make the kind (chosen; two
    # meals of seafood a week: Dietary Guidelines for Americans 2020-2025)
    "meat": (5.0, 8.0, ("meat_poultry_oz",)),
    "seafood": (2.0, 4.0, ("seafood_oz",)),
    "egg": (0.0, 2.0, ("eggs_oz",)),
    "plant": (0.0, 4.0, ("soy_oz", "nuts_seeds_oz", "legumes_oz")),
}


@dataclass(frozen=True, kw_only=True, eq=False)
class PairRule:
    """Σ count over a meal of one day ≤ per_day; over all meals of the week, in the mean, where slot is None.

    count : (places, n) what each food counts for at each place; nought outside the meal.
    hard : never broken; otherwise each break costs `price` dollars.
    """

    name: str
    slot: Slot | None
    count: Floats
    per_day: float
    hard: bool
    price: float


def pair_rules(
    catalog: Catalog, at_place: Bools, table: DayTable, diets: Sequence[Diet]
) -> tuple[PairRule, ...]:
    """The rules of a table whose places the foods `at_place` (P, n) may stand at.

    Kosher meals; one starch, one dish of beans and one drink a meal; milk with cereal; kinds of mains.
    """
    rules = _kosher_rules(catalog, at_place, table) if Diet.KOSHER in diets else []
    every, milk = np.ones(len(catalog)), _number(family(catalog, MILKS))
    for slot in table.slots:
        if slot in (Slot.LUNCH, Slot.DINNER):
            starch = dict.fromkeys(MAINS, _number(has_starch(catalog)))
            rules.append(_rule(f"one_starch_{slot}", slot, table, {**starch, "grain": every}))
            beans = dict.fromkeys(MAINS, _number(has_beans(catalog)))
            rules.append(_rule(f"one_legume_{slot}", slot, table, {**beans, "legume": every}))
        drinks = {"dairy": milk, "drink": 1.0 - _number(family(catalog, WATERS))}
        rules.append(_rule(f"one_drink_{slot}", slot, table, drinks))
    counts = {"breakfast_main": _number(family(catalog, DRY_CEREALS)), "dairy": -milk}
    rules.append(_rule("milk_with_cereal", Slot.BREAKFAST, table, counts, per_day=0.0))
    if Diet.VEGAN not in diets and Diet.VEGETARIAN not in diets:
        rules += _kind_rules(catalog, table)
    return tuple(rules)


def _number(marks: Bools) -> Floats:
    return np.asarray(marks, dtype=np.float64)


def _kosher_rules(catalog: Catalog, at_place: Bools, table: DayTable) -> list[PairRule]:
    """Meat and dairy on days of their own, at each meal that could have both."""
    both = _number(catalog.kosher_meat) + _number(catalog.kosher_dairy)
    rules = []
    for slot in table.slots:
        here = at_place[[place.slot == slot for place in table.places]].any(axis=0)
        if (here & catalog.kosher_meat).any() and (here & catalog.kosher_dairy).any():
            rules.append(_rule(f"kosher_{slot}", slot, table, dict.fromkeys(ROLES, both), hard=True))
    return rules


def _kind_rules(catalog: Catalog, table: DayTable) -> list[PairRule]:
    """Neither too few nor too many mains of a kind a week, the kind being its largest protein food."""
    ounces = np.array(
        [
            sum(catalog.patterns_per_100g[:, PATTERNS.index(p)] for p in columns)
            for _, _, columns in KINDS.values()
        ]
    )
    kind = np.where(ounces.max(axis=0) > 0.0, ounces.argmax(axis=0), -1)
    rules = []
    for k, (name, (least, most, _)) in enumerate(KINDS.items()):
        of_kind = (kind == k).astype(float)
        counts = dict.fromkeys(MAINS, of_kind)
        rules.append(_rule(f"at_most_{name}_mains", None, table, counts, per_day=most / WEEK))
        counts = dict.fromkeys(MAINS, -of_kind)
        rules.append(_rule(f"at_least_{name}_mains", None, table, counts, per_day=-least / WEEK))
    return [rule for rule in rules if rule.per_day != 0.0]


def has_starch(catalog: Catalog) -> Bools:
    """(n,) True for dishes that bring their own grain or potatoes."""
    ounces = sum(
        catalog.patterns_per_100g[:, PATTERNS.index(p)] for p in ("whole_grains_oz", "refined_grains_oz")
    )
    middle_g = (catalog.smallest + catalog.largest) / 2.0 * catalog.measure_g
    return np.asarray((ounces * middle_g / 100.0 >= STARCHY_OZ) | family(catalog, STARCHES))


def has_beans(catalog: Catalog) -> Bools:
    """(n,) True for dishes of beans, peas or lentils."""
    ounces = catalog.patterns_per_100g[:, PATTERNS.index("legumes_oz")]
    middle_g = (catalog.smallest + catalog.largest) / 2.0 * catalog.measure_g
    return np.asarray(ounces * middle_g / 100.0 >= STARCHY_OZ)


def _rule(
    name: str,
    slot: Slot | None,
    table: DayTable,
    counts: Mapping[str, Floats],
    *,
    hard: bool = False,
    per_day: float = 1.0,
) -> PairRule:
    zero = np.zeros(len(next(iter(counts.values()))))
    rows = [counts.get(p.role, zero) if slot in (p.slot, None) else zero for p in table.places]
    price = prices.KIND_USD if slot is None else prices.PAIRING_USD
    return PairRule(name=name, slot=slot, count=np.array(rows), per_day=per_day, hard=hard, price=price)
