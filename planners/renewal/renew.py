"""The night's one entry to the planners: the plan of before in, the next one out, or none if none is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from planners.nutrition.catalog import load_catalog
from planners.nutrition.planner import versions as menu_versions
from planners.nutrition.references import REFERENCES_VERSION
from planners.outcome import StopSignal, never
from planners.plan import ENGINE_VERSION, Plan
from planners.renewal.learned import Learned
from planners.renewal.menu import next_menu, renewed_menu
from planners.renewal.training import next_training, renewed_training
from planners.renewal.window import Window, window_of
from planners.spec import NutritionRequest, PlanRequest, read_request, request_json
from planners.workout.catalog import load_catalogue
from planners.workout.planner import versions as training_versions

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
    window = _window(was, first_day, ahead_days)
    asked = _asked(_as_told(was, before.request, learned, first_day), window)
    if asked == was and not forced and _is_of_now(asked, before.body):
        return None
    asked = read_request(request_json(asked), today=first_day)
    if isinstance(asked, NutritionRequest):
        return Renewed(request=asked, plan=renewed_menu(asked, before.body, window, stopped))
    return Renewed(request=asked, plan=renewed_training(asked, stopped))


def likeness(request: Mapping[str, Any]) -> tuple[str, ...]:
    """What the requests have in common that are quickest planned one after another, as their JSON says it."""
    rules = (request.get(name) for name in ("meals_per_day", "diets", "allergies"))
    return tuple(str(rule) for rule in rules)


def _window(was: PlanRequest, first_day: date, ahead_days: int) -> Window:
    days = was.days if isinstance(was, NutritionRequest) else was.weeks * WEEK_DAYS
    return window_of(was.start_date or first_day, days, first_day, ahead_days)


def _as_told(was: PlanRequest, request: Mapping[str, Any], learned: Learned, first_day: date) -> PlanRequest:
    """The request with what the member has told of himself since."""
    if not learned.profile:
        return was
    return read_request({**request, "member": {**request["member"], **learned.profile}}, today=first_day)


def _is_of_now(request: PlanRequest, body: Mapping[str, Any]) -> bool:
    """Whether the plan was made with the planners and tables of today."""
    if isinstance(request, NutritionRequest):
        return bool(body["versions"] == menu_versions(load_catalog()))
    return bool(body["versions"] == training_versions())


def _asked(request: PlanRequest, window: Window) -> PlanRequest:
    if isinstance(request, NutritionRequest):
        return next_menu(request, window)
    return next_training(request, window)
