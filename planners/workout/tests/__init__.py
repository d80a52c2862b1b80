"""The fitness tests of the services: charts, rules, scores, and what a result lacks."""

from planners.workout.tests.advice import Advice, NextPoint, advise, cheapest_points
from planners.workout.tests.effort import Cost, weekly_gain, weeks_of_training
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
from planners.workout.tests.rules import Combine, Event, Grade, PassRule, Rules, Unit
from planners.workout.tests.scoring import EventScore, ScoreCard, score
from planners.workout.tests.target import Target, target_results

__all__ = [
    "RULES",
    "Advice",
    "Combine",
    "Cost",
    "Event",
    "EventScore",
    "Grade",
    "NextPoint",
    "PassRule",
    "Rules",
    "ScoreCard",
    "Target",
    "Unit",
    "UnknownStandard",
    "advise",
    "cheapest_points",
    "event_units",
    "events_of",
    "pass_rules",
    "person_faults",
    "result_faults",
    "score",
    "table_for",
    "target_results",
    "value_for_points",
    "weekly_gain",
    "weeks_of_training",
]
