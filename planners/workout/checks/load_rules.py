"""Rules of weekly load: ramp, load ratio, deload, taper, monotony."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from planners.plan import RuleCheck
from planners.workout.checks.facts import WeekFacts

RAMP, RATIO_LOW, RATIO_HIGH = 1.10, 0.8, 1.3
DELOAD_SHARE, DELOAD_RUN = 0.70, 4
TAPER_LOW, TAPER_HIGH, TAPER_EFFORT = 0.40, 0.60, -0.75
MONOTONY = 2.0
ROUNDING = 0.005
RETURN_WEEKS = 6
GONE_SHARE = 0.25
BACK_AFTER_ONE, BACK_AFTER_MORE = (0.9,), (0.5, 0.7, 0.8, 0.9)
ONE_SET, ONE_SET_MIN = 18.0, 2.6
"""Load and minutes of one set: plans are made of whole sets, so a short week may be this much off."""
LIGHT_WEEK = 200.0
"""A week up to this load, three quarters of an hour at effort 4.5, may follow any week [G]."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """Which weeks the rules are asked of: those from `first` (from 0) on; `eased` ones need reach nothing."""

    first: int
    eased: frozenset[int]

    def may_be_gone(self, number: int) -> bool:
        """Whether a week (from 1) may have gone by without training: lived, or changed by the member."""
        return number <= self.first or number in self.eased


def load_rules(
    weeks: Sequence[WeekFacts], start_load: float, test_day: int | None, judged: Judged
) -> dict[str, RuleCheck]:
    """The rules that compare weeks with each other.

    The three weeks before the plan are taken to be like its first loading week; a plan that starts with a
    taper, or with a week that was lived as a light one, is compared with `start_load`.
    """
    start = weeks[0].load if weeks and weeks[0].loading else start_load
    return {
        **_ramp_rules(weeks, start, judged),
        **_return_rule(weeks, start, judged),
        **_deload_rules(weeks, judged),
        **_taper_rules(weeks, test_day, judged),
        "monotony": _at_most(
            MONOTONY,
            (monotony(w) for w in weeks[judged.first :]),
            "mean of the seven daily loads ≤ 2.0 × their deviation",
        ),
    }


def _ramp_rules(weeks: Sequence[WeekFacts], start: float, judged: Judged) -> dict[str, RuleCheck]:
    used_to = _used_to(weeks, start, judged)
    steps = [
        (w.load, b)
        for i, (w, b) in enumerate(zip(weeks, used_to, strict=True))
        if w.loading and i >= judged.first
    ]
    trained = [week for week, gone in zip(weeks, _gone(weeks, start, judged), strict=True) if not gone]
    highs = [four for number, four in _fours(trained, start) if number > judged.first]
    usual = next((week.load for week in trained if week.loading), start)
    asked = [n for n in range(judged.first + 1, len(weeks) + 1) if n not in judged.eased]
    lows = [four for number, four in _fours(trained, usual) if number in asked]
    return {
        "ramp": _share_at_most(
            RAMP,
            [step for step in steps if step[0] > LIGHT_WEEK],
            ONE_SET,
            "load of a loading week above 200 ≤ 1.10 × the last loading week's, or back to the load before "
            "a taper",
        ),
        "load_ratio_high": _share_at_most(
            RATIO_HIGH,
            [four for four in highs if four[0] > LIGHT_WEEK],
            ONE_SET,
            "load of a loading week above 200 ≤ 1.3 × the mean of the last four",
        ),
        "load_ratio_low": _share_at_least(
            RATIO_LOW,
            lows,
            ONE_SET,
            "load of a loading week ≥ 0.8 × the mean of the last four",
        ),
    }


def _fours(weeks: Sequence[WeekFacts], start: float) -> list[tuple[int, tuple[float, float]]]:
    """Of each loading week its number, its load and the mean of the last four; `start` stands for before."""
    loads = [start] * 3 + [week.load for week in weeks]
    return [
        (week.number, (loads[i + 3], sum(loads[i : i + 4]) / 4))
        for i, week in enumerate(weeks)
        if week.loading
    ]


def _used_to(weeks: Sequence[WeekFacts], start: float, judged: Judged) -> list[float]:
    """Of each week the load that 1.10 is reckoned from."""
    found, last, before_taper, taper = [], start, 0.0, -RETURN_WEEKS - 1
    back = _return_loads(weeks, start, judged)
    for i, week in enumerate(weeks):
        usual = max(last, before_taper / RAMP) if i - taper <= RETURN_WEEKS else last
        found.append(max(usual, (back[i] or 0.0) / RAMP))
        if week.taper:
            before_taper, taper = last, i
        last = week.load if week.loading else last
    return found


def _gone(weeks: Sequence[WeekFacts], start: float, judged: Judged) -> list[bool]:
    """Of each week whether it went by without training: a quarter of the last loading week's load or less."""
    found, last = [], start
    for week in weeks:
        gone = judged.may_be_gone(week.number) and week.load <= GONE_SHARE * last
        found.append(gone)
        last = week.load if week.loading and not gone else last
    return found


