"""The shopping list of a menu: on the page, and as a table for other programs."""

from __future__ import annotations

import csv
import io

from planners.printed.markup import Markup, column, figure, group, number, numbers, table, tag
from planners.printed.names import food_group
from planners.printed.wording import Json, cents, money, whole

COLUMNS = ("food_code", "name", "units", "unit", "grams", "cost_usd")
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # what spreadsheets take for the start of a formula
BREAKS = ("\t", "\r", "\n")


def shopping_csv(plan: Json) -> str:
    """The shopping list of a nutrition plan as CSV (RFC 4180), with a header.

    One line for each food: `units` of the purchase `unit` are to be bought ("2", "15 oz can"); `grams` as
    bought; `cost_usd` of what the menu uses. Where the measure counts no units, `units` is empty. A text
    that a spreadsheet would take for a formula begins with an apostrophe.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for each in plan["shopping_list"]:
        units, unit = bought(each["measure"])
        cells = (_inert(each["name"]), units, _inert(unit), each["grams"], each["cost_usd"])
        writer.writerow((each["food_code"], *cells))
    return out.getvalue()


def bought(measure: str) -> tuple[str, str]:
    """How many of which unit.

    >>> bought("2 × 15 oz can"), bought("a handful")
    (('2', '15 oz can'), ('', 'a handful'))
    """
    units, cross, unit = measure.partition(" × ")
    return (units, unit) if cross and units.isdecimal() else ("", measure)


def _inert(text: str) -> str:
    return f"'{text}" if text.startswith(BREAKS) or text.lstrip().startswith(FORMULA) else text


def shopping_section(plan: Json) -> Markup:
    """The list to take to the shop, by the groups of the food table, with a box to tick."""
    found = plan["shopping_list"]
    groups: dict[str, list[Json]] = {}
    for each in found:
        groups.setdefault(food_group(each["food_code"]), []).append(each)
    head = (column(""), column("Food"), column("Buy"), numbers("$"))
    bodies = (tag("tbody", _group_row(name), *map(_row, held)) for name, held in groups.items())
    total = money(sum(each["cost_usd"] for each in found))
    year = plan["versions"].get("prices")
    prices = f"{total} in all{f' at prices of {year}' if year else ''}, of what the menu uses: "
    said = tag("p", prices, "what is left of a pack is not charged.", class_="quiet")
    listed = table(head, bodies, "two list")
    return tag("section", tag("h2", "Shopping list"), said, listed, class_="sheet flow", id="shopping")


def _group_row(name: str) -> Markup:
    return tag("tr", tag("th", name, colspan="4", scope="rowgroup"), class_="part")


def _row(each: Json) -> Markup:
    grams = tag("small", group([" ", figure(each["grams"], whole), " g"]))
    return tag(
        "tr",
        tag("td", class_="tick"),
        tag("td", each["name"], grams),
        tag("td", each["measure"]),
        number(figure(each["cost_usd"], cents)),
    )
