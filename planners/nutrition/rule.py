"""A rule that counts foods: its shape, for the rules of meals and of the week's mains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planners.nutrition import prices
from planners.nutrition.slots import DayTable
from planners.spec import Slot

Floats = NDArray[np.float64]
Counts = NDArray[np.int8]

MAINS = ("lunch_main", "dinner_main")


@dataclass(frozen=True, kw_only=True, eq=False)
class PairRule:
    """Σ count over a meal of one day ≤ per_day; over all meals of the week, in the mean, where slot is None.

    count : (places, n) what each food counts for at each place, from -1 to 2; nought outside the meal.
    hard : never broken; otherwise each break costs `price` dollars.
    """

    name: str
    slot: Slot | None
    count: Counts
    per_day: float
    hard: bool
    price: float


def make_rule(
    name: str,
    slot: Slot | None,
    table: DayTable,
    counts: Mapping[str, Floats],
    *,
    hard: bool = False,
    per_day: float = 1.0,
) -> PairRule:
    """A rule by what each food (n,) counts for in each role; roles that are not named count for nothing."""
    zero = np.zeros(len(next(iter(counts.values()))))
    rows = [counts.get(p.role, zero) if slot in (p.slot, None) else zero for p in table.places]
    price = prices.KIND_USD if slot is None else prices.PAIRING_USD
    return PairRule(
        name=name, slot=slot, count=np.array(rows, dtype=np.int8), per_day=per_day, hard=hard, price=price
    )
