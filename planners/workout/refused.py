"""Why an exercise that a member wants may not stand in the place of another, in words."""

from __future__ import annotations

from planners.spec import Equipment
from planners.workout.catalog import LEVELS, load_catalogue
from planners.workout.exchange import Laid
from planners.workout.permitted import forbidden_by
from planners.workout.spared import effective_restrictions


def why_not(laid: Laid, exercise_id: str, wanted: str) -> str:
    """The first of the reasons, as the rest of a sentence about `wanted` in the place of `exercise_id`."""
    catalogue, request = load_catalogue(), laid.request
    row = catalogue.row_of.get(wanted)
    if row is None:
        return f"is not an exercise of the catalogue {catalogue.version}"
    if any(line.row == row for line in laid.session.lines):
        return "is in this session already"
    if wanted in request.excluded_exercises:
        return "is one of the request's excluded_exercises"
    broken = sorted(str(r) for r in effective_restrictions(request) if forbidden_by(r)[row])
    if broken:
        return f"is ruled out by {', '.join(broken)}"
    needed = [item for e, item in enumerate(Equipment) if catalogue.needs[row, e]]
    lacking = [str(item) for item in needed if item not in request.equipment]
    if lacking:
        return f"needs {', '.join(lacking)}, which the plan's equipment has not"
    if catalogue.level[row] > LEVELS.index(request.level):
        return f"is for the level {LEVELS[catalogue.level[row]]}, and the plan's is {request.level}"
    if not laid.now.may[row]:
        return "comes too early after the birth"
    return f"cannot stand for {exercise_id}: it is of another movement, other muscles or another strength"
