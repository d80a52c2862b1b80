"""The choices of a week's menu: which food, at which place, in which portion, and what each brings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planners.nutrition import prices
from planners.nutrition.amounts import COST, ENERGY, PROTEIN, Amounts, amounts
from planners.nutrition.catalog import Catalog
from planners.nutrition.fitting import fits, seldom
from planners.nutrition.pairing import pair_rules
from planners.nutrition.rule import PairRule
from planners.nutrition.screen import permitted
from planners.nutrition.slots import DayTable
from planners.nutrition.tastes import tie_usd
from planners.spec import Allergen, Diet

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Pattern:
    """All choices that a diet and a table leave; the same for every member who shares them.

    Attributes
    ----------
    place, food : (C,) place of the table and row of the catalogue of each choice, in that order.
    smallest_g, step_g, steps : (n,) the portions of a food: smallest_g + k · step_g, 0 ≤ k ≤ steps.
    tie_usd : (P, n) dollars that tell equal servings apart.
    rows : (L,) names of the linear rows: amounts, energy and protein of each meal, pair rules.
    """

    catalog: Catalog
    table: DayTable
    amounts: Amounts
    rules: tuple[PairRule, ...]
    place: Ints
    food: Ints
    smallest_g: Floats
    step_g: Floats
    steps: Ints
    tie_usd: Floats
    rows: tuple[str, ...]

    @property
    def largest_g(self) -> Floats:
        """(n,) grams of the largest portion."""
        return np.asarray(self.smallest_g + self.steps * self.step_g)

    @property
    def middle_g(self) -> Floats:
        """(n,) grams of the comfortable portion: half-way up the steps, the upper one of two."""
        return np.asarray(self.smallest_g + (self.steps + 1) // 2 * self.step_g)

    def serving_usd(self, place: Ints, food: Ints, grams: Floats) -> Floats:
        """(k,) what servings add to the objective by themselves: food, items, heaped plates, rare foods."""
        usd = prices.FOOD_USD * grams * self.amounts.per_gram[food, self.amounts.names.index(COST)]
        span = np.maximum(self.largest_g - self.middle_g, 1e-9)[food]
        beyond = np.maximum(grams - self.middle_g[food], 0.0) / span
        optional = np.array([p.optional for p in self.table.places])[place]
        rare = seldom(self.catalog)[food]
        extras = prices.PORTION_USD * beyond + prices.ITEM_USD * optional + prices.SELDOM_USD * rare
        return np.asarray(usd + extras + self.tie_usd[place, food])

    def features(self, place: Ints, food: Ints, grams: Floats) -> Floats:
        """(k, L) what servings bring to every row: amounts by weight, by meal, counts of pair rules."""
        table = self.table
        by_weight = self.amounts.per_gram[food] * grams[:, np.newaxis]
        here = np.array(table.slot_of_place)[place][:, np.newaxis] == np.arange(len(table.slots))
        of_meal = [by_weight[:, [self.amounts.names.index(name)]] for name in (ENERGY, PROTEIN)]
        meals = np.hstack([np.where(here, amount, 0.0) for amount in of_meal])
        counts = np.array([rule.count[place, food] for rule in self.rules]).T
        return np.hstack([by_weight, meals, counts.reshape(len(place), len(self.rules))])


def make_pattern(
    catalog: Catalog, table: DayTable, diets: Sequence[Diet], allergies: Sequence[Allergen]
) -> Pattern:
    """The pattern of a table under diets and allergies; foods in the order of their codes."""
    allowed = permitted(catalog, diets, allergies)
    needs = (*diets, *allergies)
    at_place = np.array([fits(catalog, place, needs) & allowed for place in table.places])
    place, food = np.nonzero(at_place)
    rules = tuple(rule for rule in pair_rules(catalog, at_place, table, diets) if _matters(rule, place, food))
    linear = amounts(catalog)
    meals = tuple(f"{name}_{slot}" for name in (ENERGY, PROTEIN) for slot in table.slots)
    steps = np.rint((catalog.largest - catalog.smallest) / catalog.step).astype(np.int64)
    return Pattern(
        catalog=catalog,
        table=table,
        amounts=linear,
        rules=rules,
        place=place,
        food=food,
        smallest_g=catalog.smallest * catalog.measure_g,
        step_g=catalog.step * catalog.measure_g,
        steps=steps,
        tie_usd=tie_usd(catalog, len(table.places)),
        rows=(*linear.names, *meals, *(rule.name for rule in rules)),
    )


def _matters(rule: PairRule, place: Ints, food: Ints) -> bool:
    """Whether some choice can keep or break the rule."""
    counts = rule.count[place, food]
    return bool((counts < 0.0).any() if rule.per_day < 0.0 else (counts > 0.0).any())
