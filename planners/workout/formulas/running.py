"""Running: VDOT and its paces, Riegel's time at another distance, critical speed."""

from __future__ import annotations

import math
from enum import StrEnum

from scipy.optimize import brentq

from planners.workout.formulas.valid import within

METRES_PER_MILE = 1609.344

LEAST_VDOT = 15.0
MOST_VDOT = 90.0
SHORTEST_MIN = 3.5
LONGEST_MIN = 240.0
SLOWEST_M_MIN = 50.0
FASTEST_M_MIN = 450.0


class Zone(StrEnum):
    """Daniels' training intensities."""

    EASY = "easy"
    MARATHON = "marathon"
    THRESHOLD = "threshold"
    INTERVAL = "interval"
    REPETITION = "repetition"


FRACTIONS = {
    Zone.EASY: 0.67,  # of 0.59-0.74
    Zone.MARATHON: 0.80,  # of 0.75-0.84
    Zone.THRESHOLD: 0.88,  # of 0.83-0.88
    Zone.INTERVAL: 0.98,  # of 0.95-1.00
    Zone.REPETITION: 1.05,
}
"""Fraction of VDOT at which each intensity is run."""


def oxygen_cost(speed_m_min: float) -> float:
    """Oxygen uptake of running at a speed.

    VO2 = -4.60 + 0.182258 v + 0.000104 v²   (ml/kg/min; v in m/min, 50-450)

    Source: Daniels & Gilbert 1979, Oxygen Power.
    """
    within("speed_m_min", speed_m_min, SLOWEST_M_MIN, FASTEST_M_MIN)
    return -4.60 + 0.182258 * speed_m_min + 0.000104 * speed_m_min**2


def sustainable_fraction(minutes: float) -> float:
    """Fraction of maximal oxygen uptake that a race of this length is run at.

    F = 0.8 + 0.1894393 e^(-0.012778 t) + 0.2989558 e^(-0.1932605 t)   (t in min, 3.5-240)

    Source: Daniels & Gilbert 1979, Oxygen Power.
    """
    within("minutes", minutes, SHORTEST_MIN, LONGEST_MIN)
    return 0.8 + 0.1894393 * math.exp(-0.012778 * minutes) + 0.2989558 * math.exp(-0.1932605 * minutes)


def vdot(distance_m: float, time_s: float) -> float:
    """Running ability from one race.

    VDOT = VO2(d / t) / F(t)

    Valid for races of 3.5-240 min at 50-450 m/min. Check: 5 km in 24:34 → 39.1104.
    Source: Daniels & Gilbert 1979, Oxygen Power.
    """
    minutes = time_s / 60
    return oxygen_cost(distance_m / minutes) / sustainable_fraction(minutes)


def speed_at(ability: float, fraction: float) -> float:
    """The speed whose oxygen cost is a fraction of VDOT: VO2(v) = p · VDOT solved for v.

    v = (-b + √(b² + 4 a (4.60 + p VDOT))) / 2a,  a = 0.000104, b = 0.182258   (m/min)

    Valid for VDOT 15-90 and fractions 0.5-1.2.
    """
    within("ability", ability, LEAST_VDOT, MOST_VDOT)
    within("fraction", fraction, 0.5, 1.2)
    a, b = 0.000104, 0.182258
    return (-b + math.sqrt(b * b + 4 * a * (4.60 + fraction * ability))) / (2 * a)


def pace_s_per_km(ability: float, zone: Zone) -> float:
    """The pace of a training intensity, in seconds per kilometre.

    Check: VDOT 37.5 → a mile easy in 10:43, threshold 8:38, interval 7:55, repetition 7:30.
    """
    return 60_000 / speed_at(ability, FRACTIONS[zone])


def race_time_s(ability: float, distance_m: float) -> float:
    """The time over a distance of a runner of this VDOT: `vdot` solved for the time.

    Valid where that time lies in 3.5-240 min; ValueError elsewhere.
    """
    within("ability", ability, LEAST_VDOT, MOST_VDOT)
    fastest = max(60 * SHORTEST_MIN, 60 * distance_m / FASTEST_M_MIN * (1 + 1e-9))
    slowest = min(60 * LONGEST_MIN, 60 * distance_m / SLOWEST_M_MIN * (1 - 1e-9))
    if not vdot(distance_m, slowest) <= ability <= vdot(distance_m, fastest):
        raise ValueError(f"{distance_m:g} m at VDOT {ability:g} takes less than 3.5 or more than 240 min")
    time_s: float = brentq(lambda t: vdot(distance_m, t) - ability, fastest, slowest, xtol=1e-6)
    return time_s


def riegel_s(time_s: float, distance_m: float, other_m: float, exponent: float = 1.06) -> float:
    """The time over another distance, Riegel.

    t2 = t1 (d2 / d1)^1.06

    Valid for times of 3.5-230 min. Check: 1.5 mi in 14:00 → 2 mi in 19:00.
    Source: Riegel 1981, American Scientist 69(3), 285-290.
    """
    within("time_s", time_s, 210, 13_800)
    within("distance_m", distance_m, 1, math.inf)
    within("other_m", other_m, 1, math.inf)
    return time_s * math.pow(other_m / distance_m, exponent)


def critical_speed(short_m: float, short_s: float, long_m: float, long_s: float) -> tuple[float, float]:
    """Critical speed and the distance above it, from two trials.

    d = CS · t + D'  ⇒  CS = (d2 - d1) / (t2 - t1),  D' = d1 - CS t1   (m/s, m)

    Valid for trials of 2-25 min whose D' lies in 0-600 m (100-250 m is usual).
    Source: Kordi 2019 (unverified): trials of 1,200 m and 3,600 m do as well as three.
    """
    within("short_s", short_s, 120, 1_500)
    within("long_s", long_s, short_s + 60, 1_500)
    within("long_m", long_m, short_m, math.inf)
    speed = (long_m - short_m) / (long_s - short_s)
    reserve = short_m - speed * short_s
    within("the reserve above critical speed, m,", reserve, 0, 600)
    return speed, reserve


def time_at_critical_speed_s(speed_m_s: float, reserve_m: float, distance_m: float) -> float:
    """The time over a distance: t = (d - D') / CS, for distances above D'."""
    within("speed_m_s", speed_m_s, 1, 8)
    within("distance_m", distance_m, reserve_m, math.inf)
    return (distance_m - reserve_m) / speed_m_s
