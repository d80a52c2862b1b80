"""What a planner gives back: frozen, complete, units in the names. Standard library only.

`plan_json` turns either plan into the JSON of the API; nothing else does.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from planners.outcome import Termination
from planners.spec import Kind, Slot, Weekday

ENGINE_VERSION = "1.0.0"
"""Version of the planners' code: raised whenever a plan for the same request and seed may change."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """A limit on a daily amount, and where it comes from. None is no limit on that side."""

    min: float | None = None
    max: float | None = None
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Hei:
    """Healthy Eating Index 2020: the total of 0-100 and the points of each component."""

    total: float
    components: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Solution:
    """How good the plan is under its model. `gap` = (objective - lower_bound) / objective."""

    status: Termination
    objective: float
    lower_bound: float
    gap: float
    seed: int


@dataclass(frozen=True, kw_only=True)
class Item:
    """One food on a plate."""

    food_code: int
    name: str
    grams: float
    measure: str
    role: str
    cost_usd: float
    locked: bool = False


@dataclass(frozen=True, kw_only=True)
class Meal:
    """One meal of a day."""

    slot: Slot
    kcal: float
    items: tuple[Item, ...]


@dataclass(frozen=True, kw_only=True)
class MenuDay:
    """One day of a menu: its meals and what they add up to."""

    day: int
    date: date
    meals: tuple[Meal, ...]
    nutrients: Mapping[str, float]
    targets: Mapping[str, Target]
    cost_usd: float
    hei_2020: Hei


@dataclass(frozen=True, kw_only=True)
class MenuWeek:
    """Up to seven days; nutrients and cost are means per day, to be held against the daily targets."""

    week: int
    first_day: int
    last_day: int
    nutrients: Mapping[str, float]
    targets: Mapping[str, Target]
    cost_usd: float
    hei_2020: Hei


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """One line of the shopping list."""

    food_code: int
    name: str
    grams: float
    measure: str
    cost_usd: float


@dataclass(frozen=True, kw_only=True)
class NutritionPlan:
    """A menu."""

    kind: Kind = field(default=Kind.NUTRITION)
    start_date: date
    days: tuple[MenuDay, ...]
    weeks: tuple[MenuWeek, ...]
    shopping_list: tuple[Purchase, ...]
    solution: Solution
    versions: Mapping[str, str]
    warnings: tuple[str, ...]
    changes: tuple[str, ...] | None = None  # of a renewed plan: what is not as before, and why


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """One line of a session. Of reps, seconds and distance_m exactly one is given."""

    exercise_id: str
    name: str
    sets: int
    reps: int | None = None
    seconds: float | None = None
    distance_m: float | None = None
    load_kg: float | None = None
    pace_s_per_km: float | None = None
    rpe: float | None = None
    rest_s: int = 0
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class TrainingDay:
    """One day of a training week. `load` is session RPE × minutes (Foster 2001)."""

    date: date
    weekday: Weekday
    session_type: str
    minutes: float
    kcal: float
    rpe: float
    load: float
    exercises: tuple[Exercise, ...]


@dataclass(frozen=True, kw_only=True)
class TrainingWeek:
    """One week: `load` is the sum of its days'."""

    week: int
    phase: str
    load: float
    minutes: float
    deload: bool
    taper: bool
    days: tuple[TrainingDay, ...]


@dataclass(frozen=True, kw_only=True)
class EventPrediction:
    """Result of one event now and on the test day, in the event's unit; points by the official table."""

    unit: str
    now: float
    expected: float
    cautious: float
    points: float | None
    points_cautious: float | None


@dataclass(frozen=True, kw_only=True)
class RuleCheck:
    """One rule of a good plan: its limit, the plan's worst value and whether it holds."""

    limit: str
    value: float
    met: bool


@dataclass(frozen=True, kw_only=True)
class WorkoutPlan:
    """A training plan."""

    kind: Kind = field(default=Kind.WORKOUT)
    start_date: date
    weeks: tuple[TrainingWeek, ...]
    prediction: Mapping[str, EventPrediction]
    checks: Mapping[str, RuleCheck]
    because: tuple[str, ...]
    solution: Solution
    versions: Mapping[str, str]
    warnings: tuple[str, ...]
    changes: tuple[str, ...] | None = None  # of a renewed plan: what is not as before, and why


Plan = NutritionPlan | WorkoutPlan


AS_IT_IS = frozenset({str, int, float, bool})


@cache
def _names(kind: type) -> tuple[str, ...] | None:
    """The names of a dataclass's fields; None for other types."""
    return tuple(f.name for f in dataclasses.fields(kind)) if dataclasses.is_dataclass(kind) else None


def plan_json(plan: Plan) -> dict[str, Any]:
    """The plan as JSON data: dates as ISO 8601 text, absent values left out."""
    data: dict[str, Any] = as_json(plan)
    return data


def as_json(value: Any) -> Any:
    """Anything that is made of a plan's parts as JSON data, written as in plans."""
    kind: type = type(value)
    if kind in AS_IT_IS:
        return value
    if (names := _names(kind)) is not None:
        pairs = ((name, getattr(value, name)) for name in names)
        return {name: as_json(v) for name, v in pairs if v is not None}
    if isinstance(value, Mapping):
        return {str(k): as_json(v) for k, v in value.items()}
    if isinstance(value, tuple):
        return [as_json(v) for v in value]
    if isinstance(value, StrEnum):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value
