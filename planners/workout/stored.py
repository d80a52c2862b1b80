"""A stored plan read back: as the plan's dataclasses, and its days as the sessions they were made of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from planners.errors import FieldError, InvalidRequest
from planners.outcome import Termination
from planners.plan import (
    EventPrediction,
    Exercise,
    RuleCheck,
    Solution,
    TrainingDay,
    TrainingWeek,
    WorkoutPlan,
)
from planners.spec import Weekday
from planners.workout.aerobic import STANDING_MET, met_of
from planners.workout.catalog import load_catalogue
from planners.workout.draft import Session
from planners.workout.line import Line, Part
from planners.workout.scheme import Kind, exercised, kinds
from planners.workout.shape import BESIDE_WEIGHT, LONG_WEIGHT, Slot
from planners.workout.split import Focus
from planners.workout.vocabulary import Pattern, Quality

HARD_RPE = 6.0
AROUND = (str(Part.WARM_UP), str(Part.COOL_DOWN))


def stored_plan(data: Mapping[str, Any]) -> WorkoutPlan:
    """The plan whose JSON, as `planners.plan.plan_json` gives it, is `data`.

    Raises
    ------
    InvalidRequest
        When the data holds an exercise that this catalogue has not.
    """
    solution = data["solution"]
    return WorkoutPlan(
        start_date=date.fromisoformat(data["start_date"]),
        weeks=tuple(_week(week, at) for at, week in enumerate(data["weeks"])),
        prediction={name: EventPrediction(**_event(e)) for name, e in data["prediction"].items()},
        checks={name: RuleCheck(**check) for name, check in data["checks"].items()},
        because=tuple(data["because"]),
        solution=Solution(**{**solution, "status": Termination(solution["status"])}),
        versions=dict(data["versions"]),
        warnings=tuple(data["warnings"]),
    )


def _event(event: Mapping[str, Any]) -> dict[str, Any]:
    return {"points": None, "points_cautious": None, **event}


def _week(week: Mapping[str, Any], at: int) -> TrainingWeek:
    days = tuple(_day(day, f"/weeks/{at}/days/{d}") for d, day in enumerate(week["days"]))
    return TrainingWeek(**{**week, "days": days})


def _day(day: Mapping[str, Any], pointer: str) -> TrainingDay:
    for at, line in enumerate(day["exercises"]):
        if line["exercise_id"] not in load_catalogue().row_of:
            text = f"this catalogue has no {line['exercise_id']}: the plan was made from another"
            raise InvalidRequest([FieldError(pointer=f"{pointer}/exercises/{at}", detail=text)])
    return TrainingDay(
        **{
            **day,
            "date": date.fromisoformat(day["date"]),
            "weekday": Weekday(day["weekday"]),
            "exercises": tuple(Exercise(**line) for line in day["exercises"]),
        }
    )


def session_of(day: TrainingDay, number: int) -> Session:
    """The session that a printed day was made of, standing on day `number` of its week."""
    lines = [line_of(each) for each in day.exercises if each.note not in AROUND]
    return Session(slot=slot_of(day, number), lines=lines)


def slot_of(day: TrainingDay, number: int) -> Slot:
    """What a printed day is made of, from its type."""
    words = day.session_type.split("_and_")
    if words == ["recovery"]:
        return Slot(day=number, recovery=True)
    hard = [q for q in (Quality.THRESHOLD, Quality.SPEED) if any(w.startswith(f"{q}_") for w in words)]
    focus = [f for f in Focus if str(f) in words]
    long = any(w.startswith("long_") for w in words)
    easy = any(w.startswith(("long_", "easy_")) for w in words)
    alone = not focus and not hard
    weight = (LONG_WEIGHT if long else 1.0) if alone else BESIDE_WEIGHT
    return Slot(
        day=number,
        focus=focus[0] if focus else None,
        hard=hard[0] if hard else None,
        easy=weight if easy else 0.0,
        long=long,
        ruck="ruck_march" in words,
    )


def line_of(each: Exercise) -> Line:
    """The line that a printed exercise between warm-up and cool-down was made of."""
    row = load_catalogue().row_of[each.exercise_id]
    exercise, part = exercised()[row], part_of(each)
    resistance = part is Part.RESISTANCE
    if each.seconds is not None:
        work = each.seconds * (exercise.sides if resistance else 1)
    elif each.distance_m is not None:
        pace = each.pace_s_per_km
        a_metre = pace / 1000 if pace else exercise.seconds_per_rep * (exercise.sides if resistance else 1)
        work = each.distance_m * a_metre
    else:
        work = (each.reps or 0) * exercise.seconds_per_rep * exercise.sides
    steady = not resistance and each.sets == 1 and each.seconds is not None and not each.rest_s
    return Line(
        row=row,
        part=part,
        sets=each.sets,
        reps=each.reps or 0,
        seconds=round(each.seconds or 0),
        metres=round(each.distance_m or 0),
        work_s=float(work),
        rest_s=each.rest_s,
        setup_s=0.0 if steady else exercise.setup_s,
        load_kg=each.load_kg,
        pace_s_per_km=each.pace_s_per_km,
        rpe=each.rpe or 0.0,
        met=exercise.met if resistance else met_of(row, each.pace_s_per_km),
        rest_met=exercise.met if resistance else STANDING_MET,
        note=each.note,
        least=2 if part is Part.HARD and not steady else 1,
    )


def part_of(each: Exercise) -> Part:
    """The part of a session that a printed exercise belongs to."""
    if each.note in AROUND:
        return Part(each.note)
    row = load_catalogue().row_of[each.exercise_id]
    if kinds()[row] is not Kind.NONE:
        return Part.RESISTANCE
    if load_catalogue().patterns[row] is Pattern.MARCH:
        return Part.RUCK
    return Part.HARD if (each.rpe or 0.0) >= HARD_RPE else Part.EASY
