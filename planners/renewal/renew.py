"""The night's one entry to the planners: the plan of before in, the next one out, or none if none is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from planners.nutrition.catalog import load_catalog
from planners.nutrition.references import REFERENCES_VERSION
from planners.outcome import StopSignal, never
from planners.plan import ENGINE_VERSION, Plan
from planners.renewal.learned import Learned
from planners.renewal.menu import allergies_told, is_menu_of_now, next_menu, renewed_menu
from planners.renewal.training import (
    first_planned,
    is_as_before,
    is_training_of_now,
    next_training,
    renewed_training,
    trained_since,
    without_history,
)
from planners.renewal.window import Window, window_of
from planners.spec import NutritionRequest, PlanRequest, WorkoutRequest, read_request, request_json
from planners.told import with_allergies
from planners.workout.catalog import load_catalogue

WEEK_DAYS = 7


@dataclass(frozen=True, kw_only=True)
class Before:
    """A member's current plan: the request it was made from and the plan itself, as JSON data."""

    request: Mapping[str, Any]
    body: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Renewed:
    """The next plan and the request that it answers."""

    request: PlanRequest
    plan: Plan


@cache
def versions() -> str:
    """The versions of all that a plan is made with besides its request."""
    return f"{ENGINE_VERSION} {load_catalog().version} {REFERENCES_VERSION} {load_catalogue().version}"


def renew(
    before: Before,
    learned: Learned,
    *,
    first_day: date,
    ahead_days: int,
    forced: bool = False,
    stopped: StopSignal = never,
) -> Renewed | None:
    """The plan from `first_day` on; None when the present one answers what is known now.

    Parameters
    ----------
    first_day : the first day that is planned anew; what lies before it is lived.
    ahead_days : days from `first_day` that a plan must still cover; else the next one begins.
    forced : make it even when nothing has changed.

    Raises
    ------
    InvalidRequest
        When what is known now asks for something that cannot be planned.
    Infeasible
        When no plan can meet it.
    Stopped
        When `stopped()` became true first.
    """
    was = read_request(dict(before.request), today=first_day)
    told = _as_told(was, before.request, learned, first_day)
    window = _window(was, told, first_day, ahead_days)
    if isinstance(was, WorkoutRequest) and isinstance(told, WorkoutRequest):
        return _training(was, told, before.body, learned, window, forced, stopped)
    assert isinstance(told, NutritionRequest)  # noqa: S101 (for the type checker: of one kind with `was`)
    return _menu(was, told, before.body, learned, window, first_day, forced, stopped)


def _menu(
    was: PlanRequest,
    told: NutritionRequest,
    body: Mapping[str, Any],
    learned: Learned,
    window: Window,
    first_day: date,
    forced: bool,
    stopped: StopSignal,
) -> Renewed | None:
    asked, why = next_menu(told, window, learned, first_day)
    why = [*allergies_told(was, told), *why]
    if asked == was and not forced and is_menu_of_now(body):
        return None
    _check(asked, first_day)
    return Renewed(request=asked, plan=renewed_menu(asked, body, window, why, stopped))


def _training(
    was: WorkoutRequest,
    told: WorkoutRequest,
    body: Mapping[str, Any],
    learned: Learned,
    window: Window,
    forced: bool,
    stopped: StopSignal,
) -> Renewed | None:
    asked, why = next_training(told, window, learned)
    same = without_history(asked) == without_history(was) and is_training_of_now(body)
    if same and not forced and not trained_since(asked):
        return None
    _check(asked, first_planned(window))
    plan = renewed_training(asked, body, why, stopped)
    if same and not forced and is_as_before(plan, body):
        return None
    return Renewed(request=without_history(asked), plan=plan)


def _check(request: PlanRequest, today: date) -> None:
    """Raise InvalidRequest where what is known now contradicts itself."""
    read_request(request_json(request), today)


def likeness(request: Mapping[str, Any]) -> tuple[str, ...]:
    """What requests share that are quickest planned one after another, as their JSON says it."""
    rules = (request.get(name) for name in ("meals_per_day", "diets", "allergies"))
    return tuple(str(rule) for rule in rules)


def _window(was: PlanRequest, told: PlanRequest, first_day: date, ahead_days: int) -> Window:
    days = was.days if isinstance(was, NutritionRequest) else was.weeks * WEEK_DAYS
    window = window_of(was.start_date or first_day, days, first_day, ahead_days)
    if window.lived and allergies_told(was, told):
        # The days that are lived may hold what no menu may hold from now on: they stay in the plan of before.
        return Window(start=first_day, days=days, lived=0, next=True)
    return window


def _as_told(was: PlanRequest, request: Mapping[str, Any], learned: Learned, first_day: date) -> PlanRequest:
    """The request with what the member has told of himself since."""
    if learned.profile:
        told = {**request, "member": {**request["member"], **learned.profile}}
        was = read_request(told, today=first_day)
    return with_allergies(was, learned.allergies)
