"""The table of a day: which meals there are, what stands on each plate, and each meal's energy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planners.nutrition.nutrients import ROLES
from planners.spec import Activity, NutritionRequest, Slot

SHARE_BAND = 0.15  # a meal's mean energy may stray this share from its own share of the day (chosen)
TRAINING_SHARE = 0.03  # of the day's energy, moved from dinner to the snack that training days need (chosen)

MEALS: Mapping[int, tuple[Slot, ...]] = {
    3: (Slot.BREAKFAST, Slot.LUNCH, Slot.DINNER),
    4: (Slot.BREAKFAST, Slot.LUNCH, Slot.AFTERNOON_SNACK, Slot.DINNER),
    5: (Slot.BREAKFAST, Slot.MORNING_SNACK, Slot.LUNCH, Slot.AFTERNOON_SNACK, Slot.DINNER),
    6: tuple(Slot),
}
SHARES: Mapping[int, tuple[float, ...]] = {  # of the day's energy, in the order of MEALS (chosen)
    3: (0.30, 0.35, 0.35),
    4: (0.25, 0.30, 0.14, 0.31),
    5: (0.24, 0.10, 0.27, 0.13, 0.26),
    6: (0.22, 0.10, 0.25, 0.12, 0.23, 0.08),
}
MEAL_PROTEIN_SHARE: Mapping[Slot, float] = {  # least share of the day's protein in each main meal (chosen)
    Slot.BREAKFAST: 0.18,
    Slot.LUNCH: 0.24,
    Slot.DINNER: 0.24,
}
PLATES: Mapping[Slot, tuple[str, ...]] = {  # "?" marks what a meal may go without
    Slot.BREAKFAST: ("breakfast_main", "breakfast_bread?", "fruit", "dairy?", "topping?", "drink?"),
    Slot.MORNING_SNACK: ("snack", "fruit?", "drink?"),
    Slot.LUNCH: ("lunch_main", "grain?", "vegetable", "legume?", "topping?", "fruit?", "dairy?", "drink?"),
    Slot.AFTERNOON_SNACK: ("snack", "fruit?", "dairy?", "drink?"),
    Slot.DINNER: (
        "dinner_main", "grain?", "vegetable", "vegetable?", "legume?", "topping?", "fruit?", "dairy?",
        "drink?",
    ),
    Slot.EVENING_SNACK: ("snack", "dairy?", "drink?"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Place:
    """One place on the table of a day: every day one food of the role stands there, or none if optional."""

    slot: Slot
    role: str
    optional: bool

    @property
    def role_index(self) -> int:
        """Column of `Catalog.roles`."""
        return ROLES.index(self.role)


@dataclass(frozen=True, kw_only=True)
class DayTable:
    """The places of a day, the meals in their order and each meal's share of the day's energy."""

    places: tuple[Place, ...]
    slots: tuple[Slot, ...]
    shares: tuple[float, ...]

    @property
    def slot_of_place(self) -> tuple[int, ...]:
        """For each place, the index of its meal in `slots`."""
        return tuple(self.slots.index(p.slot) for p in self.places)


def day_table(request: NutritionRequest) -> DayTable:
    """The table that a request asks for; members who train get a training snack in the afternoon."""
    slots = MEALS[request.meals_per_day]
    trains = request.member.activity in (Activity.ACTIVE, Activity.VERY_ACTIVE)
    places = [_place(slot, word) for slot in slots for word in PLATES[slot]]
    shares = list(SHARES[request.meals_per_day])
    if trains and Slot.AFTERNOON_SNACK in slots:
        places.append(_place(Slot.AFTERNOON_SNACK, "training_snack"))
        shares[slots.index(Slot.AFTERNOON_SNACK)] += TRAINING_SHARE
        shares[slots.index(Slot.DINNER)] -= TRAINING_SHARE
    places.sort(key=lambda place: slots.index(place.slot))
    return DayTable(places=tuple(places), slots=slots, shares=tuple(shares))


def _place(slot: Slot, word: str) -> Place:
    return Place(slot=slot, role=word.rstrip("?"), optional=word.endswith("?"))
