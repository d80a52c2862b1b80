"""What could stand instead of an exercise or a session, and what each choice changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from planners.errors import FieldError, InvalidRequest
from planners.plan import Exercise, TrainingDay, WorkoutPlan
from planners.spec import Equipment, WorkoutRequest
from planners.workout.catalog import MUSCLES, load_catalogue
from planners.workout.exchange import Laid, foretold, lay_out, with_lines
from planners.workout.likeness import alike
from planners.workout.line import Line
from planners.workout.replacement import replacement

OFFERED = 5
TRIED = 24


@dataclass(frozen=True, kw_only=True)
class Alternative:
    """One choice, and the whole plan that it makes.

    Attributes
    ----------
    exercise : the new one; None where a whole session changes.
    seed : of the session; None where an exercise changes.
    day : the day as it would be.
    muscles_more, muscles_less : muscles that the day trains more or less, by sets (direct 1, indirect ½).
    minutes, load, kcal : what the day gains.
    equipment : what the new exercises need.
    points : what the expected total of the test gains; None without one.
    """

    exercise: Exercise | None
    seed: int | None = None
    day: TrainingDay
    muscles_more: tuple[str, ...]
    muscles_less: tuple[str, ...]
    minutes: float
    load: float
    kcal: float
    equipment: tuple[Equipment, ...]
    points: float | None
    plan: WorkoutPlan


def exercise_alternatives(
    request: WorkoutRequest, plan: WorkoutPlan, on: date, exercise_id: str
) -> tuple[Alternative, ...]:
    """Up to five exercises that could stand instead of one, the likest first; none where nothing may.

    Raises
    ------
    InvalidRequest
        When the plan has no such exercise on that day, the day is lived, or it is part of the warm-up.
    """
    laid = lay_out(request, plan, on)
    at = place_of(laid, exercise_id)
    found: list[Alternative] = []
    for row in candidates(laid, at)[:TRIED]:
        lines = replacement(laid, laid.session.lines, at, row)
        changed = with_lines(laid, lines) if lines is not None else None
        if changed is not None and lines is not None:
            found.append(alternative(laid, changed, lines, at))
        if len(found) == OFFERED:
            break
    return tuple(found)


def place_of(laid: Laid, exercise_id: str) -> int:
    """Where the exercise stands among the day's lines. Raises InvalidRequest when it does not."""
    names = [load_catalogue().ids[line.row] for line in laid.session.lines]
    if exercise_id in names:
        return names.index(exercise_id)
    around = any(each.exercise_id == exercise_id for each in laid.day.exercises)
    text = (
        "is part of warm-up or cool-down and stays"
        if around
        else f"is not in this session: {', '.join(names)}"
    )
    raise InvalidRequest([FieldError(pointer="/exercise_id", detail=text, allowed=tuple(names))])


def candidates(laid: Laid, at: int) -> list[int]:
    """Rows that may stand at the place, the likest first; none that the day has already."""
    here = {line.row for line in laid.session.lines}
    rows = alike(laid.now, laid.session.lines[at], laid.session.slot.hard)
    return [row for row in rows if row not in here]


def alternative(laid: Laid, plan: WorkoutPlan, lines: Sequence[Line], at: int | None) -> Alternative:
    """What a changed plan changes."""
    before, after = laid.day, plan.weeks[laid.week].days[laid.nth]
    more, less = _muscles(laid.session.lines, lines)
    was, now = foretold(laid, laid.plan).total, foretold(laid, plan).total
    old = {line.row for line in laid.session.lines}
    new = [line.row for line in lines if line.row not in old]
    name = load_catalogue().ids[lines[at].row] if at is not None else None
    return Alternative(
        exercise=next((each for each in after.exercises if each.exercise_id == name), None),
        day=after,
        muscles_more=more,
        muscles_less=less,
        minutes=round(after.minutes - before.minutes, 1),
        load=round(after.load - before.load, 1),
        kcal=round(after.kcal - before.kcal, 1),
        equipment=_equipment(new),
        points=None if was is None or now is None else round(now - was, 2),
        plan=plan,
    )


def _muscles(before: Sequence[Line], after: Sequence[Line]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    change = [b - a for a, b in zip(_sets(before), _sets(after), strict=True)]
    named = list(zip(MUSCLES, change, strict=True))
    return tuple(str(m) for m, c in named if c > 0), tuple(str(m) for m, c in named if c < 0)


def _sets(lines: Sequence[Line]) -> list[float]:
    catalogue = load_catalogue()
    totals = [0.0] * len(MUSCLES)
    for line in lines:
        for m in range(len(MUSCLES)):
            direct, indirect = catalogue.primary[line.row, m], catalogue.secondary[line.row, m]
            totals[m] += line.sets * (1.0 if direct else 0.5 if indirect else 0.0)
    return totals


def _equipment(rows: Sequence[int]) -> tuple[Equipment, ...]:
    needs = load_catalogue().needs
    return tuple(item for e, item in enumerate(Equipment) if any(needs[row, e] for row in rows))