def _return_loads(weeks: Sequence[WeekFacts], start: float, judged: Judged) -> list[float | None]:
    """Of each week the most load after a break: shares of the last loading week's before it."""
    found: list[float | None] = []
    last, before, away = start, start, 0
    shares: Iterator[float] = iter(())
    for week, gone in zip(weeks, _gone(weeks, start, judged), strict=True):
        if gone:
            before = last if away == 0 else before
            away += 1
            shares = iter(BACK_AFTER_ONE if away == 1 else BACK_AFTER_MORE)
            found.append(None)
            continue
        away = 0
        share = next(shares, None)
        found.append(None if share is None else share * before)
        last = week.load if week.loading else last
    return found


def _return_rule(weeks: Sequence[WeekFacts], start: float, judged: Judged) -> dict[str, RuleCheck]:
    most = _return_loads(weeks, start, judged)
    pairs = [(w.load, m) for i, (w, m) in enumerate(zip(weeks, most, strict=True)) if m and i >= judged.first]
    text = (
        "first weeks after a break ≤ 0.9, after more than a week of it 0.5, 0.7, 0.8, 0.9 of the load before"
    )
    return {"return_after_break": _share_at_most(1.0, pairs, ONE_SET, text)}


def _deload_rules(weeks: Sequence[WeekFacts], judged: Judged) -> dict[str, RuleCheck]:
    pairs = [
        (w.load, b.load) for w, b in _with_reference(weeks) if w.deload and b and w.number > judged.first
    ]
    return {
        "deload_load": _share_at_most(
            DELOAD_SHARE, pairs, ONE_SET, "load of a deload ≤ 0.70 × the last loading week's"
        ),
        "deload_spacing": _at_most(
            DELOAD_RUN,
            [float(r) for r in loading_runs(weeks)],
            "every fourth week is lighter: three loading weeks in a row, four before a taper",
        ),
    }


def _taper_rules(weeks: Sequence[WeekFacts], test_day: int | None, judged: Judged) -> dict[str, RuleCheck]:
    tapers = [(w, b) for w, b in _with_reference(weeks) if w.taper and b and w.number > judged.first]
    full = [(w, b) for w, b in tapers if _before_eve(w, test_day) and w.number not in judged.eased]
    return {
        "taper_most": _share_at_most(
            TAPER_HIGH,
            [(w.minutes, b.minutes) for w, b in tapers],
            ONE_SET_MIN,
            "minutes of a taper week ≤ 0.60 × before",
        ),
        "taper_least": _share_at_least(
            TAPER_LOW,
            [(w.minutes, b.minutes) for w, b in full],
            ONE_SET_MIN,
            "minutes of a full taper week ≥ 0.40 × before",
        ),
        "taper_intensity": _at_least(
            TAPER_EFFORT,
            (effort(w) - effort(b) for w, b in full),
            "effort of the hard work of the taper at most three quarters of a point below before",
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


def _share_at_most(limit: float, pairs: Sequence[tuple[float, float]], slack: float, text: str) -> RuleCheck:
    """The largest first ÷ second; met when within the limit or one set of it."""
    value = max((a / b for a, b in pairs if b), default=0.0)
    met = all(a <= (limit + ROUNDING) * b or a <= limit * b + slack for a, b in pairs)
    return RuleCheck(limit=f"{text} (or within one set)", value=round(value, 3), met=met)


def _share_at_least(limit: float, pairs: Sequence[tuple[float, float]], slack: float, text: str) -> RuleCheck:
    value = min((a / b for a, b in pairs if b), default=limit)
    met = all(a >= limit * b - slack for a, b in pairs)
    return RuleCheck(limit=f"{text} (or within one set)", value=round(value, 3), met=met)


def _before_eve(week: WeekFacts, test_day: int | None) -> bool:
    """Whether the whole week lies before the day before the test."""
    return test_day is None or week.number * 7 < test_day


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
