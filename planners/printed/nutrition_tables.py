"""The tables that a dietitian reads: every nutrient and the eating index, by day and on the week's mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from planners.printed.markup import Markup, column, day, figure, group, number, numbers, table, tag
from planners.printed.names import HEI_MOST, NUTRIENTS, in_order, nutrient
from planners.printed.page import bullets
from planners.printed.wording import Json, amount, short_date, tenth, words

TOLERANCE = 0.005  # a miss below half a percent of a limit is within the food tables' own precision
MET = "✓"


def day_limits(menu_day: Json) -> Markup:
    """One day's amounts against the limits that hold on each day."""
    lines = []
    for name in in_order(menu_day["targets"], NUTRIENTS):
        word, unit = nutrient(name)
        found, target = menu_day["nutrients"][name], menu_day["targets"][name]
        told = figure(found, amount)
        lines.append(group([f"{word} ", told, f" {unit} (", _limits(target), ") ", verdict(found, target)]))
    return bullets(lines, class_="limits")


def _limits(target: Json) -> Markup:
    low, high = target.get("min"), target.get("max")
    if low is not None and high is not None:
        return group([figure(low, amount), " to ", figure(high, amount)])
    if low is not None:
        return group(["at least ", figure(low, amount)])
    return group(["at most ", figure(high, amount)]) if high is not None else Markup("no limit")


def verdict(found: float, target: Json) -> Markup:
    """How an amount stands to its limits: a tick, or the miss in percent of the limit, in signs and words."""
    low, high = target.get("min"), target.get("max")
    if low is not None and found < low * (1 - TOLERANCE):
        return tag("span", f"▼ {_percent(1 - found / low)} below", class_="missed")
    if high is not None and found > high * (1 + TOLERANCE):
        over = _percent(found / high - 1) if high else "all"
        return tag("span", f"▲ {over} above", class_="missed")
    return tag("span", MET)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.1 else f"{100 * share:.1f} %"


def nutrient_table(week: Json, days: Sequence[Json]) -> Markup:
    """A line for each nutrient: the mean day, its limits, how it stands to them, and every day."""
    limits = (numbers("Mean"), numbers("At least"), numbers("At most"), column(""))
    rows = (_nutrient_row(name, week, days) for name in in_order(week["nutrients"], NUTRIENTS))
    return table((column("Per day"), *limits, *_day_heads(days)), [tag("tbody", *rows)], "matrix")


def _nutrient_row(name: str, week: Json, days: Sequence[Json]) -> Markup:
    word, unit = nutrient(name)
    found, target = week["nutrients"][name], week["targets"].get(name)
    limits = [_amount((target or {}).get(side)) for side in ("min", "max")]
    stands = verdict(found, target) if target else Markup()
    daily = (_amount(each["nutrients"][name]) for each in days)
    head = tag("th", word, tag("small", f" {unit}"), scope="row")
    return tag("tr", head, _amount(found), *limits, tag("td", stands), *daily)


def hei_table(week: Json, days: Sequence[Json]) -> Markup:
    """A line for each component of the index, the total first."""
    head = (column("Healthy Eating Index 2020"), numbers("Week"), numbers("of"), *_day_heads(days))
    scores = [week["hei_2020"], *(each["hei_2020"] for each in days)]
    rows = [_hei_row("Total", 100, [score["total"] for score in scores])]
    for name in in_order(week["hei_2020"]["components"], tuple(HEI_MOST)):
        points = [score["components"][name] for score in scores]
        rows.append(_hei_row(words(name), HEI_MOST.get(name), points))
    return table(head, [tag("tbody", *rows)], "matrix")


def _hei_row(word: str, most: int | None, points: Sequence[float]) -> Markup:
    first, *rest = (number(figure(each, tenth)) for each in points)
    full = number("" if most is None else str(most))
    return tag("tr", tag("th", word, scope="row"), first, full, *rest)


def _day_heads(days: Sequence[Json]) -> Iterator[Markup]:
    return (numbers(day(each["date"], _initial)) for each in days)


def _initial(on: date) -> str:
    return " ".join(short_date(on).split()[:2])


def _amount(value: float | None) -> Markup:
    return number("" if value is None else figure(value, amount))


def sources(weeks: Sequence[Json]) -> Markup:
    """Where each limit comes from, the nutrients of one source together."""
    named: dict[str, list[str]] = {}
    for week in weeks:
        for name in in_order(week["targets"], NUTRIENTS):
            held = named.setdefault(week["targets"][name]["source"], [])
            if nutrient(name)[0] not in held:
                held.append(nutrient(name)[0])
    lines = [f"{', '.join(held)}: {source}" for source, held in named.items() if source]
    return bullets(lines)
