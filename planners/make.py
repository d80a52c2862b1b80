"""Request in, plan out: the one entry to the planners, for workers and command line."""

from __future__ import annotations

from planners.nutrition.planner import plan_nutrition
from planners.outcome import StopSignal, never
from planners.plan import Plan
from planners.spec import NutritionRequest, PlanRequest
from planners.workout.planner import plan_workout


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
    return plan_workout(request, stopped)
