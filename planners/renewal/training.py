"""A training plan made anew."""

from __future__ import annotations

from dataclasses import replace

from planners.outcome import StopSignal
from planners.plan import WorkoutPlan
from planners.renewal.window import Window
from planners.spec import WorkoutGoal, WorkoutRequest
from planners.workout.planner import plan_workout


def next_training(request: WorkoutRequest, window: Window) -> WorkoutRequest:
    """What is asked for: the same for the window's days; a test that is over is prepared for no more."""
    over = request.test is not None and request.test.date <= window.start
    if not over:
        return replace(request, start_date=window.start)
    goal = WorkoutGoal.GENERAL_FITNESS if request.goal == WorkoutGoal.FITNESS_TEST else request.goal
    return replace(request, start_date=window.start, test=None, goal=goal)


def renewed_training(request: WorkoutRequest, stopped: StopSignal) -> WorkoutPlan:
    """The plan of `request`."""
    return plan_workout(request, stopped)
