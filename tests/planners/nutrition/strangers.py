"""Members drawn at random, and what their plans break: `python -m tests.planners.nutrition.strangers 10000`.

Request number n is the same whenever and wherever it is drawn, so a breach can be looked at again by its
number. The plans are held against the words of the catalogue's file by code that shares nothing with the
planner or its proof.
"""

from __future__ import annotations

import csv
import os
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import planners
from planners.errors import Infeasible, InvalidRequest
from planners.nutrition.planner import plan_nutrition
from planners.plan import NutritionPlan
from planners.spec import Activity, Allergen, Diet, NutritionGoal, Sex
from tests.planners.nutrition.asking import ask

KIN = 8  # requests in a row that share diets, allergies and meals, as members of one household might
WORDS = ("salmon", "oatmeal", "pasta", "apple", "beans", "rice", "milk", "broccoli", "liver", "cheese")
SHARD = 250


def stranger(number: int) -> dict[str, Any]:
    """The fields of request `number`: any diets and allergies, all ages, some budgets, likes and dislikes."""
    kin = np.random.Generator(np.random.PCG64([29, number // KIN]))
    own = np.random.Generator(np.random.PCG64([31, number]))
    height = int(own.integers(150, 200))
    likes, dislikes = (_some(own, WORDS, share) for share in (0.1, 0.1))
    fields = {
        "seed": int(own.integers(0, 2**62)),
        "meals_per_day": int(kin.integers(3, 7)),
        "days": int(own.choice([1, 3, 7, 7, 10])),
        "diets": _some(kin, [str(d) for d in Diet], 0.2),
        "allergies": _some(kin, [str(a) for a in Allergen], 0.17),
        "likes": [word for word in likes if word not in dislikes],
        "dislikes": dislikes,
        "goal": str(own.choice([str(goal) for goal in NutritionGoal])),
        "member": {
            "sex": str(own.choice([str(sex) for sex in Sex])),
            "age_years": int(own.integers(17, 80)),
            "height_cm": height,
            "weight_kg": round(float(own.uniform(16.5, 38.0)) * (height / 100.0) ** 2, 1),
            "activity": str(own.choice([str(activity) for activity in Activity])),
        },
    }
    if own.random() < 0.15:
        fields["budget_usd_per_day"] = round(float(own.uniform(3.0, 12.0)), 2)
    return fields


def _some(rng: np.random.Generator, words: Iterable[str], share: float) -> list[str]:
    return [word for word in words if rng.random() < share]


@cache
def _file() -> dict[int, dict[str, str]]:
    """The catalogue's cells as they stand in the file."""
    text = (Path(planners.__file__).parent / "data" / "foods.csv").read_text(encoding="utf-8")
    header, *lines = list(csv.reader(text.splitlines()[1:]))
    return {int(cells[0]): dict(zip(header, cells, strict=True)) for cells in lines}


def broken(plan: NutritionPlan, fields: Mapping[str, Any]) -> list[str]:
    """Every food that its eater must not have, and every kosher meal of meat and milk."""
    told = []
    for day in plan.days:
        for meal in day.meals:
            foods = [_file()[item.food_code] for item in meal.items]
            for food in foods:
                told += [f"{food['name']}: {a}" for a in fields["allergies"] if food["contains_" + a] != "no"]
                told += [f"{food['name']}: {d}" for d in fields["diets"] if food["suits_" + d] != "yes"]
            if "kosher" in fields["diets"] and {"meat", "dairy"} <= {food["kosher_kind"] for food in foods}:
                told.append(f"day {day.day}, {meal.slot}: meat with dairy")
    return told


def outcome(number: int) -> tuple[str, list[str]]:
    """How request `number` ended, and what its plan broke."""
    fields = stranger(number)
    try:
        plan = plan_nutrition(ask(**fields))
    except InvalidRequest:
        return "refused", []
    except Infeasible:
        return "impossible", []
    return "planned", broken(plan, fields)


def _shard(first: int, last: int) -> tuple[Counter[str], list[str]]:
    ends: Counter[str] = Counter()
    found = []
    for number in range(first, last):
        end, told = outcome(number)
        ends[end] += 1
        found += [f"request {number}: {text}" for text in told]
    return ends, found


def main(count: int) -> int:
    """Plan for so many strangers in shards, in a process for each core; 1 when any plan broke a rule."""
    bounds = [(first, min(first + SHARD, count)) for first in range(0, count, SHARD)]
    ends: Counter[str] = Counter()
    found: list[str] = []
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        for done, (shard_ends, shard_found) in enumerate(
            pool.map(_shard, *zip(*bounds, strict=True)), start=1
        ):
            ends.update(shard_ends)
            found += shard_found
            print(f"{done * SHARD}: {dict(ends)}, breaches: {len(found)}", flush=True)
    for line in found:
        print(line)
    return 1 if found or not ends["planned"] else 0


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1])))
