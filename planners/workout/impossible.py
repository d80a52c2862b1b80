"""A target that training cannot reach by the date: why not, and which single changes make it possible.

Every change that is offered has been planned again and is expected to reach the target; restrictions are
never offered.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from planners.errors import Change, Infeasible
from planners.spec import TestGoal, WorkoutRequest
from planners.workout.goal import TestAim
from planners.workout.predict import Foretold
from planners.workout.prepare import LONGEST_DAY
from planners.workout.tests.effort import weeks_of_training

Again = Callable[[WorkoutRequest], Foretold]
"""Plans a changed request and foretells its test."""

LEAST_CHANCE = 0.01
"""A target that ninety-nine of a hundred would miss is refused; a bold one is planned, with a warning."""
MOST_LATER_WEEKS = 64
MINUTE_STEP = 5
LOWER_TRIES = 6
LAST_YEAR = 2199


def unreachable(request: WorkoutRequest, aim: TestAim | None, foretold: Foretold) -> bool:
    """True when a target is given, every present result is known, and its chance is below 1 %."""
    goal = request.test
    if goal is None or goal.target_points is None or aim is None or aim.guessed:
        return False
    return foretold.chance is not None and foretold.chance < LEAST_CHANCE


def refusal(request: WorkoutRequest, aim: TestAim, foretold: Foretold, again: Again) -> Infeasible:
    """The error to raise: the arithmetic, then each change that alone is enough."""
    goal = request.test
    if goal is None or goal.target_points is None or foretold.total is None:
        raise ValueError("only a target can be out of reach")
    lower = _lower_target(request, goal, foretold.total, again)
    alone = {
        f"a later date, by up to {MOST_LATER_WEEKS} weeks": _later_date(request, goal, again),
        "longer sessions": _more_minutes(request, again),
        "more days a week": _more_days(request, again),
    }
    conflicts = _conflicts(request, goal, aim, foretold)
    in_vain = [words for words, change in alone.items() if change is None]
    if in_vain:
        conflicts.append(f"Not enough alone, as far as the model foresees: {', '.join(in_vain)}.")
    return Infeasible(conflicts, [c for c in (lower, *alone.values()) if c is not None])


def _conflicts(request: WorkoutRequest, goal: TestGoal, aim: TestAim, foretold: Foretold) -> list[str]:
    start = request.start_date
    weeks = (goal.date - start).days / 7 if start is not None else 0.0
    lines = [
        f"{goal.target_points:g} points are asked for; training as planned is expected to bring "
        f"{foretold.total:g} by {goal.date.isoformat()}."
    ]
    if aim.target is None:
        return [*lines, "The charts do not hold so many points for this member."]
    for event in aim.events:
        need, now = aim.target.results[event.name], aim.now[event.name]
        cost = weeks_of_training(event, now, need)
        if cost > weeks:
            lines.append(
                f"{event.name} would have to go from {now:g} to {need:g} {event.unit}: about {cost:.0f} "
                f"weeks even at a beginner's rate; the test is {weeks:.0f} weeks after the first day."
            )
    return lines


def _reaches(request: WorkoutRequest, again: Again) -> bool:
    total = again(request).total
    goal = request.test
    return goal is not None and total is not None and total >= (goal.target_points or 0.0)


def _lower_target(request: WorkoutRequest, goal: TestGoal, total: float, again: Again) -> Change | None:
    """The best total by the date."""
    points = float(math.floor(total))
    for _ in range(LOWER_TRIES):
        changed = replace(request, test=replace(goal, target_points=points))
        found = again(changed).total
        if found is not None and found >= points:
            text = f"{points:g} points are within reach by {goal.date.isoformat()}"
            return Change(change="test.target_points", to=points, text=text)
        points = float(math.floor(found if found is not None and found < points else points - 1))
    return None


def _later_date(request: WorkoutRequest, goal: TestGoal, again: Again) -> Change | None:
    """The earliest week in which the target is reached: doubling, then halving."""

    def at(weeks: int) -> WorkoutRequest:
        return replace(request, test=replace(goal, date=goal.date + timedelta(weeks=weeks)))

    weeks = _least(1, MOST_LATER_WEEKS, lambda w: _reaches(at(w), again))
    if weeks is None or (goal.date + timedelta(weeks=weeks)).year > LAST_YEAR:
        return None
    later = (goal.date + timedelta(weeks=weeks)).isoformat()
    text = f"{goal.target_points:g} points are within reach {weeks} weeks later, on {later}"
    return Change(change="test.date", to=later, text=text)


def _more_minutes(request: WorkoutRequest, again: Again) -> Change | None:
    """The fewest minutes a day that reach the target."""
    room = (LONGEST_DAY[request.level] - request.minutes_per_day) // MINUTE_STEP
    if room < 1:
        return None

    def at(steps: int) -> WorkoutRequest:
        return replace(request, minutes_per_day=request.minutes_per_day + MINUTE_STEP * steps)

    steps = _least(1, room, lambda n: _reaches(at(n), again))
    if steps is None:
        return None
    more = MINUTE_STEP * steps
    minutes = request.minutes_per_day + more
    text = f"{minutes} minutes a day are enough: {more * request.days_per_week} more a week"
    return Change(change="minutes_per_day", to=minutes, text=text)


def _more_days(request: WorkoutRequest, again: Again) -> Change | None:
    """The fewest days a week that reach the target, on the days that are available."""
    for days in range(request.days_per_week + 1, len(request.available_days) + 1):
        if _reaches(replace(request, days_per_week=days), again):
            return Change(change="days_per_week", to=days, text=f"{days} training days a week are enough")
    return None


def _least(first: int, last: int, enough: Callable[[int], bool]) -> int | None:
    """The least number that is enough, found by doubling and halving; itself always tried."""
    high = first
    while not enough(high):
        if high == last:
            return None
        high = min(2 * high, last)
    low = high // 2 if high > first else first - 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
