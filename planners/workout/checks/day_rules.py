"""Rules of single days and of days beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from planners.plan import RuleCheck, TrainingWeek
from planners.spec import WorkoutRequest
from planners.workout.checks.facts import DayFacts, WeekFacts
from planners.workout.checks.safety import (
    birth_breaches,
    equipment_breaches,
    exercises_of,
    level_breaches,
    restriction_breaches,
)

LONGEST_RUN, RUN_WINDOW = 1.10, 30
EVE_RPE = 4.0
ROUNDING_MIN, ROUNDING_LOAD = 0.06, 0.11
HIGH_SETS = {"novice": 14.0, "intermediate": 18.0, "advanced": 22.0}
KNEE, HINGE = {"squat", "lunge"}, {"hinge"}
PUSH, PULL = {"horizontal_push", "vertical_push"}, {"horizontal_pull", "vertical_pull"}


def _none(values: Sequence[object], text: str) -> RuleCheck:
    return RuleCheck(limit=text, value=float(len(values)), met=not values)


def safety_rules(weeks: Sequence[TrainingWeek], request: WorkoutRequest) -> dict[str, RuleCheck]:
    """Restrictions, equipment and level, from the raw table."""
    names = exercises_of(weeks)
    restrictions = restriction_breaches(names, (str(r) for r in request.restrictions))
    restrictions += birth_breaches(names, request.postpartum_weeks)
    excluded = [name for name in names if name in request.excluded_exercises]
    equipment = equipment_breaches(names, (str(e) for e in request.equipment))
    level = level_breaches(names, str(request.level))
    return {
        "restrictions": _none(restrictions, "no exercise against a restriction"),
        "exclusions": _none(excluded, "no exercise that was excluded"),
        "equipment": _none(equipment, "no exercise without its equipment"),
        "level": _none(level, "no exercise above the level"),
    }


def calendar_rules(
    weeks: Sequence[TrainingWeek], facts: Sequence[WeekFacts], request: WorkoutRequest, test_day: int | None
) -> dict[str, RuleCheck]:
    """Days, dates and minutes as asked for."""
    days = [day for week in weeks for day in week.days]
    numbers = [(week.number - 1, day.number) for week in facts for day in week.days]
    wrong = [day for day in days if day.weekday not in request.available_days]
    wrong += [day for day in days if day.date.weekday() != WEEKDAYS.index(str(day.weekday))]
    order = [n for _, n in numbers]
    misplaced = [n for w, n in numbers if n // 7 != w] + (order if order != sorted(set(order)) else [])
    most = max((len(week.days) for week in facts), default=0)
    longest = max((day.minutes for day in days), default=0.0)
    eve = [d for w in facts for d in w.days if test_day is not None and d.number == test_day - 1]
    on_day = [d for w in facts for d in w.days if test_day is not None and d.number == test_day]
    return {
        "available_days": _none(wrong, "training on the member's own weekdays only"),
        "dates": _none(misplaced, "every date in its week, in order, once"),
        "days_per_week": RuleCheck(
            limit=f"at most {request.days_per_week} training days a week",
            value=float(most),
            met=most <= request.days_per_week,
        ),
        "minutes_per_day": RuleCheck(
            limit=f"at most {request.minutes_per_day} minutes a day",
            value=longest,
            met=longest <= request.minutes_per_day + ROUNDING_MIN,
        ),
        "day_before_test": RuleCheck(
            limit="rest or effort ≤ 4 the day before the test, nothing on its day",
            value=max((day.hardest for day in eve + on_day), default=0.0),
            met=not on_day and all(day.hardest <= EVE_RPE for day in eve),
        ),
    }


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def sum_rules(weeks: Sequence[TrainingWeek], facts: Sequence[WeekFacts]) -> dict[str, RuleCheck]:
    """Minutes and loads add up."""
    minutes = [abs(day.minutes - day.line_minutes) for week in facts for day in week.days]
    loads = [abs(day.load - day.rpe * day.minutes) for week in facts for day in week.days]
    loads += [abs(week.load - sum(day.load for day in week.days)) for week in weeks]
    return {
        "minutes_add_up": RuleCheck(
            limit="minutes of a day = its lines ± 0.06",
            value=round(max(minutes, default=0.0), 3),
            met=max(minutes, default=0.0) <= ROUNDING_MIN,
        ),
        "load_adds_up": RuleCheck(
            limit="load = effort × minutes ± 0.11, of a week the sum of its days",
            value=round(max(loads, default=0.0), 3),
            met=max(loads, default=0.0) <= ROUNDING_LOAD,
        ),
    }


def neighbour_rules(facts: Sequence[WeekFacts], today: int) -> dict[str, RuleCheck]:
    """48 hours for a muscle, and no hard run beside heavy legs; asked of days from `today` on."""
    days = [day for week in facts for day in week.days]
    pairs = [(a, b) for a, b in pairwise(days) if b.number - a.number == 1 and b.number >= today]
    days = [day for day in days if day.number >= today]
    again = [(a, b) for a, b in pairs if a.muscles & b.muscles]
    clash = [d for d in days if d.legs and d.hard_run]
    clash += [a for a, b in pairs if (a.legs and b.hard_run) or (a.hard_run and b.legs)]
    return {
        "recovery_48h": _none(again, "no muscle against resistance on two days in a row"),
        "interference": _none(clash, "no hard run on a day of heavy legs, or the day before or after"),
    }


def run_rules(facts: Sequence[WeekFacts], long_start_m: float, today: int) -> dict[str, RuleCheck]:
    """A day's running ≤ 1.10 × the most of the 30 days before, from `today` on.

    Parameters
    ----------
    long_start_m : stands for the time before the plan.
    """
    runs = [(day.number, day.run_m) for week in facts for day in week.days if day.run_m]
    ratios, first = [], 0
    for at, (number, metres) in enumerate(runs):
        while runs[first][0] < number - RUN_WINDOW:
            first += 1
        if number >= today:
            ratios.append(metres / max([long_start_m, *(m for _, m in runs[first:at])]))
    value = max(ratios, default=0.0)
    text = "metres run on a day ≤ 1.10 × the most of the 30 days before"
    return {"longest_run": RuleCheck(limit=text, value=round(value, 3), met=value <= LONGEST_RUN + 0.005)}


def march_rules(facts: Sequence[WeekFacts], today: int) -> dict[str, RuleCheck]:
    """At most one march in seven days; load and distance never both up; asked of marches from `today` on."""
    marches = [(day.number, *day.march) for week in facts for day in week.days if day.march is not None]
    pairs = [(a, b) for a, b in pairwise(marches) if b[0] >= today]
    close = [b for a, b in pairs if b[0] - a[0] < 7]
    both = [b for a, b in pairs if b[1] > a[1] and b[2] > a[2]]
    return {
        "ruck_spacing": _none(close, "at most one march in seven days"),
        "ruck_progress": _none(both, "distance and load of a march never both up"),
    }


def session_rules(facts: Sequence[WeekFacts], level: str) -> dict[str, RuleCheck]:
    """Order within a session and sets of a muscle in a week."""
    days = [day for week in facts for day in week.days]
    jumbled = [day for day in days if list(day.ranks) != sorted(day.ranks)]
    most = max((_most_sets(week.days) for week in facts), default=0.0)
    return {
        "order": _none(jumbled, "large before small, multi-joint before single, trunk last"),
        "muscle_sets": RuleCheck(
            limit=f"at most {HIGH_SETS[level]:g} sets of a muscle a week, indirect ones half",
            value=most,
            met=most <= HIGH_SETS[level],
        ),
    }


def _most_sets(days: Sequence[DayFacts]) -> float:
    totals: dict[str, float] = {}
    for day in days:
        for muscle, sets in day.sets.items():
            totals[muscle] = totals.get(muscle, 0.0) + sets
    return max(totals.values(), default=0.0)


def aerobic_rule(facts: Sequence[WeekFacts], floor: float) -> dict[str, RuleCheck]:
    """Moderate-equivalent minutes of a loading week."""
    value = min((sum(day.moderate for day in week.days) for week in facts if week.loading), default=floor)
    text = f"at least {floor:.0f} aerobic minutes in a loading week, those at effort 6 and more twice"
    return {"aerobic_floor": RuleCheck(limit=text, value=round(value, 1), met=value >= floor - 0.5)}


def strength_rule(facts: Sequence[WeekFacts], days: int) -> dict[str, RuleCheck]:
    """Days of resistance work in a loading week."""
    counts = [sum(bool(day.muscles) for day in week.days) for week in facts if week.loading]
    value = float(min(counts, default=days))
    text = f"resistance work on at least {days} days of a loading week"
    return {"strength_days": RuleCheck(limit=text, value=value, met=value >= days)}


def movement_rule(facts: Sequence[WeekFacts], groups: Sequence[frozenset[str]]) -> dict[str, RuleCheck]:
    """Every movement that the member can do is in every loading week."""
    lacking = [
        (week.number, group)
        for week in facts
        if week.loading
        for group in groups
        if not any(day.patterns & group for day in week.days)
    ]
    return {"movements": _none(lacking, "knee bend, hip hinge, push, pull and trunk in every loading week")}
