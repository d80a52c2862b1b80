"""From results to points, total, pass and class, with what is missing for a pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planners.errors import InvalidRequest
from planners.spec import FitnessTest, Sex, Standard
from planners.workout.tests.charts import StepTable
from planners.workout.tests.registry import RULES, table_for
from planners.workout.tests.results import person_faults, result_faults
from planners.workout.tests.rules import Combine, Event, Grade, Rules
from planners.workout.tests.wording import missing_lines, note_lines


@dataclass(frozen=True, kw_only=True)
class EventScore:
    """What one result earns. None: the standard is not known, or the event has no points."""

    points: float | None
    minimum_met: bool | None


@dataclass(frozen=True, kw_only=True)
class ScoreCard:
    """A scored test.

    Attributes
    ----------
    total : None when an event is missing or the test has no points.
    passed : False also when an event is missing; None when a standard that would decide it is not known.
    klass, level : the class that a passed test reaches, and the step in it where the test has steps.
    missing : sentences: what a pass lacks. Empty when the test is passed.
    notes : sentences: what to know about the figures.
    """

    test: FitnessTest
    events: Mapping[str, EventScore]
    total: float | None
    passed: bool | None
    klass: str | None
    level: str | None
    missing: tuple[str, ...]
    notes: tuple[str, ...]


def score(
    test: FitnessTest,
    sex: Sex,
    age_years: int,
    standard: Standard,
    altitude_ft: float,
    events: Mapping[str, float],
) -> ScoreCard:
    """Score the results of a test.

    Parameters
    ----------
    altitude_ft : height of the place above sea level, in feet.
    events : result of each event by name, in the event's unit.

    Raises
    ------
    InvalidRequest
        When the charts do not cover the person, or a result is impossible.
    """
    faults = person_faults(test, age_years, standard, altitude_ft) + result_faults(test, events)
    if faults:
        raise InvalidRequest(faults)
    tables = {name: table_for(test, name, sex, age_years, standard, altitude_ft) for name in events}
    return _card(RULES[test], standard, age_years, events, tables)


def _card(
    rules: Rules,
    standard: Standard,
    age_years: int,
    events: Mapping[str, float],
    tables: Mapping[str, StepTable | None],
) -> ScoreCard:
    given = [event for event in rules.events if event.name in events]
    scores = {
        event.name: _event_score(rules, event, events[event.name], tables[event.name]) for event in given
    }
    total = total_of(rules, scores)
    passed = _passed(rules, standard, scores, total)
    grade = _grade(rules, scores, total) if passed else None
    met = {name: event.minimum_met for name, event in scores.items()}
    return ScoreCard(
        test=rules.test,
        events=scores,
        total=total,
        passed=passed,
        klass=grade.name if grade else None,
        level=grade.level if grade else None,
        missing=missing_lines(rules, standard, events, met, tables, total),
        notes=note_lines(rules, age_years, events, tables),
    )


def _event_score(rules: Rules, event: Event, result: float, table: StepTable | None) -> EventScore:
    if table is None:
        return EventScore(points=None, minimum_met=None)
    points = table.points(result)
    met = points >= rules.minimum[event.name]
    return EventScore(points=None if rules.combine is Combine.NONE else points, minimum_met=met)


def total_of(rules: Rules, scores: Mapping[str, EventScore]) -> float | None:
    """The sum of the points, or their mean; None when an event is missing or the test has no points."""
    points = [score.points for score in scores.values() if score.points is not None]
    if len(points) < len(rules.groups):
        return None
    return sum(points) / len(points) if rules.combine is Combine.MEAN else sum(points)


def _passed(
    rules: Rules, standard: Standard, scores: Mapping[str, EventScore], total: float | None
) -> bool | None:
    complete = all(any(event.name in scores for event in group) for group in rules.groups)
    enough = total is None or total >= rules.standards[standard].total
    if not (complete and enough) or any(score.minimum_met is False for score in scores.values()):
        return False
    return None if any(score.minimum_met is None for score in scores.values()) else True


def _grade(rules: Rules, scores: Mapping[str, EventScore], total: float | None) -> Grade | None:
    return next((grade for grade in rules.grades if reaches(rules, grade, scores, total)), None)


def reaches(rules: Rules, grade: Grade, scores: Mapping[str, EventScore], total: float | None) -> bool:
    """Whether a passed test reaches the class."""
    if total is None or total < grade.total:
        return False
    if not grade.alternates and any(rules.event(name).go_no_go for name in scores):
        return False
    return all((score.points or 0.0) >= grade.each for score in scores.values())
