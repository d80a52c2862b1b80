"""Foods that the member has fixed: checked, and each given a place on its day's table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planners.errors import FieldError, InvalidRequest
from planners.nutrition.catalog import Catalog
from planners.nutrition.fitting import fits
from planners.nutrition.screen import mentioned, permitted
from planners.nutrition.slots import DayTable
from planners.spec import Diet, LockedFood, NutritionRequest

Bools = NDArray[np.bool_]

TOO_MUCH = 2.0  # times the catalogue's largest portion: a locked amount to ask about (chosen)


@dataclass(frozen=True, kw_only=True)
class Lock:
    """A locked food: `day` from 0, `row` of the catalogue; `place` of the table, None beside all places."""

    day: int
    slot: int
    place: int | None
    row: int
    grams: float


def place_locks(catalog: Catalog, table: DayTable, request: NutritionRequest) -> tuple[Lock, ...]:
    """Check the locked foods and seat each at a place that suits it and is still free that day.

    Raises
    ------
    InvalidRequest
        For an unknown food, a meal the plan has not, a food that breaks a diet or an allergy, one that is
        also disliked or stands twice, and meat with dairy in one kosher meal.
    """
    errors = [e for i, lock in enumerate(request.locked) for e in _faults(catalog, table, request, i, lock)]
    errors = errors or _meeting_faults(catalog, request)
    if errors:
        raise InvalidRequest(errors)
    if not request.locked:
        return ()
    needs = (*request.diets, *request.allergies)
    seats = np.array([fits(catalog, place, needs) for place in table.places])
    taken: set[tuple[int, int]] = set()
    return tuple(_seated(catalog, table, seats, taken, lock) for lock in request.locked)


def _faults(
    catalog: Catalog, table: DayTable, request: NutritionRequest, i: int, lock: LockedFood
) -> list[FieldError]:
    where = f"/locked/{i}"
    if lock.slot not in table.slots:
        allowed = tuple(str(slot) for slot in table.slots)
        text = f"a plan of {request.meals_per_day} meals has no {lock.slot}: one of {', '.join(allowed)}"
        return [FieldError(pointer=f"{where}/slot", detail=text, allowed=allowed)]
    row = catalog.row_of.get(lock.food_code)
    if row is None:
        return [FieldError(pointer=f"{where}/food_code", detail=f"{lock.food_code} is not in the catalogue")]
    name = catalog.names[row]
    texts = [
        f"{name} is not known to suit the diet {d}"
        for d in request.diets
        if not permitted(catalog, [d], [])[row]
    ]
    texts += [
        f"{name} contains {a}, or is not known to be free of it"
        for a in request.allergies
        if not permitted(catalog, [], [a])[row]
    ]
    if mentioned(catalog, request.dislikes)[row]:
        texts.append(f"{name} is also among the dislikes: drop one of the two")
    if any((o.day, o.slot, o.food_code) == (lock.day, lock.slot, lock.food_code) for o in request.locked[:i]):
        texts.append(f"{name} stands here a second time: add the grams up in one entry")
    return [FieldError(pointer=f"{where}/food_code", detail=text) for text in texts]


def large_locks(catalog: Catalog, request: NutritionRequest) -> tuple[str, ...]:
    """A sentence for each locked amount that looks like a slip: few people eat so much."""
    told = []
    for lock in request.locked:
        row = catalog.row_of[lock.food_code]
        usual_g = float(catalog.largest[row] * catalog.measure_g[row])
        if catalog.roles[row].any() and lock.grams > TOO_MUCH * usual_g:  # of an imported food nobody knows
            told.append(
                f"{catalog.names[row]} on day {lock.day}, {lock.slot.replace('_', ' ')}, is locked at "
                f"{lock.grams:g} g, where {usual_g:g} g is a large portion: please check the amount."
            )
    return tuple(told)


def _meeting_faults(catalog: Catalog, request: NutritionRequest) -> list[FieldError]:
    if Diet.KOSHER not in request.diets:
        return []
    faults = []
    for i, lock in enumerate(request.locked):
        beside = [o for o in request.locked[:i] if (o.day, o.slot) == (lock.day, lock.slot)]
        rows = [catalog.row_of[o.food_code] for o in (*beside, lock)]
        if catalog.kosher_meat[rows].any() and catalog.kosher_dairy[rows].any():
            text = "meat and dairy are locked into one meal, which is not kosher"
            faults.append(FieldError(pointer=f"/locked/{i}/food_code", detail=text))
    return faults


def _seated(
    catalog: Catalog, table: DayTable, seats: Bools, taken: set[tuple[int, int]], lock: LockedFood
) -> Lock:
    row, day = catalog.row_of[lock.food_code], lock.day - 1
    free = [
        p
        for p, place in enumerate(table.places)
        if place.slot == lock.slot and seats[p, row] and (day, p) not in taken
    ]
    free.sort(key=lambda p: table.places[p].optional)  # a main first
    place = free[0] if free else None
    if place is not None:
        taken.add((day, place))
    return Lock(day=day, slot=table.slots.index(lock.slot), place=place, row=row, grams=lock.grams)
