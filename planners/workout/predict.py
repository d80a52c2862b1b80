"""What the test will bring: each event now, expected, cautious, its points; the chance of the target."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from planners.plan import EventPrediction
from planners.spec import TestGoal, WorkoutRequest
from planners.workout.catalog import Floats
from planners.workout.goal import TestAim
from planners.workout.logged import logged_results
from planners.workout.purpose import MOVEMENT_OF
from planners.workout.response import Forecast, ceiling, fit_response, forecast, prior_for
from planners.workout.response.priors import result_of, worth
from planners.workout.stimulus import Work, daily_doses
from planners.workout.tests import table_for
from planners.workout.tests.charts import StepTable
from planners.workout.tests.rules import Combine, Event, Unit

LEVELS = 200
LIFT_STEP_LB = 10.0
STEPS_PER_POINT = 2


@dataclass(frozen=True, kw_only=True, eq=False)
class Foretold:
    """The test day.

    Attributes
    ----------
    events : prediction of each event.
    total, total_cautious : points; None where the charts give none or an event is not known.
    chance : of the target points, 0-1; None as for `total`.
    """

    events: Mapping[str, EventPrediction]
    total: float | None
    total_cautious: float | None
    chance: float | None


NOTHING = Foretold(events={}, total=None, total_cautious=None, chance=None)


def foretell(
    request: WorkoutRequest, aim: TestAim | None, work: Work, test_day: int, past: Work | None = None
) -> Foretold:
    """The results of the test on day `test_day` of the plan, when the plan is followed.

    Parameters
    ----------
    past : logged work of the weeks before the plan; with it dated results of then refit the response.
    """
    goal = request.test
    if goal is None or aim is None:
        return NOTHING
    events: dict[str, EventPrediction] = {}
    chances: list[Floats] = []
    for event in aim.events:
        if event.name not in aim.now:
            continue
        table = _table(request, goal, event)
        if table is None:
            continue
        said = spread(_forecast(request, event, table, aim, (past, work), test_day))
        events[event.name] = _prediction(aim, event, table, said)
        chances.append(_points_chances(table, said))
    return _total(aim, goal, events, chances)


def _table(request: WorkoutRequest, goal: TestGoal, event: Event) -> StepTable | None:
    member = request.member
    return table_for(goal.name, event.name, member.sex, member.age_years, goal.standard, request.altitude_ft)


def _forecast(
    request: WorkoutRequest,
    event: Event,
    table: StepTable,
    aim: TestAim,
    works: tuple[Work | None, Work],
    test_day: int,
) -> Forecast:
    past, work = works
    movement = MOVEMENT_OF.get(event.name)
    doses = daily_doses(work, movement, test_day) if movement is not None else np.zeros(test_day)
    before = past.days if past is not None else 0
    if past is not None:
        done = daily_doses(past, movement, before) if movement is not None else np.zeros(before)
        doses = np.concatenate([done, doses])
    logged = logged_results(request, aim, event, before, before + test_day)
    response = fit_response(event, prior_for(event, request.level), doses, logged, ceiling(event, table))
    return forecast(response, doses, before + test_day)


def _prediction(aim: TestAim, event: Event, table: StepTable, said: Spread) -> EventPrediction:
    expected = _printed(event, said.result(0.5))
    cautious = _printed(event, said.result(0.1), down=0.0)
    scored = aim.rules.combine is not Combine.NONE
    return EventPrediction(
        unit=str(event.unit),
        now=aim.now[event.name],
        expected=expected,
        cautious=cautious,
        points=table.points(expected) if scored else None,
        points_cautious=table.points(cautious) if scored else None,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Spread:
    """A forecast at GRID points: `below` (g,) the chance of a result worse than each of `worths` (g,)."""

    event: Event
    worths: Floats
    below: Floats

    def result(self, share: float) -> float:
        """The result that is worse than this share of results is better."""
        return result_of(self.event, float(np.interp(share, self.below, self.worths)))

    def chances(self, worths: Floats) -> Floats:
        """(n,) chance of a result at least as good as each worth."""
        found: Floats = 1 - np.interp(worths, self.worths, self.below, left=0.0, right=1.0)
        return found


GRID = 40
"""A fifth of a standard deviation apart; between them the chance is nearly a straight line."""


def spread(said: Forecast) -> Spread:
    """Σ_cells weight Φ((worth - mean) / deviation) on an even grid of worths."""
    middle = float(said.weight @ said.mean)
    width = 4 * float(np.sqrt(said.weight @ (said.deviation**2 + (said.mean - middle) ** 2)))
    worths = np.linspace(middle - width, middle + width, GRID)
    below = ndtr((worths[:, None] - said.mean) / said.deviation) @ said.weight
    return Spread(event=said.event, worths=worths, below=below)


def _printed(event: Event, result: float, down: float = 0.5) -> float:
    """The result in the event's steps: ten pounds, whole repetitions and seconds, hundredths.

    Parameters
    ----------
    down : 0.5 rounds to the nearest step, 0 to the member's disadvantage.
    """
    step = {Unit.POUNDS: LIFT_STEP_LB, Unit.RATIO: 0.01}.get(event.unit, 1.0)
    steps = result / step
    whole = math.ceil(steps - down - 1e-9) if event.lower_is_better else math.floor(steps + down + 1e-9)
    return round(whole * step, 2)


def _points_chances(table: StepTable, said: Spread) -> Floats:
    """Chance of each number of half points of the event, from none on."""
    reached = said.chances(np.array([worth(said.event, row.threshold) for row in table.rows]))
    exact = reached - np.append(reached[1:], 0.0)
    at = np.array([round(row.points * STEPS_PER_POINT) for row in table.rows])
    chances: Floats = np.zeros(round(table.most * STEPS_PER_POINT) + 1)
    np.add.at(chances, at, exact)
    chances[0] += 1 - reached[0]
    return chances


def _total(
    aim: TestAim, goal: TestGoal, events: Mapping[str, EventPrediction], chances: list[Floats]
) -> Foretold:
    if aim.rules.combine is Combine.NONE or not aim.whole or len(events) < len(aim.events):
        return Foretold(events=events, total=None, total_cautious=None, chance=None)
    parts = len(events) if aim.rules.combine is Combine.MEAN else 1
    total = sum(e.points or 0.0 for e in events.values()) / parts
    cautious = sum(e.points_cautious or 0.0 for e in events.values()) / parts
    wanted = wanted_points(aim, goal) * parts
    return Foretold(events=events, total=total, total_cautious=cautious, chance=chance_of(chances, wanted))


def chance_of(chances: Sequence[Floats], points: float) -> float:
    """Chance that the events' points add up to so many.

    (P_alone + P_together) / 2: once the events are independent, once a good day, or a good response to
    training, is good for all of them; people lie between (a guess).

    Parameters
    ----------
    chances : of each event, chance of each number of half points from none on.
    """
    need = math.ceil(points * STEPS_PER_POINT - 1e-9)
    mass = chances[0]
    for other in chances[1:]:
        mass = np.convolve(mass, other)
    alone = float(mass[need:].sum())
    levels = np.linspace(0.0, 1.0, LEVELS, endpoint=False) + 0.5 / LEVELS
    sums = np.sum([np.searchsorted(np.cumsum(c), levels) for c in chances], axis=0)
    together = float(np.mean(sums >= need))
    return min(max((alone + together) / 2, 0.0), 1.0)


def wanted_points(aim: TestAim, goal: TestGoal) -> float:
    """The target, or the least total that passes."""
    return goal.target_points if goal.target_points is not None else aim.rules.standards[goal.standard].total
