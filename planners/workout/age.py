"""What age asks for: from 65 on no high impact and no advanced loads, from 75 on a beginner's.

Older adults start low, go slowly and leave high impact out until somebody has looked at them (ACSM and AHA
2007, doi:10.1249/mss.0b013e3180616aa2 [S]); the ages and levels are a design choice [G]. A higher level is
not refused: the plan is made at the lower one and says so.
"""

from __future__ import annotations

from dataclasses import replace

from planners.spec import Level, Restriction, WorkoutRequest

LATER_AGE, LATE_AGE = 65, 75


def as_trained(request: WorkoutRequest) -> WorkoutRequest:
    """The request with the level and the restrictions that the member's age asks for."""
    age = request.member.age_years
    if age < LATER_AGE:
        return request
    levels = tuple(Level)
    most = Level.NOVICE if age >= LATE_AGE else Level.INTERMEDIATE
    level = levels[min(levels.index(request.level), levels.index(most))]
    spared = tuple(dict.fromkeys((*request.restrictions, Restriction.NO_JUMPING)))
    return replace(request, level=level, restrictions=spared)


def age_warnings(request: WorkoutRequest) -> list[str]:
    """What an older member must know; `request` as it is trained."""
    age = request.member.age_years
    if age < LATER_AGE:
        return []
    return [
        f"At {age} the plan is made at the level {request.level} at most and without jumps, whatever level "
        "was asked for: have a clinician look at it before the first session, and stop at pain, dizziness or "
        "pressure in the chest."
    ]
