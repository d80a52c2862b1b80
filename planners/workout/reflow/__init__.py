"""A plan under way after sessions that were missed, moved or left out."""

from planners.workout.reflow.replan import as_begun, is_under_way, reflow

__all__ = ["as_begun", "is_under_way", "reflow"]
