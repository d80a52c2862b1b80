"""A plan for a calendar program (RFC 5545): one all-day event for each training day or day of a menu."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from planners.printed.wording import Json, clock, duration, metres, money, phrase, plain, whole, words

PRODUCT = "-//Reveille//Plans//EN"
LINE_OCTETS = 75
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def calendar_ics(plan: Json, *, name: str, stamp: datetime) -> str:
    """The days of either kind of plan as all-day events that leave the day free.

    A plan that was planned anew (`changes`) also calls off what may have stood on its free days, and its
    later stamp makes its events replace those of the plan before.

    Parameters
    ----------
    plan : as `plan_json` gives it.
    name : what names the plans that follow each other; with the date it makes an event's UID, so that a
        calendar that is read again changes its events and doubles none.
    stamp : when the plan was made, with its zone.

    Raises
    ------
    ValueError
        For a stamp without a zone.
    """
    if stamp.tzinfo is None:
        raise ValueError("the stamp has no time zone")
    made = Made(name=name, at=f"{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}", sequence=_sequence(stamp))
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        *_events(plan, made),
        "END:VCALENDAR",
    ]
    return "".join(f"{folded(line)}\r\n" for line in lines)


@dataclass(frozen=True, kw_only=True)
class Made:
    """What every event says of its plan: the name, when it was made, and a number that grows with that."""

    name: str
    at: str
    sequence: int


def _sequence(stamp: datetime) -> int:
    """Seconds since 2020: of two plans the later has the higher, and it fits 32 bits until 2088."""
    return max(0, int((stamp - EPOCH).total_seconds()))


def _events(plan: Json, made: Made) -> Iterator[str]:
    if plan["kind"] == "nutrition":
        for each in plan["days"]:
            yield from _event(each["date"], made, _menu_title(each), _menu_text(each))
        return
    trained = {each["date"]: each for week in plan["weeks"] for each in week["days"] if each["exercises"]}
    first = date.fromisoformat(plan["start_date"])
    for number in range(7 * len(plan["weeks"])):
        on = (first + timedelta(days=number)).isoformat()
        if on in trained:
            yield from _event(on, made, _session_title(trained[on]), _session_text(trained[on]))
        elif plan.get("changes"):
            yield from _event(on, made, "Training: called off", ["Moved or left out."], off=True)


def _event(on: str, made: Made, title: str, text: list[str], *, off: bool = False) -> Iterator[str]:
    first = date.fromisoformat(on)
    yield "BEGIN:VEVENT"
    yield f"UID:{escaped(made.name)}-{on}@reveille"
    yield f"DTSTAMP:{made.at}"
    yield f"LAST-MODIFIED:{made.at}"
    yield f"SEQUENCE:{made.sequence}"
    if off:
        yield "STATUS:CANCELLED"
    yield f"DTSTART;VALUE=DATE:{first:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{first + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{escaped(title)}"
    yield "DESCRIPTION:" + escaped("\n".join(text))
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def escaped(text: str) -> str:
    r"""Text as the value of a property; line breaks become \n, other control characters vanish.

    >>> escaped("soup; bread, salt\r\nwater")
    'soup\\; bread\\, salt\\nwater'
    """
    broken = text.replace("\r\n", "\n").replace("\r", "\n")
    return CONTROLS.sub("", broken).translate(ESCAPES)


def folded(line: str) -> str:
    """The line in pieces of at most 75 octets of UTF-8, no character cut; a space leads on."""
    pieces, size = [""], 0
    for character in line:
        octets = len(character.encode())
        if size + octets > LINE_OCTETS:
            pieces.append(" ")
            size = 1
        pieces[-1] += character
        size += octets
    return "\r\n".join(pieces)


def _menu_title(menu_day: Json) -> str:
    return f"Menu: {whole(menu_day['nutrients']['energy_kcal'])} kcal, {money(menu_day['cost_usd'])}"


def _menu_text(menu_day: Json) -> list[str]:
    lines = []
    for meal in menu_day["meals"]:
        lines.append(f"{words(meal['slot'])}, {whole(meal['kcal'])} kcal")
        lines += [f"- {item['name']}: {item['measure']}" for item in meal["items"]]
    return lines


def _session_title(each: Json) -> str:
    return f"Training: {phrase(each['session_type'])}, {plain(each['minutes'])} min"


def _session_text(each: Json) -> list[str]:
    lines = [f"RPE {plain(each['rpe'])}, load {whole(each['load'])}, {whole(each['kcal'])} kcal"]
    return lines + [f"- {exercise_line(exercise)}" for exercise in each["exercises"]]


def exercise_line(exercise: Json) -> str:
    """One exercise in a line of text: dose, load, pace, effort, rest, note."""
    if "reps" in exercise:
        each = plain(exercise["reps"])
    else:
        each = duration(exercise["seconds"]) if "seconds" in exercise else metres(exercise["distance_m"])
    parts = [f"{exercise['name']}: {exercise['sets']} × {each}"]
    if "load_kg" in exercise:
        parts.append(f"{plain(exercise['load_kg'])} kg")
    if "pace_s_per_km" in exercise:
        parts.append(f"{clock(exercise['pace_s_per_km'])} /km")
    if exercise.get("rpe") is not None:
        parts.append(f"RPE {plain(exercise['rpe'])}")
    if exercise.get("rest_s"):
        parts.append(f"rest {clock(exercise['rest_s'])}")
    return ", ".join([*parts, *([exercise["note"]] if exercise.get("note") else [])])
