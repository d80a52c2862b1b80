"""What the member can lift, repeat, hold and run now: tested where a result is known, else a low guess."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from planners.spec import Level, Member, Sex, WorkoutRequest
from planners.workout.formulas import KG_PER_LB, METRES_PER_MILE, one_rep_max, riegel_s, vdot
from planners.workout.vocabulary import Basis

LIFTS = (Basis.SQUAT, Basis.DEADLIFT, Basis.BENCH, Basis.PRESS, Basis.ROW)
COUNTS = (Basis.PUSH_UP, Basis.PULL_UP, Basis.SIT_UP, Basis.AIR_SQUAT, Basis.PLANK)

PRIORS: Mapping[Sex, Mapping[Basis | str, tuple[float, float, float]]] = {
    Sex.MALE: {
        Basis.SQUAT: (0.8, 1.2, 1.6),
        Basis.DEADLIFT: (1.0, 1.5, 2.0),
        Basis.BENCH: (0.6, 0.95, 1.3),
        Basis.PRESS: (0.38, 0.6, 0.8),
        Basis.ROW: (0.55, 0.8, 1.05),
        Basis.PUSH_UP: (18, 35, 55),
        Basis.PULL_UP: (3, 8, 15),
        Basis.SIT_UP: (35, 55, 75),
        Basis.AIR_SQUAT: (30, 45, 60),
        Basis.PLANK: (60, 105, 160),
        "vdot": (31, 39, 47),
    },
    Sex.FEMALE: {
        Basis.SQUAT: (0.6, 0.95, 1.3),
        Basis.DEADLIFT: (0.75, 1.15, 1.55),
        Basis.BENCH: (0.35, 0.55, 0.8),
        Basis.PRESS: (0.22, 0.36, 0.52),
        Basis.ROW: (0.38, 0.55, 0.75),
        Basis.PUSH_UP: (7, 18, 34),
        Basis.PULL_UP: (0, 2, 7),
        Basis.SIT_UP: (30, 50, 70),
        Basis.AIR_SQUAT: (28, 42, 55),
        Basis.PLANK: (55, 95, 150),
        "vdot": (27, 34, 41),
    },
}
"""Novice, intermediate, advanced: one-repetition maxima as multiples of body mass, repetitions, seconds, and
VDOT. Guesses [G], kept low so that a first week is never too heavy."""

LOSS_PER_YEAR = {Basis.PLANK: 0.004, "vdot": 0.008}
LOSS_OF_REST = 0.006
FROM_AGE = 30
"""Share lost for each year beyond 30 [G]."""
LEAN_BMI = 26.0
"""Mass beyond this body-mass index adds nothing to the guessed lifts [G]."""
CARRIED_OVER = 0.6
"""How far a tested lift moves the guesses of the others: the exponent of its ratio to its own guess [G]."""

HAND_RELEASE = 0.8
SIT_UP_SHARE = 0.8
REVERSE_CRUNCH_SHARE = 0.7
"""The catalogue's ratios of these movements to their basis."""
SHUTTLE_VDOT = (18.7, 0.32)
"""VDOT ≈ 18.7 + 0.32 · 20 m shuttles: a straight line through the usual table of the shuttle run [M]."""
CONTACT_M = 804.7
RUNS_M = {
    "2MR": 2 * METRES_PER_MILE,
    "run_2mi": 2 * METRES_PER_MILE,
    "run_1_5mi": 1.5 * METRES_PER_MILE,
    "run_3mi": 3 * METRES_PER_MILE,
}
LEAST_VDOT, MOST_VDOT = 16.0, 80.0
THIN_FROM_FT, THIN_PER_FT = 1_000.0, 0.063 / 3_280.84
"""Oxygen uptake falls by 6.3 % with each 1,000 m above about 300 m (Wehrlin & Hallén 2006,
doi:10.1007/s00421-005-0081-9 [M]). Guessed paces follow; results count as made where the member trains."""
SLOWEST_M_S = 1.0
"""Slower results count as a walk at this speed, the least that the formula holds for."""


