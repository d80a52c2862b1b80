"""Changes of menus, the question about one, and what is offered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from planners.change.swap import Swap, refusal
from planners.plan import Item
from planners.reading import limits
from planners.spec import Slot

FIRST_FOOD, LAST_FOOD = 10_000_000, 99_999_999


@dataclass(frozen=True, kw_only=True)
class ItemSwap:
    """Another food in the place of one item."""

    swap: Swap = limits('The word "item".', default=Swap.ITEM)
    day: int = limits("Day of the plan, from 1.", least=1, most=28)
    slot: Slot = limits("The meal.")
    food_code: int = limits("The food to replace.", least=FIRST_FOOD, most=LAST_FOOD, example=11112210)
    to: int | None = limits(
        "The food that is wanted instead; the best alternative when left out.",
        default=None,
        least=FIRST_FOOD,
        most=LAST_FOOD,
    )


@dataclass(frozen=True, kw_only=True)
class MealSwap:
    """Other foods for one meal."""

    swap: Swap = limits('The word "meal".', default=Swap.MEAL)
    day: int = limits("Day of the plan, from 1.", least=1, most=28)
    slot: Slot = limits("The meal.")
    seed: int = limits("Another seed, another meal.", default=1, least=0, most=2**31)


@dataclass(frozen=True, kw_only=True)
class DaySwap:
    """Other foods for one day."""

    swap: Swap = limits('The word "day".', default=Swap.DAY)
    day: int = limits("Day of the plan, from 1.", least=1, most=28)
    seed: int = limits("Another seed, another day.", default=1, least=0, most=2**31)


@dataclass(frozen=True, kw_only=True)
class DayTrade:
    """Two days of one week, each in the other's place."""

    swap: Swap = limits('The word "days".', default=Swap.DAYS)
    day: int = limits("Day of the plan, from 1.", least=1, most=28)
    other: int = limits("Another day of the same week.", least=1, most=28)


MenuChange = ItemSwap | MealSwap | DaySwap | DayTrade


@dataclass(frozen=True, kw_only=True)
class ItemQuestion:
    """Which item of a menu alternatives are asked for."""

    day: int = limits("Day of the plan, from 1.", least=1, most=28)
    slot: Slot = limits("The meal.")
    food_code: int = limits(
        "The food that something else could stand for.", least=FIRST_FOOD, most=LAST_FOOD, example=11112210
    )


@dataclass(frozen=True, kw_only=True)
class ItemOffer:
    """A food that could stand instead of another, and what the day then gains."""

    item: Item
    kcal: float = limits("Energy that the day gains, in kcal.")
    protein_g: float = limits("Protein that the day gains, in grams.")
    cost_usd: float = limits("What the day then costs more, in US dollars.")
    hei_2020: float = limits("Points of the Healthy Eating Index that the day gains.")
    also: tuple[str, ...] = limits("Portions elsewhere that change, so that every limit is kept.")


def check_in_menu(days: list[Mapping[str, Any]], asked: MenuChange | ItemQuestion) -> None:
    """Look that a menu has the days, the meal and the item that a change or question names.

    Raises
    ------
    InvalidRequest
        With a pointer to what the menu has not.
    """
    for field in ("day", "other"):
        day = getattr(asked, field, None)
        if day is not None and day > len(days):
            raise refusal(field, f"must be from 1 to {len(days)}, the days of the plan")
    if isinstance(asked, DayTrade) and asked.other == asked.day:
        raise refusal("other", "must be another day than day")
    slot = getattr(asked, "slot", None)
    meals = {meal["slot"]: meal for meal in days[asked.day - 1]["meals"]}
    if slot is not None and slot not in meals:
        raise refusal("slot", f"the plan has no {slot}", tuple(meals))
    food = getattr(asked, "food_code", None)
    codes = [item["food_code"] for item in meals[slot]["items"]] if slot is not None else []
    if food is not None and food not in codes:
        raise refusal("food_code", f"the plan has no food {food} on day {asked.day} at {slot}")
