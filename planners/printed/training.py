"""A workout plan as a page: the test, the calendar, every session, the rules and the reasons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from planners.printed.asked import training_asked
from planners.printed.markup import Markup, column, day, figure, group, number, numbers, table, tag
from planners.printed.names import EVENTS, event_words, in_order
from planners.printed.page import bullets, foot, page, warnings
from planners.printed.sessions import anchor, session
from planners.printed.wording import Json, clock, phrase, plain, short_date, span, whole, words

BAR = 120  # longest bar of the calendar, in CSS pixels
LEGEND = (
    "RPE is the effort from 1 to 10: at 8 you could do two repetitions more, at 7 three.",
    "Load is the session's RPE times its minutes.",
    "Loads and paces in pounds and miles are the same figures, rounded.",
)


def training_page(plan: Json, request: Json | None = None) -> str:
    """The page of a workout plan, to read on a phone or to print.

    Parameters
    ----------
    plan : as `plan_json` gives it; `id` and `state`, where it has them, are told too.
    request : what was asked for, as `request_json` gives it; told at the top when it is given.
    """
    dates = [date.fromisoformat(d["date"]) for week in plan["weeks"] for d in week["days"]]
    parts = [
        warnings(plan),
        training_asked(request) if request else "",
        _prediction(plan["prediction"]) if plan["prediction"] else "",
        _calendar(plan["weeks"]),
        _reasons(plan["because"]),
        *(_week(week) for week in plan["weeks"]),
        _checks(plan["checks"]),
        foot(plan),
    ]
    first = date.fromisoformat(plan["start_date"])
    return page(f"Training for {span(first, max(dates, default=first))}", parts)


def _prediction(prediction: Json) -> Markup:
    head = (column("Event"), numbers("Now"), numbers("Expected"), numbers("Cautious"))
    rows = (_event(name, prediction[name]) for name in in_order(prediction, tuple(EVENTS)))
    note = "Expected: as likely bettered as missed. Cautious: bettered in nine cases of ten."
    body = table(head, [tag("tbody", *rows)])
    return tag("section", tag("h2", "On the test day"), body, tag("p", note, class_="quiet"))


def _event(name: str, each: Json) -> Markup:
    result = _result(each["unit"])
    now, expected, cautious = (figure(each[when], result) for when in ("now", "expected", "cautious"))
    cells = (
        number(now),
        number(group([expected, _points(each.get("points"))])),
        number(group([cautious, _points(each.get("points_cautious"))])),
    )
    return tag("tr", tag("th", event_words(name), scope="row"), *cells)


def _points(points: float | None) -> Markup:
    return Markup() if points is None else tag("small", " ", figure(points, plain), " points")


def _result(unit: str) -> Callable[[float], str]:
    if unit == "s":
        return clock
    return plain if unit == "ratio" else lambda value: f"{plain(value)} {unit}"


def _calendar(weeks: list[Json]) -> Markup:
    most = max((week["load"] for week in weeks), default=0.0)
    rows = (_calendar_row(week, most) for week in weeks)
    body = table((column("Week"), column("Sessions")), [tag("tbody", *rows)], "calendar")
    return tag("section", tag("h2", "Calendar"), body, class_="flow")


def _calendar_row(week: Json, most: float) -> Markup:
    name = tag("a", f"{week['week']} {phase(week)}", href=f"#week-{week['week']}")
    sums = group([figure(week["minutes"], whole), " min · load ", figure(week["load"], whole)])
    bar = _bar(week["load"] / most if most else 0.0)
    head = tag("th", name, tag("div", tag("small", sums)), bar, scope="row")
    return tag("tr", head, tag("td", bullets([_in_calendar(each) for each in week["days"]])))


def _bar(share: float) -> Markup:
    rect = tag("rect", width=f"{BAR * share:.0f}", height="5")
    return tag("svg", rect, class_="bar", width=str(BAR), height="5", aria_hidden="true")


def phase(week: Json) -> str:
    """The week's phase, and that it is lighter where it is.

    >>> phase({"phase": "build", "deload": True, "taper": False})
    'build, deload'
    """
    marks = (mark for mark in ("deload", "taper") if week[mark] and week["phase"] != mark)
    return ", ".join((week["phase"], *marks))


def _in_calendar(each: Json) -> Markup:
    on = tag("a", day(each["date"], short_date), href=f"#{anchor(each)}")
    return group([on, f" {phrase(each['session_type'])}"])


def _reasons(because: list[str]) -> Markup:
    return tag("section", tag("h2", "Why it is so"), bullets(because), class_="flow") if because else Markup()


def _week(week: Json) -> Markup:
    head = tag("h2", f"Week {week['week']}", tag("small", f" · {phase(week)}"))
    sessions = (session(each) for each in week["days"] if each["exercises"])
    return tag("section", head, *sessions, class_="flow", id=f"week-{week['week']}")


def _checks(checks: Json) -> Markup:
    rows = []
    for name in sorted(checks, key=lambda name: (checks[name]["met"], name)):
        each = checks[name]
        stands = tag("td", "✓") if each["met"] else tag("td", "missed", class_="missed")
        limit, value = tag("td", each["limit"]), number(figure(each["value"], plain))
        rows.append(tag("tr", tag("th", words(name), scope="row"), limit, value, stands))
    body = table((column("Rule"), column("Limit"), numbers("Plan"), column("")), [tag("tbody", *rows)])
    return tag("section", tag("h2", "Rules"), body, bullets(LEGEND, class_="quiet"))
