"""The answer to a caller's diet problem: amounts, totals, and what each binding limit is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from planners.errors import FieldError, InvalidRequest
from planners.nutrition.own_conflict import infeasible
from planners.nutrition.own_model import Floats, Found, Model, Outcome, solve_model
from planners.nutrition.own_rows import INF, Row, costs_of, model_of, rows_of, totals_matrix
from planners.nutrition.own_table import COST, DietObjective, DietProblem
from planners.outcome import Termination

TOLERANCE = 1e-7


@dataclass(frozen=True, kw_only=True)
class Binding:
    """A limit that the diet just meets.

    `shadow_price` is the change of the objective per unit by which the limit rises: at least 0 for a min, at
    most 0 for a max. None where amounts are whole, which have no such price.
    """

    limit: str
    side: str
    shadow_price: float | None


@dataclass(frozen=True, kw_only=True)
class FoodBinding:
    """A food held at its own min or max; the price as of `Binding`."""

    food: str
    side: str
    shadow_price: float | None


@dataclass(frozen=True, kw_only=True)
class Miss:
    """An aim that the diet of least deviation does not reach: `by` is in the aim's own unit."""

    aim: str
    side: str
    by: float


@dataclass(frozen=True, kw_only=True)
class DietAnswer:
    """A diet. `lower_bound` is the least objective that any diet could have; equal when it is optimal."""

    status: Termination
    objective: float
    lower_bound: float
    amounts: Mapping[str, float]
    totals: Mapping[str, float]
    binding: tuple[Binding, ...]
    binding_foods: tuple[FoodBinding, ...]
    missed: tuple[Miss, ...]


def solve_diet(problem: DietProblem) -> DietAnswer:
    """The diet of least cost or least deviation.

    min Σ cⱼ·xⱼ  or  min Σ |missᵢ| / scaleᵢ,  subject to  bᵢ ≤ Σⱼ aᵢⱼ·xⱼ ≤ Bᵢ,  lⱼ ≤ xⱼ ≤ uⱼ

    | symbol | name | unit |
    |---|---|---|
    | x | amounts of the foods | the table's |
    | a, c | nutrients and cost of one unit | the table's |
    | b, B; l, u | least and most of a total; of a food | the table's |
    | miss, scale | distance from an aim; the aim itself | the aim's |

    Raises
    ------
    Infeasible
        When no amounts meet the limits.
    InvalidRequest
        When the cost has no least, because a food of negative cost may be taken without end.
    PlannerError
        When whole amounts were not found within the limit of the search.
    """
    rows = rows_of(problem)
    model = model_of(problem, rows, costs_of(problem))
    found = solve_model(model)
    if found.outcome == Outcome.INFEASIBLE:
        raise infeasible(problem)
    if found.outcome == Outcome.UNBOUNDED:
        raise _unbounded(problem)
    amounts = _tidy(found.amounts[: len(problem.foods)], whole=problem.integer)
    return DietAnswer(
        status=Termination.OPTIMAL if found.outcome == Outcome.OPTIMAL else Termination.LIMIT,
        objective=found.objective + 0.0,
        lower_bound=found.bound + 0.0,
        amounts=dict(zip([food.id for food in problem.foods], amounts.tolist(), strict=True)),
        totals=_totals(problem, amounts),
        binding=_binding(problem, rows, model, found),
        binding_foods=_binding_foods(problem, found),
        missed=_missed(problem, rows, amounts),
    )


def diet_json(problem: DietProblem, answer: DietAnswer) -> dict[str, Any]:
    """The answer as JSON data.

    With whole amounts `continuous` holds what the same problem gives with any amounts: its objective, which
    no whole diet can beat, and its shadow prices.
    """
    data: dict[str, Any] = {**asdict(answer), "status": str(answer.status)}
    if problem.objective == DietObjective.COST:
        del data["missed"]
    if problem.integer:
        relaxed = asdict(solve_diet(replace(problem, integer=False)))
        data["continuous"] = {name: relaxed[name] for name in ("objective", "binding", "binding_foods")}
    return data


def _tidy(amounts: Floats, *, whole: bool) -> Floats:
    if whole:
        return np.round(amounts) + 0.0
    return np.where(np.abs(amounts) < TOLERANCE * 1e-2, 0.0, amounts)


def _totals(problem: DietProblem, amounts: Floats) -> dict[str, float]:
    """Totals of the cost and of the nutrients that every food states; of others nobody knows the total."""
    stated = [name for name in problem.foods[0].nutrients if all(name in f.nutrients for f in problem.foods)]
    if all(food.cost is not None for food in problem.foods):
        stated = [COST, *stated]
    return {name: float(np.array(problem.per_unit(name)) @ amounts) for name in stated}


def _binding(problem: DietProblem, rows: Sequence[Row], model: Model, found: Found) -> tuple[Binding, ...]:
    reached: Floats = model.rows @ found.amounts
    binding = []
    for row, total, price in zip(rows, reached, found.row_prices, strict=True):
        side = _side_at(total, row.low, row.high, price)
        if side and row.food is None:
            side = "target" if row.missable and problem.has_targets else side
            worth = None if problem.integer else float(price) + 0.0
            binding.append(Binding(limit=row.name, side=side, shadow_price=worth))
    return tuple(binding)


def _binding_foods(problem: DietProblem, found: Found) -> tuple[FoodBinding, ...]:
    n = len(problem.foods)
    binding = []
    for food, amount, price in zip(problem.foods, found.amounts[:n], found.reduced_costs[:n], strict=True):
        side = _side_at(amount, food.min or -INF, INF if food.max is None else food.max, price)
        if side:
            worth = None if problem.integer else float(price) + 0.0
            binding.append(FoodBinding(food=food.id, side=side, shadow_price=worth))
    return tuple(binding)


def _side_at(total: float, low: float, high: float, price: float) -> str:
    """The side that a total stands at, "" for none; where both are one, the side of the price."""
    at = [side for side, limit in (("min", low), ("max", high)) if abs(total - limit) <= _near(limit)]
    if len(at) == 2:
        return "min" if price >= 0.0 else "max"
    return at[0] if at else ""


def _missed(problem: DietProblem, rows: Sequence[Row], amounts: Floats) -> tuple[Miss, ...]:
    totals: Floats = totals_matrix(problem, rows) @ amounts
    missed = []
    for row, total in zip(rows, totals, strict=True):
        for side, by in (("under", row.low - total), ("over", total - row.high)):
            if row.missable and by > TOLERANCE * row.scale:
                missed.append(Miss(aim=row.name, side=side, by=float(by)))
    return tuple(missed)


def _near(limit: float) -> float:
    return TOLERANCE * max(1.0, abs(limit)) if np.isfinite(limit) else -1.0


def _unbounded(problem: DietProblem) -> InvalidRequest:
    detail = "is needed here: cost below 0 and no most lets the total cost fall without end"
    return InvalidRequest(
        [
            FieldError(pointer=f"/foods/{i}/max", detail=detail)
            for i, food in enumerate(problem.foods)
            if food.max is None and (food.cost or 0.0) < 0.0
        ]
    )
