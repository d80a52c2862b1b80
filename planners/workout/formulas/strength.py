"""One-repetition maximum, and the load for a number of repetitions at an effort."""

from __future__ import annotations

import math

from planners.workout.formulas.valid import within

KG_PER_LB = 0.45359237
PLATE_STEP_KG = 2.5
PLATE_STEP_LB = 5.0

MOST_REPS = 20
"""Most repetitions to failure that the formulas are used for; beyond, endurance and not strength decides."""

REPETITION_MAXIMA = (
    (3, 0.95),
    (5, 0.90),
    (7, 0.85),
    (9, 0.80),
    (11, 0.75),
    (13, 0.70),
    (15, 0.65),
    (20, 0.60),
)
"""Up to so many repetitions at most, this fraction of the one-repetition maximum (the usual table)."""


def epley_1rm(load: float, reps: float) -> float:
    """One-repetition maximum from a set to failure, Epley.

    1RM = w (1 + r / 30)

    | symbol | name | meaning | unit |
    | --- | --- | --- | --- |
    | w | load | weight lifted, ≥ 0 | any |
    | r | reps | repetitions to failure, 1-20 | 1 |

    Source: Epley 1985, Poundage Chart. Check: 100 at 10 repetitions → 133.3.
    """
    within("load", load, 0, math.inf)
    within("reps", reps, 1, MOST_REPS)
    return load * (1 + reps / 30)


def brzycki_1rm(load: float, reps: float) -> float:
    """One-repetition maximum from a set to failure, Brzycki.

    1RM = 36 w / (37 - r)

    | symbol | name | meaning | unit |
    | --- | --- | --- | --- |
    | w | load | weight lifted, ≥ 0 | any |
    | r | reps | repetitions to failure, 1-10 | 1 |

    Source: Brzycki 1993, JOPERD 64(1), doi:10.1080/07303084.1993.10606684. Check: 100 at 10 → 133.3.
    """
    within("load", load, 0, math.inf)
    within("reps", reps, 1, 10)
    return 36 * load / (37 - reps)


def modified_epley_fraction(reps: float) -> float:
    """Fraction of the one-repetition maximum that can be lifted n times, Epley made exact at one repetition.

    f = 1 / (1 + 0.0353 (n - 1)),  1 ≤ n ≤ 20

    Source: Jovanović, Strength Training Manual (complementarytraining.com/?p=6313).
    """
    within("reps", reps, 1, MOST_REPS)
    return 1 / (1 + 0.0353 * (reps - 1))


def linear_fraction(reps: float) -> float:
    """Fraction of the one-repetition maximum that can be lifted n times, on a straight line.

    f = (34 - n) / 33,  1 ≤ n ≤ 20

    Source: Jovanović, Strength Training Manual (complementarytraining.com/?p=6313).
    """
    within("reps", reps, 1, MOST_REPS)
    return (34 - reps) / 33


def repetition_maximum_fraction(reps: int) -> float:
    """Fraction of the one-repetition maximum in the usual table: 2-3 RM 95 % … 16-20 RM 60 %."""
    within("reps", reps, 1, MOST_REPS)
    return 1.0 if reps == 1 else next(fraction for most, fraction in REPETITION_MAXIMA if reps <= most)


def one_rep_max(load: float, reps: float) -> float:
    """One-repetition maximum, the more careful of Epley and Brzycki.

    1RM = w min(1 + r/30, 36/(37 - r)),  1 ≤ r ≤ 20

    Brzycki is the smaller below ten repetitions, Epley above; at ten they meet. Check: a 3RM deadlift of the
    AFT × 1.0588.
    """
    if reps <= 10:
        return min(epley_1rm(load, reps), brzycki_1rm(load, reps))
    return epley_1rm(load, reps)


def fraction_for(reps_to_failure: float) -> float:
    """Fraction of the one-repetition maximum that can be lifted n times: the inverse of `one_rep_max`."""
    return 1 / one_rep_max(1.0, reps_to_failure)


def reps_to_failure(reps: float, rpe: float) -> float:
    """Repetitions that could have been done at most: those done and those left in reserve.

    n = r + (10 - RPE),  r ≥ 1,  5 ≤ RPE ≤ 10

    Source: Zourdos 2016, doi:10.1519/JSC.0000000000001049: below RPE 5 the reserve cannot be told.
    """
    within("reps", reps, 1, MOST_REPS)
    within("rpe", rpe, 5, 10)
    return reps + 10 - rpe


def load_for(one_rm: float, reps: float, rpe: float, step: float = PLATE_STEP_KG) -> float:
    """The load for `reps` repetitions at effort `rpe`, rounded down to what plates can make.

    w = ⌊1RM · f(r + 10 - RPE) / step⌋ · step

    | symbol | name | meaning | unit |
    | --- | --- | --- | --- |
    | 1RM | one_rm | one-repetition maximum, ≥ 0 | any |
    | r | reps | repetitions to do; r + 10 - RPE ≤ 20 | 1 |
    | RPE | rpe | effort, 5-10 | 1 |
    | step | step | smallest change of the load: 2.5 kg or 5 lb | as 1RM |

    The chart of Reactive Training Systems differs by ± 2 %.
    """
    within("one_rm", one_rm, 0, math.inf)
    exact = one_rm * fraction_for(reps_to_failure(reps, rpe))
    return math.floor(exact / step + 1e-9) * step
