"""A caller's own food table and limits: the diet of least cost, or the nearest to what is aimed at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from planners.errors import FieldError, InvalidRequest
from planners.reading import escape, limits, read

COST = "cost"  # as the name of a limit: the total cost of the diet
LARGEST = 1e9


class DietObjective(StrEnum):
    """What the diet is the least of."""

    COST = "cost"
    DEVIATION = "deviation"


@dataclass(frozen=True, kw_only=True)
class OwnFood:
    """One food of the table; the unit of its amounts is the caller's, cost and nutrients are per unit."""

    id: str = limits("Name of the food, once in the table.", shortest=1, longest=100, example="milk")
    cost: float | None = limits(
        "Cost of one unit; needed where the objective or a limit is about cost.",
        default=None,
        least=-LARGEST,
        most=LARGEST,
    )
    min: float = limits("Least amount, in units.", default=0.0, least=0, most=LARGEST)
    max: float | None = limits("Most amount; none when left out.", default=None, least=0, most=LARGEST)
    target: float | None = limits(
        "Usual amount, which the objective deviation stays near.", default=None, least=0, most=LARGEST
    )
    nutrients: Mapping[str, float] = limits("Amount of each nutrient in one unit.", least=0, most=LARGEST)


@dataclass(frozen=True, kw_only=True)
class OwnLimit:
    """What the total of a nutrient must be, or what the objective deviation aims at."""

    min: float | None = limits("Least total.", default=None, least=0, most=LARGEST)
    max: float | None = limits("Most total.", default=None, least=0, most=LARGEST)
    target: float | None = limits("Total aimed at.", default=None, least=0, most=LARGEST)


@dataclass(frozen=True, kw_only=True)
class DietProblem:
    """Foods, limits on their nutrients' totals, and what the diet is to be the least of."""

    objective: DietObjective = limits("What to make least.", default=DietObjective.COST)
    integer: bool = limits("Whether amounts must be whole numbers of units.", default=False)
    foods: tuple[OwnFood, ...] = limits("The food table.", shortest=1, longest=20_000)
    limits: Mapping[str, OwnLimit] = limits("Limits by nutrient; `cost` limits the total cost.", longest=500)

    def per_unit(self, name: str) -> list[float]:
        """Amount of a nutrient, or the cost, in one unit of each food, in the table's order."""
        if name == COST:
            return [food.cost or 0.0 for food in self.foods]
        return [food.nutrients[name] for food in self.foods]

    @property
    def has_targets(self) -> bool:
        """Whether any food or limit says what to aim at."""
        aims = [food.target for food in self.foods] + [limit.target for limit in self.limits.values()]
        return any(aim is not None for aim in aims)


def read_diet_problem(data: object) -> DietProblem:
    """Read a problem from JSON data.

    Raises
    ------
    InvalidRequest
        With a pointer for every fault: unknown fields, numbers out of range, a nutrient that a limit names
        and a food does not state. What is not stated is never taken for 0.
    """
    problem = read(DietProblem, data)
    faults = [*_food_faults(problem), *_limit_faults(problem)]
    if problem.objective == DietObjective.DEVIATION and not (problem.limits or problem.has_targets):
        faults.append(FieldError(pointer="/limits", detail="must say what the diet is to be near to"))
    if faults:
        raise InvalidRequest(faults)
    return problem


def _food_faults(problem: DietProblem) -> Iterator[FieldError]:
    costs_matter = problem.objective == DietObjective.COST or COST in problem.limits
    first: dict[str, int] = {}
    for i, food in enumerate(problem.foods):
        where = f"/foods/{i}"
        if first.setdefault(food.id, i) != i:
            detail = f"{food.id!r} is also the id of /foods/{first[food.id]}"
            yield FieldError(pointer=f"{where}/id", detail=detail)
        if food.max is not None and food.max < food.min:
            yield FieldError(pointer=f"{where}/max", detail=f"must be at least min, {food.min:g}")
        if costs_matter and food.cost is None:
            detail = "is required: the objective or a limit is about cost"
            yield FieldError(pointer=f"{where}/cost", detail=detail)
        if COST in food.nutrients:
            detail = "stands beside `nutrients`, not among them"
            yield FieldError(pointer=f"{where}/nutrients/{COST}", detail=detail)


def _limit_faults(problem: DietProblem) -> Iterator[FieldError]:
    for name, limit in problem.limits.items():
        where = f"/limits/{escape(name)}"
        if limit.min is None and limit.max is None and limit.target is None:
            yield FieldError(pointer=where, detail="must have a min, a max or a target")
        if limit.min is not None and limit.max is not None and limit.max < limit.min:
            yield FieldError(pointer=f"{where}/max", detail=f"must be at least min, {limit.min:g}")
        if name != COST:
            yield from _missing(problem, name, where)


def _missing(problem: DietProblem, name: str, where: str) -> Iterator[FieldError]:
    without = [i for i, food in enumerate(problem.foods) if name not in food.nutrients]
    if len(without) == len(problem.foods):
        yield FieldError(pointer=where, detail="names a nutrient that no food states")
        return
    for i in without:
        detail = f"does not state {name}, which /limits names; state it, 0 when there is none"
        yield FieldError(pointer=f"/foods/{i}/nutrients", detail=detail)
