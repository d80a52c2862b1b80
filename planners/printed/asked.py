"""What a plan was asked for, so that its reader can see whom it suits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from planners.printed.markup import Markup, group, tag
from planners.printed.wording import Json, full_date, money, phrase, plain, words


def menu_asked(request: Json) -> Markup:
    """The request of a menu; allergies and diets first, because they must not be missed."""
    budget, target = request.get("budget_usd_per_day"), request.get("target_weight_kg")
    return _told({
        "Without": _listed(request["allergies"]),
        "Diet": _listed(request["diets"]),
        "Goal": _goal(request, f"{plain(target)} kg" if target is not None else ""),
        "Member": _member(request["member"]),
        "Not liked": ", ".join(request["dislikes"]),
        "Liked": ", ".join(request["likes"]),
        "Budget": f"{money(budget)} a day" if budget is not None else "",
    })  # fmt: skip


def training_asked(request: Json) -> Markup:
    """The request of a training plan; what must be spared first."""
    return _told({
        "Spared": _spared(request),
        "Goal": _goal(request, _test(request["test"]) if request.get("test") else ""),
        "Time": f"{request['days_per_week']} days a week, at most {request['minutes_per_day']} minutes",
        "Equipment": _listed(request["equipment"]) or "body weight",
        "Level": words(request["level"]),
        "Member": _member(request["member"]),
    })  # fmt: skip


def _spared(request: Json) -> str:
    """Restrictions, exclusions, the weeks after a birth and waived events, as far as the request has them."""
    weeks, test = request.get("postpartum_weeks"), request.get("test") or {}
    return ", ".join([
        *(phrase(name) for name in request["restrictions"]),
        *(f"without {phrase(name)}" for name in request.get("excluded_exercises", ())),
        *([f"{weeks} weeks after a birth"] if weeks is not None else []),
        *(f"{name} waived" for name in test.get("waived", ())),
    ])  # fmt: skip


def _told(lines: dict[str, str]) -> Markup:
    return tag("dl", *(group([tag("dt", name), tag("dd", text)]) for name, text in lines.items() if text))


def _goal(request: Json, more: str) -> str:
    return ": ".join(part for part in (words(request["goal"]), more) if part)


def _member(member: Json) -> str:
    body = f"{plain(member['height_cm'])} cm, {plain(member['weight_kg'])} kg"
    activity = phrase(member["activity"])
    return f"{words(member['sex'])}, {member['age_years']} years, {body}, {activity}"


def _test(test: Json) -> str:
    name = phrase(test["name"]).upper()
    points = test.get("target_points")
    wanted = f", {plain(points)} points wanted" if points is not None else ""
    return f"{name} on {full_date(date.fromisoformat(test['date']))}, {test['standard']} standard{wanted}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(phrase(name) for name in names)
