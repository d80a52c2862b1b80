"""Which results to train for: the cheapest set that reaches a total and every event's minimum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planners.errors import Infeasible
from planners.spec import FitnessTest, Sex, Standard
from planners.workout.tests.charts import StepTable
from planners.workout.tests.effort import Cost, weeks_of_training
from planners.workout.tests.registry import RULES, UnknownStandard, table_for
from planners.workout.tests.rules import Combine, Event, Rules

STEPS_PER_POINT = 2
"""The finest chart counts in half points."""


@dataclass(frozen=True, kw_only=True)
class Option:
    """One level of one event: the result it takes, what it earns and what it costs to get there."""

    result: float
    points: float
    cost: float


@dataclass(frozen=True, kw_only=True)
class Target:
    """The results to train for.

    Attributes
    ----------
    points : of each event; empty, and `total` None, for a test without points.
    cost : the sum of the events' costs, in the unit of the cost function.
    """

    results: Mapping[str, float]
    points: Mapping[str, float]
    total: float | None
    cost: float


def target_results(
    test: FitnessTest,
    sex: Sex,
    age_years: int,
    standard: Standard,
    altitude_ft: float,
    now: Mapping[str, float],
    total: float,
    each: float = 0.0,
    cost: Cost = weeks_of_training,
) -> Target:
    """The results that reach `total` at the least cost, with every event at its minimum.

    minimise Σ_e c_e(now_e, r_e)  subject to  Σ_e p_e(r_e) ≥ total,  p_e(r_e) ≥ max(minimum_e, each)

    Solved exactly by dynamic programming over events and half points: the charts are steps and not concave,
    so that no event can be settled by itself.

    Parameters
    ----------
    now : the present result of one event of each group, by name, in the event's unit.
    total : points to reach; for the Navy the mean of the events.
    each : points to reach in every event beside its own minimum.
    cost : what it costs to better an event's result; weeks of training when left out.

    Raises
    ------
    Infeasible
        When the charts do not hold so many points.
    UnknownStandard
        When the standard of an event is not known for this sex and age.
    """
    rules = RULES[test]
    names = _one_of_each(rules, now)
    options = []
    for name in names:
        table = table_for(test, name, sex, age_years, standard, altitude_ft)
        if table is None:
            raise UnknownStandard(f"the standard of {name} for {sex}, {age_years} years, is not known")
        floor = max(rules.minimum[name], each)
        options.append(_options(rules.event(name), table, now[name], floor, cost))
    need = total * len(names) if rules.combine is Combine.MEAN else total
    chosen = _cheapest(options, need)
    if chosen is None:
        raise Infeasible([_too_much(rules, names, options, total)])
    return _target(rules, dict(zip(names, chosen, strict=True)))


def _one_of_each(rules: Rules, now: Mapping[str, float]) -> tuple[str, ...]:
    names = tuple(event.name for event in rules.events if event.name in now)
    if len(names) != len(rules.groups):
        raise ValueError(
            f"the {rules.title} needs one result of each group of events, not {', '.join(names)}"
        )
    return names


def _options(event: Event, table: StepTable, now: float, floor: float, cost: Cost) -> tuple[Option, ...]:
    has = table.points(now)
    stay = (Option(result=now, points=has, cost=0.0),) if has >= floor else ()
    return stay + tuple(
        Option(result=row.threshold, points=row.points, cost=cost(event, now, row.threshold))
        for row in table.rows
        if row.points > has and row.points >= floor
    )


def _cheapest(options: list[tuple[Option, ...]], need: float) -> tuple[Option, ...] | None:
    """f_e(t) = min_o cost_o + f_(e+1)(max(0, t - points_o)), t the half points still to earn."""
    states = np.arange(int(np.ceil(max(need, 0.0) * STEPS_PER_POINT)) + 1)
    least = np.where(states == 0, 0.0, np.inf)
    picks: list[NDArray[np.intp]] = []
    rests: list[NDArray[np.intp]] = []
    for of_event in reversed(options):
        if not of_event:
            return None
        points = np.array([round(option.points * STEPS_PER_POINT) for option in of_event])
        costs = np.array([option.cost for option in of_event])
        rest = np.maximum(states[:, None] - points, 0)
        value = costs + least[rest]
        picks.insert(0, value.argmin(axis=1))
        rests.insert(0, np.take_along_axis(rest, picks[0][:, None], axis=1)[:, 0])
        least = value.min(axis=1)
    if not np.isfinite(least[-1]):
        return None
    state, chosen = int(states[-1]), []
    for of_event, pick, onward in zip(options, picks, rests, strict=True):
        chosen.append(of_event[pick[state]])
        state = int(onward[state])
    return tuple(chosen)


def _target(rules: Rules, chosen: Mapping[str, Option]) -> Target:
    scored = rules.combine is not Combine.NONE
    points = {name: option.points for name, option in chosen.items()} if scored else {}
    total = sum(points.values()) / (len(points) if rules.combine is Combine.MEAN else 1)
    return Target(
        results={name: option.result for name, option in chosen.items()},
        points=points,
        total=total if scored else None,
        cost=sum(option.cost for option in chosen.values()),
    )


def _too_much(rules: Rules, names: tuple[str, ...], options: list[tuple[Option, ...]], total: float) -> str:
    short = [name for name, of_event in zip(names, options, strict=True) if not of_event]
    if short:
        return f"the charts of {', '.join(short)} do not hold the points asked of every event"
    most = sum(max(option.points for option in of_event) for of_event in options)
    most = most / len(names) if rules.combine is Combine.MEAN else most
    return f"{total:g} points are asked for; {', '.join(names)} give at most {most:g}"
