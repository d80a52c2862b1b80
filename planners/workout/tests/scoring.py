"""From results to points, total, pass and class, with what is missing for a pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planners.errors import InvalidRequest
from planners.spec import FitnessTest, Sex, Standard
from planners.workout.tests.charts import DERIVED, OUT_OF_ORDER, Row, StepTable
from planners.workout.tests.marines import ROW_FROM_AGE
from planners.workout.tests.registry import RULES, table_for
from planners.workout.tests.results import person_faults, result_faults
from planners.workout.tests.rules import Combine, Event, Grade, Rules, Unit


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
    return ScoreCard(
        test=rules.test,
        events=scores,
        total=total,
        passed=passed,
        klass=grade.name if grade else None,
        level=grade.level if grade else None,
        missing=_missing(rules, standard, events, scores, tables, total),
        notes=_notes(rules, age_years, events, tables),
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


def _missing(
    rules: Rules,
    standard: Standard,
    events: Mapping[str, float],
    scores: Mapping[str, EventScore],
    tables: Mapping[str, StepTable | None],
    total: float | None,
) -> tuple[str, ...]:
    lines = []
    for group in rules.groups:
        name = next((event.name for event in group if event.name in events), None)
        if name is None:
            lines.append(f"{' or '.join(event.name for event in group)}: no result")
        elif scores[name].minimum_met is None:
            lines.append(f"{name}: the standard for this sex and age is not known")
        elif not scores[name].minimum_met:
            lines.append(_short_of_minimum(rules, rules.event(name), events[name], tables[name]))
    least = rules.standards[standard].total
    if total is not None and total < least:
        lines.append(f"total: {least - total:g} more points for the {least:g} that pass")
    return tuple(lines)


def _short_of_minimum(rules: Rules, event: Event, result: float, table: StepTable | None) -> str:
    row = table.row_for(rules.minimum[event.name]) if table else None
    if row is None:
        return f"{event.name}: below the minimum"
    scored = rules.combine is not Combine.NONE and not event.go_no_go
    minimum = f"the minimum of {rules.minimum[event.name]:g} points" if scored else "the standard"
    return f"{event.name}: {distance_text(event, result, row.threshold)} for {minimum}"


def distance_text(event: Event, result: float, needed: float) -> str:
    """How far a result is from another, in words: "19 s faster (1197 s or less)"."""
    bound = "less" if event.lower_is_better else "more"
    gap = abs(needed - result)
    if event.unit is Unit.RATIO:
        return f"{gap:.2f} lower ({needed:g} or {bound})"
    how = ("faster" if event.lower_is_better else "longer") if event.unit is Unit.SECONDS else "more"
    return f"{gap:g} {_unit(event, gap)} {how} ({needed:g} {_unit(event, needed)} or {bound})"


def _unit(event: Event, amount: float) -> str:
    return event.unit.removesuffix("s") if event.whole and amount == 1 else event.unit


def _notes(
    rules: Rules, age_years: int, events: Mapping[str, float], tables: Mapping[str, StepTable | None]
) -> tuple[str, ...]:
    notes = []
    for event in rules.events:
        table = tables.get(event.name)
        row = table.row(events[event.name]) if table else None
        notes += _row_notes(event, row)
        if event.go_no_go and event.name in events:
            notes.append(f"{event.name}: a Go is counted as the minimum of 60 points (unverified)")
    if rules.test is FitnessTest.USMC_PFT and "row_5k" in events and age_years < ROW_FROM_AGE:
        notes.append(f"row_5k: only for ages from {ROW_FROM_AGE}, or with a medical waiver")
    return tuple(notes)


def _row_notes(event: Event, row: Row | None) -> list[str]:
    if row is None or row.mark not in (OUT_OF_ORDER, DERIVED):
        return []
    if row.mark == DERIVED:
        return [f"{event.name}: this part of the altitude chart is derived: the sea-level chart + 8 s"]
    return [
        f"{event.name}: the chart is printed out of order here; the best row that the result meets counts"
    ]
