"""Training plans: each different line of a session is kept once; names, weekdays and sums follow."""

from __future__ import annotations

from datetime import date
from typing import Any

from planners.lean.catalogue import Exercises

Json = dict[str, Any]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DOSES = ("sets", "reps", "seconds", "distance_m", "load_kg", "pace_s_per_km", "rpe", "rest_s")
AS_IT_IS = ("prediction", "checks", "because", "solution", "versions", "warnings")


def kept(body: Json, exercises: Exercises) -> Json:
    """What a training plan's `whole` needs beside the catalogue."""
    lines: dict[tuple[Any, ...], int] = {}
    start = date.fromisoformat(body["start_date"])
    weeks = [
        [week["phase"], int(week["deload"]) + 2 * int(week["taper"]),
         *(_kept_day(day, start, lines, exercises) for day in week["days"])]
        for week in body["weeks"]
    ]  # fmt: skip
    rows = [[line[0], *(_bare(part) for part in line[1:-1]), line[-1]] for line in lines]
    return {
        "start": body["start_date"],
        "weeks": weeks,
        "lines": [_without_empty_end(row) for row in rows],
        **{name: body[name] for name in AS_IT_IS},
    }


def _kept_day(day: Json, start: date, lines: dict[tuple[Any, ...], int], exercises: Exercises) -> list[Any]:
    numbers = [lines.setdefault(_line(line, exercises), len(lines)) for line in day["exercises"]]
    on = (date.fromisoformat(day["date"]) - start).days
    return [on, day["session_type"], day["minutes"], day["kcal"], day["rpe"], *numbers]


def _line(line: Json, exercises: Exercises) -> tuple[Any, ...]:
    # The type is a part of the key: 16 and 16.0 are two loads.
    doses = ((type(line[name]), line[name]) if name in line else None for name in DOSES)
    return (exercises.row_of[line["exercise_id"]], *doses, line["note"])


def _bare(dose: tuple[type, Any] | None) -> Any:
    return 0 if dose is None else dose[1]


def _without_empty_end(row: list[Any]) -> list[Any]:
    return row[:-1] if row[-1] == "" else row


def whole(lean: Json, exercises: Exercises) -> Json:
    """The training plan, as far as it follows from what was kept."""
    start = date.fromisoformat(lean["start"])
    lines = [_exercise(line, exercises) for line in lean["lines"]]
    weeks = [_week(nth, week, start, lines) for nth, week in enumerate(lean["weeks"], start=1)]
    kept_so = {name: lean[name] for name in AS_IT_IS}
    return {"kind": "workout", "start_date": lean["start"], "weeks": weeks, **kept_so}


def _exercise(line: list[Any], exercises: Exercises) -> Json:
    row, doses, note = line[0], line[1 : 1 + len(DOSES)], line[1 + len(DOSES) :]
    given = {name: dose for name, dose in zip(DOSES, doses, strict=True) if dose or name == "rest_s"}
    return {
        "exercise_id": exercises.ids[row],
        "name": exercises.names[row],
        **given,
        "note": note[0] if note else "",
    }


def _week(nth: int, week: list[Any], start: date, lines: list[Json]) -> Json:
    phase, flags, *kept_days = week
    days = [_day(day, start, lines) for day in kept_days]
    return {
        "week": nth,
        "phase": phase,
        "load": round(sum(day["load"] for day in days), 1),
        "minutes": round(sum(day["minutes"] for day in days), 1),
        "deload": bool(flags & 1),
        "taper": bool(flags & 2),
        "days": days,
    }


def _day(day: list[Any], start: date, lines: list[Json]) -> Json:
    after, session_type, minutes, kcal, rpe, *numbers = day
    on = date.fromordinal(start.toordinal() + after)
    return {
        "date": on.isoformat(),
        "weekday": WEEKDAYS[on.weekday()],
        "session_type": session_type,
        "minutes": minutes,
        "kcal": kcal,
        "rpe": rpe,
        "load": round(rpe * minutes, 1),
        "exercises": [dict(lines[number]) for number in numbers],
    }
