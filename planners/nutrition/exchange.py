"""A food exchanged for another at one cell of a laid-out plan, with every limit kept."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planners.errors import FieldError, InvalidRequest
from planners.nutrition.changes import changes_of, gains, hard_shares, make_change
from planners.nutrition.laid import Laid
from planners.nutrition.mend import SMALL_MISS
from planners.nutrition.menu import TOLERANCE
from planners.nutrition.options import EMPTY
from planners.spec import Slot

Ints = NDArray[np.int64]

TRIED = 40  # foods that are followed up, the most promising first
MOST_PORTIONS = 4  # portions elsewhere that may change to keep the limits


def cell_of(laid: Laid, day: int, slot: Slot, food_code: int) -> tuple[int, int]:
    """Place, and day of the period, of an item."""
    nth = day - laid.first_day
    places = laid.case.program.pattern.table.places
    row = laid.case.catalog.row_of.get(food_code)
    for p, place in enumerate(places):
        if place.slot == slot and row is not None and laid.table.food[laid.table.option[p, nth]] == row:
            if laid.table.locked[p, nth]:
                text = "this food is locked: unlock it first"
                raise InvalidRequest([FieldError(pointer="/food_code", detail=text)])
            return p, nth
    text = f"the plan has no food {food_code} on day {day} at {slot}"
    raise InvalidRequest([FieldError(pointer="/food_code", detail=text)])


def foods_at(laid: Laid, place: int) -> Ints:
    """Foods that may stand at a place, by the options laid out."""
    start, stop = laid.options.start[place], laid.options.start[place + 1]
    food = np.unique(laid.options.food[start:stop])
    return np.asarray(food[food != EMPTY])


def promising(laid: Laid, place: int, nth: int) -> list[int]:
    """Foods to try at a cell: those whose best portion harms the plan least, alone."""
    changes = changes_of(laid.options, laid.table, np.array([place]), np.array([nth]))
    food, old = laid.options.food[changes.after], laid.options.food[changes.before[0]]
    gain = gains(laid.options, laid.table, changes)
    order = [int(i) for i in np.argsort(gain, kind="stable") if food[i] not in (EMPTY, old)]
    return list(dict.fromkeys(int(food[i]) for i in order))[:TRIED]


def with_food(laid: Laid, place: int, nth: int, food: int) -> Laid | None:
    """The period with a food at a cell and few portions changed to keep the limits; None if none do."""
    laid = laid.copied()
    changes = changes_of(laid.options, laid.table, np.array([place]), np.array([nth]))
    mine = changes.where(laid.options.food[changes.after] == food)
    make_change(laid.table, mine, int(np.argmin(gains(laid.options, laid.table, mine))))
    for _ in range(MOST_PORTIONS):
        if sound(laid):
            return laid
        if not better_portion(laid):
            return None
    return laid if sound(laid) else None


def sound(laid: Laid) -> bool:
    """Whether every hard limit of the period and of its days is kept, or as well kept as it was."""
    week = hard_shares(laid.options, laid.table) <= np.maximum(TOLERANCE, laid.hard_before)
    days = laid.table.day_misses(laid.table.day_total) <= np.maximum(SMALL_MISS, laid.days_before)
    return bool(week.all() and days.all())


def better_portion(laid: Laid) -> bool:
    """Change the one portion of the period that helps most; False when none does."""
    places, days = np.divmod(np.arange(laid.table.option.size), laid.table.option.shape[1])
    changes = changes_of(laid.options, laid.table, places, days)
    old, new = laid.options.food[changes.before], laid.options.food[changes.after]
    changes = changes.where((old == new) & (old != EMPTY) & (changes.before != changes.after))
    gain = gains(laid.options, laid.table, changes)
    best = int(np.argmin(gain))
    if gain[best] > -1e-6:
        return False
    make_change(laid.table, changes, best)
    return True
