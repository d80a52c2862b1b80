"""Requests and prepared programs that the tests of the nutrition planner share."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import numpy as np

from planners.nutrition.catalog import load_catalog
from planners.nutrition.diet import Mix
from planners.nutrition.options import Options, make_options
from planners.nutrition.planner import plan_nutrition
from planners.nutrition.week import Week
from planners.nutrition.weeks import Case, make_case, period_week
from planners.plan import Item, NutritionPlan
from planners.spec import NutritionRequest, read_request

TODAY = date(2026, 11, 30)
CATALOG = load_catalog()
SOLDIER = {"sex": "male", "age_years": 24, "height_cm": 178, "weight_kg": 82, "activity": "active"}
WOMAN = {"sex": "female", "age_years": 30, "height_cm": 165, "weight_kg": 60, "activity": "low_active"}


def code(name: str) -> int:
    """The code of a food by its name in the catalogue."""
    return int(CATALOG.codes[CATALOG.names.index(name)])


def ask(**fields: Any) -> NutritionRequest:
    """A nutrition request of a soldier's, read as the platform reads it; fields replace or add."""
    request = read_request({"kind": "nutrition", "member": SOLDIER} | fields, TODAY)
    assert isinstance(request, NutritionRequest)
    return request


@cache
def case_of(seed: int = 0, days: int = 7) -> Case:
    return make_case(CATALOG, ask(seed=seed, days=days))


@cache
def solved(seed: int = 0, days: int = 7) -> tuple[Case, Week, Mix]:
    """A period's limits and the optimum of its linear program."""
    case = case_of(seed, days)
    week = period_week(case, 0, {})
    mix = case.program.solve(week)
    assert mix is not None
    return case, week, mix


@cache
def options_for(seed: int = 0, days: int = 7) -> Options:
    case, week, mix = solved(seed, days)
    return make_options(case.program.pattern, week, mix)


@cache
def plan_for(seed: int = 0) -> NutritionPlan:
    return plan_nutrition(ask(seed=seed))


def items(plan: NutritionPlan) -> list[Item]:
    return [item for day in plan.days for meal in day.meals for item in meal.items]


def generator(seed: int = 0) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))
