"""A nutrition plan as a page: each day's meals, the shopping list, the tables behind them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from planners.printed.asked import menu_asked
from planners.printed.markup import Markup, column, day, figure, group, number, numbers, table, tag
from planners.printed.nutrition_tables import day_limits, hei_table, nutrient_table, sources
from planners.printed.page import foot, page, warnings
from planners.printed.shopping import shopping_section
from planners.printed.wording import Json, amount, cents, long_date, money, span, tenth, whole, words


def menu_page(plan: Json, request: Json | None = None) -> str:
    """The page of a nutrition plan, to read on a phone or to print.

    Parameters
    ----------
    plan : as `plan_json` gives it; `id` and `state`, where it has them, are told too.
    request : what was asked for, as `request_json` gives it; told at the top when it is given.
    """
    dates = [date.fromisoformat(each["date"]) for each in plan["days"]]
    parts = [
        *(_week_sums(week) for week in plan["weeks"]),
        warnings(plan),
        menu_asked(request) if request else "",
        *(_day(each) for each in plan["days"]),
        shopping_section(plan),
        *_tables(plan),
        foot(plan),
    ]
    return page(f"Menu for {span(dates[0], dates[-1])}" if dates else "Menu", parts)


def _week_sums(week: Json) -> Markup:
    return tag("p", f"Week {week['week']}, mean of a day: ", _sums(week), class_="sums")


def _sums(held: Json) -> Markup:
    """Energy, cost and eating index of a day or a week."""
    return group([
        figure(held["nutrients"]["energy_kcal"], whole), " kcal · ", figure(held["cost_usd"], money),
        " · HEI ", figure(held["hei_2020"]["total"], tenth), " of 100",
    ])  # fmt: skip


def _day(menu_day: Json) -> Markup:
    head = tag("h2", day(menu_day["date"], long_date), tag("small", f" · day {menu_day['day']}"))
    bodies = (_meal(meal) for meal in menu_day["meals"])
    meals = table((column("Food"), column("Measure"), numbers("g"), numbers("$")), bodies, "two")
    sums = tag("p", _sums(menu_day), class_="sums")
    return tag("section", head, sums, meals, day_limits(menu_day), class_="day", id=f"day-{menu_day['day']}")


def _meal(meal: Json) -> Markup:
    told = group([words(meal["slot"]), tag("small", " · ", figure(meal["kcal"], whole), " kcal")])
    head = tag("tr", tag("th", told, colspan="4", scope="rowgroup"), class_="part")
    return tag("tbody", head, *(_item(item) for item in meal["items"]))


def _item(item: Json) -> Markup:
    kept = tag("small", " (locked)") if item["locked"] else ""
    return tag(
        "tr",
        tag("td", item["name"], kept),
        tag("td", item["measure"]),
        number(figure(item["grams"], amount)),
        number(figure(item["cost_usd"], cents)),
    )


def _tables(plan: Json) -> Iterator[Markup]:
    for week in plan["weeks"]:
        days = [d for d in plan["days"] if week["first_day"] <= d["day"] <= week["last_day"]]
        head = tag("h2", f"Nutrients and eating index, week {week['week']}")
        yield tag("section", head, nutrient_table(week, days), hei_table(week, days), class_="sheet flow")
    note = "▼ and ▲ tell of misses of more than half a percent of the limit."
    origin = (tag("h2", "Where the limits come from"), tag("p", note, class_="quiet"), sources(plan["weeks"]))
    yield tag("section", *origin, class_="flow")
