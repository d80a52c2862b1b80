"""Which test has which rules, and the table that scores one event of one person."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from planners.errors import PlannerError
from planners.spec import FitnessTest, Sex, Standard
from planners.workout.tests import air_force, army, coast_guard, marines, navy
from planners.workout.tests.charts import Ages, StepTable, chart, step_table
from planners.workout.tests.rules import Event, Rules, Unit

RULES: Mapping[FitnessTest, Rules] = {
    rules.test: rules
    for rules in (
        army.AFT,
        marines.PFT,
        marines.CFT,
        navy.PRT,
        air_force.PFRA,
        air_force.HPA,
        coast_guard.PFT,
    )
}


class UnknownStandard(PlannerError):
    """The standard of this event, sex and age is not known: say so, never guess."""


def events_of(test: FitnessTest) -> tuple[Event, ...]:
    """Every event of the test, in its order; of alternatives the usual one first."""
    return RULES[test].events


def event_units(test: FitnessTest) -> dict[str, Unit]:
    """The unit of each event's result."""
    return {event.name: event.unit for event in events_of(test)}


def pass_rules(test: FitnessTest) -> Rules:
    """The rules of the test: groups of events, minima, totals that pass, classes."""
    return RULES[test]


def ages_of(test: FitnessTest) -> Ages:
    """The ages that the test's charts cover, from the youngest group to the oldest."""
    groups = [line.ages for line in chart(RULES[test].chart)]
    oldest = max(groups, key=lambda ages: ages.first)
    return Ages(first=min(ages.first for ages in groups), last=oldest.last)


def table_for(
    test: FitnessTest, event: str, sex: Sex, age_years: int, standard: Standard, altitude_ft: float
) -> StepTable | None:
    """The table that scores one event of one person; None where the standard is not known.

    Raises
    ------
    KeyError
        When the test has no such event or standard.
    """
    rules = RULES[test]
    column = Sex.MALE if rules.standards[standard].male_charts else sex
    return _table(test, event, column, age_years, altitude_ft)


@cache
def _column(test: FitnessTest, event: str, sex: Sex) -> tuple[tuple[Ages, float, StepTable], ...]:
    rules = RULES[test]
    lower = rules.event(event).lower_is_better
    lines = [line for line in chart(rules.chart) if line.event == event and line.sex == sex]
    lines.sort(key=lambda line: line.from_altitude_ft, reverse=True)
    return tuple((line.ages, line.from_altitude_ft, step_table(line.rows, lower)) for line in lines)


def _table(test: FitnessTest, event: str, sex: Sex, age_years: int, altitude_ft: float) -> StepTable | None:
    for ages, from_altitude_ft, table in _column(test, event, sex):
        if age_years in ages and altitude_ft >= from_altitude_ft:
            return table
    return None


def value_for_points(
    test: FitnessTest,
    event: str,
    sex: Sex,
    age_years: int,
    standard: Standard,
    altitude_ft: float,
    points: float,
) -> float:
    """The worst result of the event that earns at least these points: the inverse of the step table.

    Raises
    ------
    UnknownStandard
        When the standard of this event, sex and age is not known.
    ValueError
        When the event gives fewer points than asked for.
    """
    table = table_for(test, event, sex, age_years, standard, altitude_ft)
    if table is None:
        raise UnknownStandard(f"the standard of {event} for {sex}, {age_years} years, is not known")
    row = table.row_for(points)
    if row is None:
        raise ValueError(f"{event} gives at most {table.most:g} points, not {points:g}")
    return row.threshold
