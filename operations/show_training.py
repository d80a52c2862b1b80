"""A workout plan as tables for a terminal: the calendar, sessions in full, the prediction, the rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from planners.printed.wording import clock, words

Json = dict[str, Any]


def training(plan: Json, weeks_in_full: int) -> Iterator[RenderableType]:
    """The parts of the page; the first `weeks_in_full` weeks with every exercise."""
    yield calendar(plan["weeks"])
    for week in plan["weeks"][:weeks_in_full]:
        yield week_table(week)
    if plan["prediction"]:
        yield prediction_table(plan["prediction"])
    yield checks_table(plan["checks"])
    yield Text("Why this plan", style="bold")
    yield from (Text(f"- {reason}") for reason in plan["because"])
    yield from (Text(f"Note: {warning}", style="yellow") for warning in plan["warnings"])


def calendar(weeks: list[Json]) -> Table:
    """All weeks: phase, load, and what is on each training day."""
    table = Table(title="Training calendar", title_justify="left", title_style="bold")
    for name in ("Week", "Phase"):
        table.add_column(name)
    for name in ("Minutes", "Load"):
        table.add_column(name, justify="right")
    table.add_column("Sessions", ratio=1)
    for week in weeks:
        marks = "".join(f", {mark}" for mark in ("deload", "taper") if week[mark] and week["phase"] != mark)
        sessions = "; ".join(_in_calendar(day) for day in week["days"] if day["exercises"])
        phase = words(week["phase"]) + marks
        table.add_row(str(week["week"]), phase, f"{week['minutes']:.0f}", f"{week['load']:,.0f}", sessions)
    return table


def week_table(week: Json) -> Table:
    """One week: a line for each exercise, the session's date, kind and length beside the first three."""
    table = Table(title=f"Week {week['week']} in full", title_justify="left", title_style="bold")
    table.add_column("Session")
    table.add_column("Exercise", ratio=1)
    table.add_column("Do")
    table.add_column("At")
    table.add_column("RPE", justify="right")
    table.add_column("Rest", justify="right")
    for day in week["days"]:
        told = _session(day)
        for number, each in enumerate(day["exercises"]):
            cells = (each["name"], dose(each), intensity(each), _optional(each.get("rpe"), "g"), _rest(each))
            last = number == len(day["exercises"]) - 1
            table.add_row("\n".join(told if last else told[:1]), *cells, end_section=last)
            del told[:1]
    return table


def dose(exercise: Json) -> str:
    """`3 × 5`, `2 × 1:30` or `1 × 3.2 km`."""
    if "reps" in exercise:
        amount = f"{exercise['reps']}"
    elif "seconds" in exercise:
        amount = clock(exercise["seconds"])
    else:
        metres = exercise["distance_m"]
        amount = f"{metres / 1000:.3g} km" if metres >= 1000 else f"{metres:.0f} m"
    return f"{exercise['sets']} × {amount}"


def intensity(exercise: Json) -> str:
    """The load or the pace, if it has one."""
    if "load_kg" in exercise:
        return f"{exercise['load_kg']:g} kg"
    if "pace_s_per_km" in exercise:
        return f"{clock(exercise['pace_s_per_km'])} /km"
    return ""


def prediction_table(prediction: Json) -> Table:
    """Each event now and on the day of the test."""
    table = Table(title="On the test day", title_justify="left", title_style="bold")
    table.add_column("Event")
    for name in ("Now", "Expected", "Cautious", "Points", "Cautious points"):
        table.add_column(name, justify="right")
    for event, each in prediction.items():
        figures = (_result(each[when], each["unit"]) for when in ("now", "expected", "cautious"))
        points = (_optional(each.get(name), ".0f") for name in ("points", "points_cautious"))
        table.add_row(event, *figures, *points)
    return table


def checks_table(checks: Json) -> Table:
    """Every rule of a good plan, its limit and the plan's value; what is missed first."""
    table = Table(title="Rules", title_justify="left", title_style="bold")
    table.add_column("Rule")
    table.add_column("Limit", ratio=1)
    table.add_column("Plan", justify="right")
    table.add_column("")
    for name, check in sorted(checks.items(), key=lambda named: (named[1]["met"], named[0])):
        verdict = "[green]ok" if check["met"] else "[red]missed"
        table.add_row(words(name), check["limit"], f"{check['value']:.4g}", verdict)
    return table


def _in_calendar(day: Json) -> str:
    when = f"{date.fromisoformat(day['date']):%a %d %b}"
    return f"{when} {words(day['session_type']).lower()} {day['minutes']:.0f} min"


def _session(day: Json) -> list[str]:
    length = f"{day['minutes']:.0f} min, {day['kcal']:.0f} kcal"
    return [f"{date.fromisoformat(day['date']):%a %d %b}", words(day["session_type"]), length]


def _rest(exercise: Json) -> str:
    return clock(exercise["rest_s"]) if exercise.get("rest_s") else ""


def _result(value: float, unit: str) -> str:
    return clock(value) if unit == "s" else f"{value:.0f} {unit}"


def _optional(value: float | None, form: str) -> str:
    return "" if value is None else format(value, form)
