"""The one entry to the planners, for workers and command line: request in, plan out; a plan changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from planners.change import (
    Change,
    ItemOffer,
    ItemQuestion,
    MenuChange,
    Offer,
    Question,
    TrainingChange,
    TrainingQuestion,
)
from planners.errors import FieldError, InvalidRequest
from planners.nutrition.change import changed_menu, item_offers
from planners.nutrition.planner import plan_nutrition
from planners.nutrition.proof import prove_foods, prove_safe
from planners.outcome import StopSignal, never
from planners.plan import NutritionPlan, Plan
from planners.spec import NutritionRequest, PlanRequest, WorkoutRequest
from planners.workout.change import changed_training, training_offers
from planners.workout.planner import plan_workout
from planners.workout.reflow import is_under_way, reflow


def make_plan(request: PlanRequest, stopped: StopSignal = never) -> Plan:
    """Make the plan that `request` asks for.

    Pure: the same request gives the same plan on the same versions of the libraries.

    Raises
    ------
    Infeasible
        When no plan can meet the request; it says what works against what.
    Stopped
        When `stopped()` became true before the plan was ready.
    """
    if isinstance(request, NutritionRequest):
        return plan_nutrition(request, stopped)
    if is_under_way(request):
        return reflow(request, stopped=stopped)
    return plan_workout(request, stopped)


def change_plan(request: PlanRequest, body: Mapping[str, Any], change: Change) -> Plan:
    """The plan that answered `request` and is `body` as JSON data, with one change and all else held.

    Raises
    ------
    InvalidRequest
        When the plan has no such part, or the change is none for plans of its kind.
    Infeasible
        When no plan with the change keeps every limit.
    """
    if isinstance(request, NutritionRequest) and isinstance(change, MenuChange):
        return changed_menu(request, body, change)
    if isinstance(request, WorkoutRequest) and isinstance(change, TrainingChange):
        return changed_training(request, body, change)
    raise _no_such_change(request)


def offers(request: PlanRequest, body: Mapping[str, Any], asked: Question) -> tuple[Offer, ...]:
    """What could stand instead of a part of the plan, best first. Raises InvalidRequest as `change_plan`."""
    if isinstance(request, NutritionRequest) and isinstance(asked, ItemQuestion):
        return item_offers(request, body, asked)
    if isinstance(request, WorkoutRequest) and isinstance(asked, TrainingQuestion):
        return training_offers(request, body, asked)
    raise _no_such_change(request)


def prove(request: NutritionRequest, made: Plan | Sequence[Offer]) -> None:
    """Look at a finished menu, or at foods to be offered, once more, by code that chose none of them.

    Raises
    ------
    UnsafePlan
        When one of the foods may hold an allergen of the request's, or does not suit a diet.
    """
    if isinstance(made, NutritionPlan):
        prove_safe(made, request)
    elif isinstance(made, Sequence):
        prove_foods([offer.item for offer in made if isinstance(offer, ItemOffer)], request)


def _no_such_change(request: PlanRequest) -> InvalidRequest:
    return InvalidRequest([FieldError(pointer="", detail=f"a {request.kind} plan takes no such change")])
