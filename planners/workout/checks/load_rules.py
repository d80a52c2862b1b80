"""Rules of weekly load: ramp, load ratio, deload, taper, monotony."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from planners.plan import RuleCheck
from planners.workout.checks.facts import WeekFacts

RAMP, RATIO_LOW, RATIO_HIGH = 1.10, 0.8, 1.3
DELOAD_SHARE, DELOAD_RUN = 0.70, 4
TAPER_LOW, TAPER_HIGH, TAPER_EFFORT = 0.40, 0.60, -0.5
MONOTONY = 2.0
ROUNDING = 0.005


def load_rules(weeks: Sequence[WeekFacts], start_load: float, test_day: int | None) -> dict[str, RuleCheck]:
    """The rules that compare weeks with each other.

    The three weeks before the plan are taken to be like its first loading week; a plan that starts with a
    taper is compared with `start_load`.
    """
    pairs = _with_reference(weeks)
    start_load = weeks[0].load if weeks and weeks[0].loading else start_load
    loading = [(w, before.load if before else start_load) for w, before in pairs if w.loading]
    deloads = [(w, before) for w, before in pairs if w.deload and before]
    tapers = [(w, before) for w, before in pairs if w.taper and before]
    full = [w.minutes / b.minutes for w, b in tapers if _before_eve(w, test_day)]
    ratios = _ratios(weeks, start_load)
    return {
        "ramp": _at_most(
            RAMP, (w.load / b for w, b in loading), "load of a loading week ≤ 1.10 × the last loading week's"
        ),
        "load_ratio_high": _at_most(
            RATIO_HIGH, ratios, "load of a loading week ≤ 1.3 × the mean of the last four"
        ),
        "load_ratio_low": _at_least(
            RATIO_LOW, ratios, "load of a loading week ≥ 0.8 × the mean of the last four"
        ),
        "deload_load": _at_most(
            DELOAD_SHARE,
            (w.load / b.load for w, b in deloads),
            "load of a deload ≤ 0.70 × the last loading week's",
        ),
        "deload_spacing": _at_most(
            DELOAD_RUN,
            [float(r) for r in loading_runs(weeks)],
            "every fourth week is lighter: three loading weeks in a row, four before a taper",
        ),
        "taper_most": _at_most(
            TAPER_HIGH, (w.minutes / b.minutes for w, b in tapers), "minutes of a taper week ≤ 0.60 × before"
        ),
        "taper_least": _at_least(TAPER_LOW, full, "minutes of a full taper week ≥ 0.40 × before"),
        "taper_intensity": _at_least(
            TAPER_EFFORT,
            (effort(w) - effort(b) for w, b in tapers if _before_eve(w, test_day)),
            "effort of the hard work of the taper at most half a point below before",
        ),
        "monotony": _at_most(
            MONOTONY, (monotony(w) for w in weeks), "mean of the seven daily loads ≤ 2.0 × their deviation"
        ),
    }


def _with_reference(weeks: Sequence[WeekFacts]) -> list[tuple[WeekFacts, WeekFacts | None]]:
    """Each week with the last loading week before it."""
    found: list[tuple[WeekFacts, WeekFacts | None]] = []
    before = None
    for week in weeks:
        found.append((week, before))
        before = week if week.loading else before
    return found


def _before_eve(week: WeekFacts, test_day: int | None) -> bool:
    """Whether the whole week lies before the day before the test."""
    return test_day is None or week.number * 7 < test_day


def _ratios(weeks: Sequence[WeekFacts], start_load: float) -> list[float]:
    loads = [start_load] * 3 + [week.load for week in weeks]
    return [
        loads[i + 3] / (sum(loads[i : i + 4]) / 4) if sum(loads[i : i + 4]) else 1.0
        for i, week in enumerate(weeks)
        if week.loading
    ]


def loading_runs(weeks: Sequence[WeekFacts]) -> list[int]:
    """Lengths of the runs of loading weeks; one before a taper may be four long, so others count one more."""
    runs, run = [], 0
    for week in weeks:
        if week.loading:
            run += 1
            continue
        runs.append(run if week.taper else run + 1 if run else 0)
        run = 0
    return [*runs, run]


def effort(week: WeekFacts) -> float:
    """Mean effort of the week's work at effort 6 and more, by minutes; 0 without any."""
    minutes = sum(day.hard_minutes for day in week.days)
    return sum(day.hard_load for day in week.days) / minutes if minutes else 0.0


def monotony(week: WeekFacts) -> float:
    """Mean over population deviation of the seven daily loads."""
    loads = [day.load for day in week.days] + [0.0] * (7 - len(week.days))
    mean = sum(loads) / 7
    spread = math.sqrt(sum((load - mean) ** 2 for load in loads) / 7)
    return mean / spread if spread else 0.0


def _at_most(limit: float, values: Iterable[float], text: str) -> RuleCheck:
    value = max(values, default=0.0)
    return RuleCheck(limit=text, value=round(value, 3), met=value <= limit + ROUNDING)


def _at_least(limit: float, values: Iterable[float], text: str) -> RuleCheck:
    value = min(values, default=limit)
    return RuleCheck(limit=text, value=round(value, 3), met=value >= limit - ROUNDING)
