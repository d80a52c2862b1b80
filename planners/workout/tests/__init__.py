"""The fitness tests of the services: charts, rules, scores."""

from planners.workout.tests.registry import (
    RULES,
    UnknownStandard,
    event_units,
    events_of,
    pass_rules,
    table_for,
    value_for_points,
)
from planners.workout.tests.results import person_faults, result_faults
from planners.workout.tests.scoring import EventScore, ScoreCard, score

__all__ = [
    "RULES",
    "EventScore",
    "ScoreCard",
    "UnknownStandard",
    "event_units",
    "events_of",
    "pass_rules",
    "person_faults",
    "result_faults",
    "score",
    "table_for",
    "value_for_points",
]
