"""A plan under way after sessions that were missed, moved or left out."""

from planners.workout.reflow.replan import as_begun, reflow

__all__ = ["as_begun", "reflow"]