@dataclass(frozen=True, kw_only=True)
class Ability:
    """The member's present maxima.

    Attributes
    ----------
    of : one-repetition maxima in kg, most repetitions, longest plank in s; 1 for `fixed` and for no basis.
    vdot : running ability.
    tested : what comes from a result and not from a guess.
    """

    of: Mapping[Basis, float]
    vdot: float
    tested: frozenset[Basis]
    vdot_tested: bool


def ability_of(request: WorkoutRequest) -> Ability:
    """The member's maxima from body, level and the latest test results."""
    guess, ability = guesses(request.member, request.level)
    results = request.test.current if request.test is not None else {}
    known = tested_bases(results)
    values = dict(guess)
    scale = _scale(known, guess)
    for basis in LIFTS:
        values[basis] *= scale
    values |= known
    ran = tested_vdot(results)
    return Ability(
        of={**values, Basis.FIXED: 1.0, Basis.NONE: 1.0},
        vdot=min(max(ran if ran is not None else ability * thin_air(request), LEAST_VDOT), MOST_VDOT),
        tested=frozenset(known),
        vdot_tested=ran is not None,
    )


def thin_air(request: WorkoutRequest) -> float:
    """Share of the running ability at sea level that the height leaves."""
    return 1 - THIN_PER_FT * max(0.0, request.altitude_ft - THIN_FROM_FT)


def guesses(member: Member, level: Level) -> tuple[dict[Basis, float], float]:
    """What a member of this sex, age, size and level can probably do at least, and their VDOT.

    1RM = share[sex, level] · min(m, 26 h²) · (1 - 0.006 (age - 30)₊)
    """
    column = tuple(Level).index(level)
    table = PRIORS[member.sex]
    mass = min(member.weight_kg, LEAN_BMI * (member.height_cm / 100) ** 2)
    years = max(0, member.age_years - FROM_AGE)
    values = {
        basis: table[basis][column] * (mass if basis in LIFTS else 1.0) * _aged(basis, years)
        for basis in (*LIFTS, *COUNTS)
    }
    return values, table["vdot"][column] * _aged("vdot", years)


def _aged(what: Basis | str, years: int) -> float:
    return max(0.5, 1 - LOSS_PER_YEAR.get(what, LOSS_OF_REST) * years)


def tested_bases(results: Mapping[str, float]) -> dict[Basis, float]:
    """The bases that test results give."""
    known: dict[Basis, float] = {}
    if "MDL" in results:
        known[Basis.DEADLIFT] = one_rep_max(results["MDL"] * KG_PER_LB, 3)
    shares = {
        "HRP": (Basis.PUSH_UP, HAND_RELEASE),
        "hand_release_push_ups": (Basis.PUSH_UP, HAND_RELEASE),
        "push_ups": (Basis.PUSH_UP, 1.0),
        "pull_ups": (Basis.PULL_UP, 1.0),
        "sit_ups": (Basis.SIT_UP, SIT_UP_SHARE),
        "cross_leg_reverse_crunch": (Basis.SIT_UP, REVERSE_CRUNCH_SHARE),
        "PLK": (Basis.PLANK, 1.0),
        "plank": (Basis.PLANK, 1.0),
    }
    for event, (basis, share) in shares.items():
        if event in results:
            known[basis] = results[event] / share
    return known


def _scale(known: Mapping[Basis, float], guess: Mapping[Basis, float]) -> float:
    """How much stronger than guessed the member is, by the one lift that is tested."""
    if Basis.DEADLIFT not in known:
        return 1.0
    ratio = max(known[Basis.DEADLIFT], 1.0) / guess[Basis.DEADLIFT]
    return min(max(math.pow(ratio, CARRIED_OVER), 0.6), 1.6)


def tested_vdot(results: Mapping[str, float]) -> float | None:
    """The running ability that test results give; None without a run."""
    for event, distance_m in RUNS_M.items():
        if event in results:
            return vdot(distance_m, min(results[event], distance_m / SLOWEST_M_S))
    if "MTC" in results:
        two_miles = 2 * METRES_PER_MILE
        return vdot(two_miles, riegel_s(max(results["MTC"], 210.0), CONTACT_M, two_miles))
    if "hamr" in results:
        return SHUTTLE_VDOT[0] + SHUTTLE_VDOT[1] * results["hamr"]
    return None
