"""How often a food may come back in a week."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planners.nutrition.catalog import Catalog
from planners.nutrition.nutrients import ROLES

Ints = NDArray[np.int64]
WEEK = 7


class Repeats(NamedTuple):
    """Servings a week: `free` of them cost nothing, each more costs REPEAT_USD, `most` is the end."""

    free: int
    most: int


BY_ROLE: Mapping[str, Repeats] = {  # chosen: a main twice is a leftover, milk and coffee are habits
    "breakfast_main": Repeats(2, 3),
    "breakfast_bread": Repeats(3, 5),
    "fruit": Repeats(3, 5),
    "dairy": Repeats(4, 7),
    "lunch_main": Repeats(1, 2),
    "dinner_main": Repeats(1, 2),
    "grain": Repeats(2, 4),
    "vegetable": Repeats(2, 4),
    "legume": Repeats(2, 3),
    "snack": Repeats(2, 3),
    "training_snack": Repeats(2, 4),
    "topping": Repeats(3, 6),
    "drink": Repeats(4, 7),
}
UNLIMITED = 99
WATER = frozenset({94000100, 94100100, 94000000})  # tap and bottled water: no cap at all
MILK = 21  # a glass with every meal: milk is a habit, and one carton is bought, not three
PLAIN_MILKS = ("111", "11320", "1135", "1136", "1137")  # cow's, soy, almond, rice, coconut; not chocolate
SHOWN = ("lunch_main", "dinner_main", "breakfast_main")  # a main stays a main wherever else it may stand


@lru_cache(maxsize=32)
def repeat_limits(catalog: Catalog, days: int) -> tuple[Ints, Ints]:
    """Free and most servings of every food, both (n,), in a period of 1 to 7 days.

    A food of several roles follows its main role, else the most generous one. A batch keeps for two servings.
    """
    pairs = [_of_food(catalog, row) for row in range(len(catalog))]
    free = np.array([p.free for p in pairs], dtype=np.int64)
    most = np.array([p.most for p in pairs], dtype=np.int64)
    return _scaled(free, days), _scaled(most, days)


def _of_food(catalog: Catalog, row: int) -> Repeats:
    if int(catalog.codes[row]) in WATER or not catalog.roles[row].any():  # no role: only ever locked in
        return Repeats(UNLIMITED, UNLIMITED)
    if str(catalog.codes[row]).startswith(PLAIN_MILKS):
        return Repeats(MILK, MILK)
    roles = [role for role, held in zip(ROLES, catalog.roles[row], strict=True) if held]
    mains = [role for role in roles if role in SHOWN] or roles
    most = max((BY_ROLE[role] for role in mains), key=lambda r: (r.most, r.free))
    batch = 2 if catalog.servings_at_a_time[row] > 1 else 1
    return Repeats(max(most.free, batch), max(most.most, batch))


def _scaled(counts: Ints, days: int) -> Ints:
    scaled = np.array([max(1, math.ceil(c * days / WEEK)) for c in counts.tolist()], dtype=np.int64)
    scaled.setflags(write=False)  # kept for all plans
    return scaled
