"""Why a caller's diet problem has no solution, and which change, made alone, gives it one."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from planners.errors import Change, Infeasible, PlannerError
from planners.nutrition.own_model import Floats, Found, Model, Outcome, solve_model
from planners.nutrition.own_rows import INF, Row, model_of, rows_of, totals_matrix
from planners.nutrition.own_table import DietProblem

TOLERANCE = 1e-7
MOST_FOODS_NAMED = 10
MOST_SIDES = 40  # whole amounts have no proof to say which limits to try, and each costs a search
DIGITS = 4  # significant digits of an offered value, rounded to the safe side


@dataclass(frozen=True, kw_only=True)
class _Side:
    """One side of a limit or of a food's bounds: what it is about, and its place in the model."""

    field: str
    words: str
    is_min: bool
    value: float
    row: int | None
    food: int | None


def infeasible(problem: DietProblem) -> Infeasible:
    """The error that explains why no diet meets the limits.

    The elastic program, in which every limit may be missed at a price, gives the nearest diet. Its duals
    prove that the limits contradict each other, and a change that helps alone must be to a limit in that
    proof. Each such limit is dropped, its total driven as far as it will go, and the rounded result solved
    again. Where only whole amounts are at fault there is no such proof: the first MOST_SIDES limits are
    tried, and the foods between whose bounds no whole number lies.
    """
    rows = tuple(row for row in rows_of(problem) if not row.missable)
    anyhow = replace(problem, integer=False)
    if problem.integer and solve_model(_plain(anyhow, rows)).outcome == Outcome.OPTIMAL:
        return Infeasible(
            [_ONLY_PARTS], [_ANY_AMOUNTS, *_changes(problem, rows, _without_whole(problem, rows))]
        )
    nearest = _nearest(anyhow, rows)
    sides = _in_proof(problem, rows, nearest)
    conflicts = [f"These cannot all hold: {_listed(sides)}", *_misses(problem, rows, nearest)]
    return Infeasible(conflicts, _changes(problem, rows, sides))


def _changes(problem: DietProblem, rows: tuple[Row, ...], sides: list[_Side]) -> list[Change]:
    """The changes of one side each that help."""
    model = _plain(problem, rows)
    changes = (_alone(problem, model, side) for side in sides)
    return [change for change in changes if change is not None]


def _listed(sides: list[_Side]) -> str:
    """The sides in words; of very many foods only the first few."""
    limits = [side.words for side in sides if side.food is None]
    foods = [side.words for side in sides if side.food is not None]
    rest = len(foods) - MOST_FOODS_NAMED
    return ", ".join(
        limits + foods[:MOST_FOODS_NAMED] + ([f"bounds of {rest} more foods"] if rest > 0 else [])
    )


_ONLY_PARTS = "Amounts that are not whole can meet the limits; whole ones cannot"
_ANY_AMOUNTS = Change(change="integer", to=False, text="Allow amounts that are not whole.")


def _plain(problem: DietProblem, rows: tuple[Row, ...]) -> Model:
    return model_of(problem, rows, np.zeros(len(problem.foods)))


def _nearest(problem: DietProblem, rows: tuple[Row, ...]) -> Found:
    return solve_model(_plain(problem, tuple(replace(row, missable=True) for row in rows)))


def _misses(problem: DietProblem, rows: tuple[Row, ...], nearest: Found) -> Iterator[str]:
    totals: Floats = totals_matrix(problem, rows) @ nearest.amounts[: len(problem.foods)]
    for row, total in zip(rows, totals, strict=True):
        if total < row.low - TOLERANCE * row.scale:
            yield f"{row.name} must be at least {row.low:,g}; the nearest diet has {total:,.{DIGITS}g}"
        if total > row.high + TOLERANCE * row.scale:
            yield f"{row.name} must be at most {row.high:,g}; the nearest diet has {total:,.{DIGITS}g}"


