"""A nutrition plan as tables for a terminal: each day's menu, the week against its targets, the shopping."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from planners.printed.names import HEI_MOST, NUTRIENTS, nutrient
from planners.printed.wording import amount as figure
from planners.printed.wording import words

Json = dict[str, Any]

TOLERANCE = 0.005  # a miss below half a percent of a limit is within the tables' own precision


def menu(plan: Json) -> Iterator[RenderableType]:
    """The parts of the page, from the days to the warnings."""
    for day in plan["days"]:
        yield day_table(day)
    for week in plan["weeks"]:
        yield targets_table(week)
        yield hei_line(week["hei_2020"])
    yield shopping_table(plan["shopping_list"])
    yield from (Text(f"Note: {warning}", style="yellow") for warning in plan["warnings"])
    yield solution_line(plan["solution"])


def day_table(day: Json) -> Table:
    """One day: a line for each food, the meal's energy beside its first."""
    when = date.fromisoformat(day["date"])
    kcal, hei = day["nutrients"]["energy_kcal"], day["hei_2020"]["total"]
    title = f"{when:%A %d %B}: {kcal:,.0f} kcal, ${day['cost_usd']:.2f}, HEI {hei:.0f}"
    table = Table(title=title, title_justify="left", title_style="bold")
    table.add_column("Meal")
    table.add_column("Food", ratio=1)
    table.add_column("Measure")
    for name in ("g", "kcal", "$"):
        table.add_column(name, justify="right")
    for meal in day["meals"]:
        for number, item in enumerate(meal["items"]):
            slot, kcal = (words(meal["slot"]), f"{meal['kcal']:,.0f}") if number == 0 else ("", "")
            cells = (
                slot,
                item["name"],
                item["measure"],
                f"{item['grams']:.0f}",
                kcal,
                f"{item['cost_usd']:.2f}",
            )
            table.add_row(*cells, end_section=number == len(meal["items"]) - 1)
    return table


def targets_table(week: Json) -> Table:
    """A week's mean day against its limits."""
    span = f"days {week['first_day']} to {week['last_day']}"
    title = f"Week {week['week']} ({span}), per day, ${week['cost_usd']:.2f}"
    table = Table(title=title, title_justify="left", title_style="bold")
    table.add_column("Nutrient")
    for name in ("Amount", "At least", "At most"):
        table.add_column(name, justify="right")
    table.add_column("")
    # A stored plan is JSON, whose members have no order of their own.
    for name, target in sorted(week["targets"].items(), key=lambda named: NUTRIENTS.index(named[0])):
        amount = week["nutrients"][name]
        low, high = target.get("min"), target.get("max")
        table.add_row(
            ", ".join(nutrient(name)), figure(amount), _limit(low), _limit(high), verdict(amount, low, high)
        )
    return table


def verdict(amount: float, low: float | None, high: float | None) -> str:
    """How an amount stands to its limits; a miss is told in percent of the limit."""
    if low is not None and amount < low * (1 - TOLERANCE):
        return f"[red]{amount / low - 1:+.1%}"
    if high is not None and amount > high * (1 + TOLERANCE):
        return f"[red]{amount / high - 1:+.1%}" if high else "[red]above 0"
    return "[green]ok"


def hei_line(hei: Json) -> Text:
    parts = ", ".join(f"{words(name).lower()} {hei['components'][name]:.3g}" for name in HEI_MOST)
    return Text(f"Healthy Eating Index 2020: {hei['total']:.1f} of 100 ({parts})")


def shopping_table(purchases: list[Json]) -> Table:
    total = sum(purchase["cost_usd"] for purchase in purchases)
    table = Table(title=f"Shopping list: ${total:.2f}", title_justify="left", title_style="bold")
    table.add_column("Food", ratio=1)
    table.add_column("Buy")
    for name in ("g", "$"):
        table.add_column(name, justify="right")
    for each in purchases:
        table.add_row(each["name"], each["measure"], f"{each['grams']:,.0f}", f"{each['cost_usd']:.2f}")
    return table


def solution_line(solution: Json) -> Text:
    """How far the plan is from the best that the model allows."""
    gap = f"{solution['gap']:.1%} above the bound" if "gap" in solution else "no bound"
    return Text(f"Solver: {words(solution['status']).lower()}, {gap}, seed {solution['seed']}", style="dim")


def _limit(value: float | None) -> str:
    return "" if value is None else figure(value)
