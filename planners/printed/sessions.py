"""One session of training: what to do, how hard, and how long to rest."""

from __future__ import annotations

from planners.printed.markup import Markup, column, day, figure, group, number, numbers, table, tag
from planners.printed.wording import (
    Json,
    clock,
    duration,
    long_date,
    metres,
    mile_pace,
    phrase,
    plain,
    pounds,
    whole,
)

HEAD = (
    *(column(word) for word in ("Exercise", "Do")),
    *(numbers(word) for word in ("RPE", "Rest")),
    tag("th", "Done: sets, load, RPE", scope="col", class_="paper"),
)


def anchor(training_day: Json) -> str:
    """The name by which the page's own links find the session."""
    return f"d-{training_day['date']}"


def session(training_day: Json) -> Markup:
    """The session as a block of its own."""
    title = group([day(training_day["date"], long_date), f": {phrase(training_day['session_type'])}"])
    body = table(HEAD, [tag("tbody", *(_row(each) for each in training_day["exercises"]))])
    return tag("section", tag("h3", title), _sums(training_day), body, id=anchor(training_day))


def _sums(each: Json) -> Markup:
    parts = [
        figure(each["minutes"], plain), " min · RPE ", figure(each["rpe"], plain),
        " · load ", figure(each["load"], whole), " · ", figure(each["kcal"], whole), " kcal",
    ]  # fmt: skip
    return tag("p", *parts, class_="sums")


def _row(exercise: Json) -> Markup:
    note = tag("small", f" ({exercise['note']})") if exercise.get("note") else ""
    rpe, rest = exercise.get("rpe"), exercise.get("rest_s")
    return tag(
        "tr",
        tag("td", exercise["name"], note),
        tag("td", dose(exercise), " ", tag("span", intensity(exercise)), class_="dose"),
        number(figure(rpe, plain) if rpe is not None else ""),
        number(figure(rest, clock) if rest else ""),
        tag("td", class_="paper"),
    )


def dose(exercise: Json) -> Markup:
    """`3 × 5`, `2 × 1:30 min` or `1 × 3.2 km`."""
    if "reps" in exercise:
        each = figure(exercise["reps"], plain)
    elif "seconds" in exercise:
        each = figure(exercise["seconds"], duration)
    else:
        each = figure(exercise["distance_m"], metres)
    return group([figure(exercise["sets"], plain), " × ", each])


def intensity(exercise: Json) -> Markup:
    """The load and the pace, where it has them, in the plan's unit and in the other."""
    parts = []
    if "load_kg" in exercise:
        load = exercise["load_kg"]
        parts.append(group(["at ", figure(load, plain), f" kg ({pounds(load)}) "]))
    if "pace_s_per_km" in exercise:
        pace = exercise["pace_s_per_km"]
        parts.append(group(["at ", figure(pace, clock), f" /km ({mile_pace(pace)})"]))
    return group(parts)