def _in_proof(problem: DietProblem, rows: tuple[Row, ...], nearest: Found) -> list[_Side]:
    """The sides of limits and foods' bounds that have a price in the elastic program."""
    sides = []
    prices = nearest.row_prices * [row.scale for row in rows]
    for i, (row, price) in enumerate(zip(rows, prices, strict=True)):
        if abs(price) > TOLERANCE:
            sides.append(_limit_side(row, i, is_min=bool(price > 0.0)))
    costs = nearest.reduced_costs[: len(problem.foods)]
    least = TOLERANCE * float(np.abs(costs).max())
    for j, (food, cost) in enumerate(zip(problem.foods, costs, strict=True)):
        if food.min > 0.0 and cost > least:
            sides.append(_food_side(food.id, j, is_min=True, value=food.min))
        if food.max is not None and cost < -least:
            sides.append(_food_side(food.id, j, is_min=False, value=food.max))
    return sides


def _without_whole(problem: DietProblem, rows: tuple[Row, ...]) -> list[_Side]:
    """The sides that may keep whole amounts apart: bounds of foods without a whole number, then limits."""
    sides = []
    for j, food in enumerate(problem.foods):
        if food.max is not None and math.floor(food.max) < math.ceil(food.min):
            sides.append(_food_side(food.id, j, is_min=True, value=food.min))
            sides.append(_food_side(food.id, j, is_min=False, value=food.max))
    for i, row in enumerate(rows):
        if row.low > 0.0:
            sides.append(_limit_side(row, i, is_min=True))
        if row.high < INF:
            sides.append(_limit_side(row, i, is_min=False))
    return sides[:MOST_SIDES]


def _limit_side(row: Row, i: int, *, is_min: bool) -> _Side:
    value = row.low if is_min else row.high
    field = f"limits.{row.name}.{'min' if is_min else 'max'}"
    words = f"{row.name} {'at least' if is_min else 'at most'} {value:,g}"
    return _Side(field=field, words=words, is_min=is_min, value=value, row=i, food=None)


def _food_side(name: str, j: int, *, is_min: bool, value: float) -> _Side:
    field = f"foods.{name}.{'min' if is_min else 'max'}"
    words = f"{'at least' if is_min else 'at most'} {value:,g} of {name}"
    return _Side(field=field, words=words, is_min=is_min, value=value, row=None, food=j)


def _alone(problem: DietProblem, model: Model, side: _Side) -> Change | None:
    """The least change of one side that makes the problem possible, solved again; None where none does."""
    found = _solved(_driven(model, side))
    if found is None:
        return None
    reached = abs(found.objective)
    for to in _safe_values(reached, side, whole=problem.integer and side.food is not None):
        if _solved(_with_value(model, side, to)) is not None:
            verb = "Lower" if side.is_min else "Raise"
            text = f"{verb} {side.field} from {side.value:,g} to {to:,g}."
            return Change(change=side.field, to=to, text=text)
    return None


def _solved(model: Model) -> Found | None:
    """The optimum; None where there is none or its search came to no end."""
    try:
        found = solve_model(model)
    except PlannerError:
        return None
    return found if found.outcome == Outcome.OPTIMAL else None


def _driven(model: Model, side: _Side) -> Model:
    """The model without the side, its total driven towards where the side was."""
    towards = -1.0 if side.is_min else 1.0
    cost = (
        model.rows[[side.row], :].toarray()[0] if side.row is not None else _put(model.cost, side.food, 1.0)
    )
    return replace(_with_value(model, side, 0.0 if side.is_min else INF), cost=towards * cost)


def _with_value(model: Model, side: _Side, value: float) -> Model:
    """The model with another value of the side."""
    if side.row is not None:
        if side.is_min:
            return replace(model, row_low=_put(model.row_low, side.row, value))
        return replace(model, row_high=_put(model.row_high, side.row, value))
    if side.is_min:
        return replace(model, low=_put(model.low, side.food, value))
    return replace(model, high=_put(model.high, side.food, value))


def _put(bounds: Floats, place: int | None, value: float) -> Floats:
    return np.where(np.arange(len(bounds)) == place, value, bounds)


def _safe_values(reached: float, side: _Side, *, whole: bool) -> Iterator[float]:
    """The value reached, rounded to the safe side; then one step further, for the solver's tolerance."""
    if whole:
        yield float(round(reached))
        return
    step = 10.0 ** (math.floor(math.log10(reached)) - DIGITS + 1) if reached > 0.0 else TOLERANCE
    rounded = math.floor(reached / step) if side.is_min else math.ceil(reached / step)
    outwards = -1 if side.is_min else 1
    for steps in (rounded, rounded + outwards):
        yield max(float(f"{steps * step:.12g}"), 0.0)
