"""What is spared beside the named restrictions: excluded exercises, and work too early after a birth.

| weeks after the birth | spared | source |
| --- | --- | --- |
| 0-5 | everything: a clinician plans until the postnatal visit | ACOG Committee Opinion 804 [S] |
| 6-11 | running, jumping, marching, bending or twisting the trunk, high spinal load | Goom 2019 [S] |
| 12-25 | jumping, marching | Goom 2019 [S]; the 26 weeks [G] |

The weeks are those of the plan's first day and hold for the whole plan: nobody is let go early. Like every
restriction it is never relaxed.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from planners.errors import FieldError
from planners.spec import Pregnancy, Restriction, WorkoutRequest
from planners.workout.catalog import GRADES, Bools, load_catalogue
from planners.workout.finish import LAST_RESORT
from planners.workout.permitted import permitted
from planners.workout.vocabulary import Grade, Pattern

CLEARED_WEEKS = 6
EARLY_WEEKS, LATE_WEEKS = 12, 26
EARLY = frozenset({Restriction.NO_RUNNING, Restriction.NO_JUMPING, Restriction.NO_RUCKING})
LATE = frozenset({Restriction.NO_JUMPING, Restriction.NO_RUCKING})
EARLY_PATTERNS = (Pattern.TRUNK_FLEXION, Pattern.TRUNK_ROTATION)
EXEMPT_WEEKS = 52
"""The services excuse from the fitness test for a year after a birth (Army Directive 2022-06 [S], others
alike [M])."""


def allowed(request: WorkoutRequest) -> Bools:
    """(n,) True where equipment, level, restrictions, exclusions and a birth allow the exercise."""
    restrictions = effective_restrictions(request)
    may = permitted(frozenset(request.equipment), request.level, restrictions)
    if request.postpartum_weeks is not None and request.postpartum_weeks < EARLY_WEEKS:
        may = may & ~_too_early()
    if request.excluded_exercises:
        may = may.copy()
        row_of = load_catalogue().row_of
        may[[row_of[name] for name in request.excluded_exercises]] = False
    return may


def effective_restrictions(request: WorkoutRequest) -> frozenset[Restriction]:
    """The named restrictions, and those of the time after a birth."""
    named, weeks = frozenset(request.restrictions), request.postpartum_weeks
    if weeks is None or weeks >= LATE_WEEKS:
        return named
    return named | (EARLY if weeks < EARLY_WEEKS else LATE)


@lru_cache(maxsize=1)
def _too_early() -> Bools:
    catalogue = load_catalogue()
    heavy: Bools = catalogue.spinal_load >= GRADES.index(Grade.HIGH)
    return heavy | catalogue.of_pattern(*EARLY_PATTERNS)


def care_faults(request: WorkoutRequest) -> list[FieldError]:
    """Members whom a clinician plans for, and exclusions that the catalogue does not know."""
    faults = []
    if request.member.pregnancy is Pregnancy.PREGNANT:
        text = "a clinician plans training during pregnancy, not this service"
        faults.append(FieldError(pointer="/member/pregnancy", detail=text))
    weeks = request.postpartum_weeks
    if weeks is not None and weeks < CLEARED_WEEKS:
        text = f"a clinician plans the first {CLEARED_WEEKS} weeks after a birth; ask again once cleared"
        faults.append(
            FieldError(pointer="/postpartum_weeks", detail=text, allowed=(f"from {CLEARED_WEEKS}",))
        )
    for at, name in enumerate(request.excluded_exercises):
        if name not in load_catalogue().row_of:
            text = f"is not an exercise of the catalogue {load_catalogue().version}"
            faults.append(FieldError(pointer=f"/excluded_exercises/{at}", detail=text))
        elif name == LAST_RESORT:
            text = "stays: it loads nothing, and it is what a session ends with where nothing else may"
            faults.append(FieldError(pointer=f"/excluded_exercises/{at}", detail=text))
    return faults


def care_reasons(request: WorkoutRequest, may: Bools) -> list[str]:
    """What is spared, as sentences."""
    lines = []
    weeks = request.postpartum_weeks
    if weeks is not None and weeks < LATE_WEEKS:
        early = ", running, and bending or twisting the trunk" if weeks < EARLY_WEEKS else ""
        lines.append(f"{weeks} weeks after the birth: no jumping, no marching under load{early}.")
    if request.excluded_exercises:
        names = ", ".join(load_catalogue().names[_row(n)] for n in request.excluded_exercises)
        lines.append(f"Left out as asked: {names}; {int(np.count_nonzero(may))} exercises remain.")
    return lines


def _row(name: str) -> int:
    return load_catalogue().row_of[name]


def care_warnings(request: WorkoutRequest) -> list[str]:
    """What a member must know of a birth, of height, and of a waiver."""
    lines = []
    weeks, test = request.postpartum_weeks, request.test
    if weeks is not None:
        lines.append(
            "After a birth: stop and ask a clinician at any pain, bleeding, heaviness or leaking; "
            "the plan's limits are general."
        )
    if _within_a_year(request):
        lines.append("The test is within a year of the birth: the services excuse from it; ask first.")
    if request.altitude_ft >= HIGH_FT:
        lines.append(
            f"{request.altitude_ft:,.0f} ft: who has come up within two weeks trains by effort, not by pace, "
            "and leaves the hard parts out for the first days."
        )
    if test is not None and test.waived:
        lines.append(f"{', '.join(test.waived)}: waived, so not trained for as an event and not predicted.")
    return lines


def _within_a_year(request: WorkoutRequest) -> bool:
    weeks, test, start = request.postpartum_weeks, request.test, request.start_date
    if weeks is None or test is None or start is None:
        return False
    return weeks + (test.date - start).days / 7 < EXEMPT_WEEKS


HIGH_FT = 5_000.0
"""From here on newcomers need time to adapt [G]; the services' own altitude tables begin near it."""
