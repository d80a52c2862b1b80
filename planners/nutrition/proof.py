"""The second look: a finished plan held against the raw tags of the catalogue's file, by code of its own.

Nothing here uses what the planner used to choose foods: the file is read again as text, tags are compared as
words, and whatever is not plainly said to be safe counts as a breach.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from planners.plan import Item, NutritionPlan
from planners.spec import NutritionRequest

FREE, SUITED = "no", "yes"


class UnsafePlan(RuntimeError):
    """A finished plan breaks an allergy or a diet: a fault of the planner, and the plan must not go out."""


@cache
def raw_foods() -> dict[str, dict[str, str]]:
    """The catalogue's cells as text, by food code."""
    lines = files("planners").joinpath("data/foods.csv").read_text(encoding="utf-8").splitlines()
    return {row["code"]: row for row in csv.DictReader(lines[1:])}


def prove_safe(plan: NutritionPlan, request: NutritionRequest) -> None:
    """Raise UnsafePlan at the first breach of an allergy, a diet or the kosher rule of one meal."""
    found = breaches(plan, request)
    if found:
        raise UnsafePlan("; ".join(found))


def prove_foods(items: Iterable[Item], request: NutritionRequest) -> None:
    """Raise UnsafePlan at the first breach of an allergy or a diet by foods that stand alone."""
    foods = [raw_foods().get(str(item.food_code), {}) for item in items]
    found = [text for food in foods for text in _breaches_of_food(food, request)]
    if found:
        raise UnsafePlan("; ".join(found))


def breaches(plan: NutritionPlan, request: NutritionRequest) -> list[str]:
    """Every breach in words."""
    told = []
    for day in plan.days:
        for meal in day.meals:
            where = f"day {day.day}, {meal.slot}"
            foods = [raw_foods().get(str(item.food_code), {}) for item in meal.items]
            for food in foods:
                told += [f"{where}: {text}" for text in _breaches_of_food(food, request)]
            if "kosher" in [str(d) for d in request.diets] and _mixed(foods):
                told.append(f"{where}: meat and dairy in one kosher meal")
    return told


def _breaches_of_food(food: dict[str, str], request: NutritionRequest) -> list[str]:
    name = food.get("name", "a food that the catalogue has not")
    told = [
        f"{name} may hold {a}" for a in request.allergies if food.get(f"contains_{a}", "").strip() != FREE
    ]
    told += [
        f"{name} does not suit {d}" for d in request.diets if food.get(f"suits_{d}", "").strip() != SUITED
    ]
    return told


def _mixed(foods: list[dict[str, str]]) -> bool:
    kinds = [food.get("kosher_kind", "").strip() for food in foods]
    meat = any(kind in ("meat", "") for kind in kinds)
    return meat and any(kind in ("dairy", "") for kind in kinds)
