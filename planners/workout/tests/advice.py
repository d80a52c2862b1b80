"""What a result lacks: for a pass, for the next class, for the maximum, and where a point is cheapest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planners.errors import Infeasible
from planners.spec import FitnessTest, Sex, Standard
from planners.workout.tests.charts import StepTable
from planners.workout.tests.effort import Cost, weeks_of_training
from planners.workout.tests.registry import RULES, UnknownStandard, table_for
from planners.workout.tests.rules import Combine, Event, Grade, Rules
from planners.workout.tests.scoring import ScoreCard, reaches, score
from planners.workout.tests.target import Target, target_results
from planners.workout.tests.wording import distance_text


@dataclass(frozen=True, kw_only=True)
class NextPoint:
    """The next step of one event's chart.

    Attributes
    ----------
    points, result : what the next row gives, and the result it takes.
    distance : how far that is from the present result, in the event's unit, at least 0.
    cost_per_point : in the unit of the cost function, weeks of training by default.
    """

    event: str
    points_now: float
    points: float
    result: float
    distance: float
    cost_per_point: float
    text: str


@dataclass(frozen=True, kw_only=True)
class Advice:
    """What a result lacks.

    Attributes
    ----------
    to_pass : the cheapest results that pass; None when the test is passed or the standard is not known.
    next_class : the next class above the present one, None at the top or before a pass.
    to_next_class : the cheapest results that reach it.
    maximum : the result of each event that earns its most points; an event that is there already is left out.
    cheapest : the next step of each event, the cheapest point first.
    """

    to_pass: Target | None
    next_class: Grade | None
    to_next_class: Target | None
    maximum: Mapping[str, float]
    cheapest: tuple[NextPoint, ...]


def cheapest_points(
    test: FitnessTest,
    sex: Sex,
    age_years: int,
    standard: Standard,
    altitude_ft: float,
    events: Mapping[str, float],
    cost: Cost = weeks_of_training,
) -> tuple[NextPoint, ...]:
    """The next step of each event's chart, the cheapest point first; events at their most are left out."""
    steps = []
    for event in RULES[test].events:
        table = table_for(test, event.name, sex, age_years, standard, altitude_ft)
        if event.name in events and table is not None:
            step = _next_point(event, table, events[event.name], cost)
            steps += [step] if step else []
    return tuple(sorted(steps, key=lambda step: step.cost_per_point))


def _next_point(event: Event, table: StepTable, now: float, cost: Cost) -> NextPoint | None:
    has = table.points(now)
    row = next((row for row in table.rows if row.points > has), None)
    if row is None:
        return None
    return NextPoint(
        event=event.name,
        points_now=has,
        points=row.points,
        result=row.threshold,
        distance=abs(row.threshold - now),
        cost_per_point=cost(event, now, row.threshold) / (row.points - has),
        text=f"{event.name}: {distance_text(event, now, row.threshold)} for {row.points:g} points",
    )


def advise(
    test: FitnessTest,
    sex: Sex,
    age_years: int,
    standard: Standard,
    altitude_ft: float,
    events: Mapping[str, float],
    cost: Cost = weeks_of_training,
) -> Advice:
    """What these results lack for a pass, the next class and the maximum, and where a point is cheapest.

    Raises
    ------
    InvalidRequest
        As `score`.
    """
    rules = RULES[test]
    card = score(test, sex, age_years, standard, altitude_ft, events)
    person = (test, sex, age_years, standard, altitude_ft)
    grade = _next_grade(rules, card)
    pass_total = rules.standards[standard].total
    scored = rules.combine is not Combine.NONE
    return Advice(
        to_pass=None if card.passed else _reach(person, events, pass_total, 0.0, cost),
        next_class=grade,
        to_next_class=_reach(person, events, grade.total, grade.each, cost) if grade else None,
        maximum=_maximum(person, events) if scored else {},
        cheapest=cheapest_points(*person, events, cost) if scored else (),
    )


Person = tuple[FitnessTest, Sex, int, Standard, float]


def _reach(
    person: Person, events: Mapping[str, float], total: float, each: float, cost: Cost
) -> Target | None:
    rules = RULES[person[0]]
    if any(not any(event.name in events for event in group) for group in rules.groups):
        return None
    try:
        return target_results(*person, events, total, each, cost)
    except (Infeasible, UnknownStandard):
        return None


def _next_grade(rules: Rules, card: ScoreCard) -> Grade | None:
    if not card.passed:
        return None
    above = []
    alternate = any(rules.event(name).go_no_go for name in card.events)
    for grade in rules.grades:
        if alternate and not grade.alternates:
            continue
        if reaches(rules, grade, card.events, card.total):
            break
        above.append(grade)
    return above[-1] if above else None


def _maximum(person: Person, events: Mapping[str, float]) -> dict[str, float]:
    best = {}
    for name, now in events.items():
        table = table_for(person[0], name, *person[1:])
        if table is not None and table.points(now) < table.most:
            best[name] = table.rows[-1].threshold
    return best
