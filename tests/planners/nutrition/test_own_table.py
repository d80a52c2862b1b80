"""What a caller's diet problem may say, and what is refused with which pointer."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from planners.errors import InvalidRequest
from planners.json_text import parse_json
from planners.nutrition.own_table import DietObjective, read_diet_problem

PROBLEM: dict[str, Any] = {
    "foods": [
        {"id": "milk", "cost": 0.23, "nutrients": {"kcal": 168, "protein_g": 8}},
        {"id": "bread", "cost": 0.05, "min": 1, "max": 10, "nutrients": {"kcal": 65, "protein_g": 2}},
    ],
    "limits": {"kcal": {"min": 2_000, "max": 2_250}, "protein_g": {"min": 55}},
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """The problem with the value at a pointer replaced, or taken away where the value is `...`."""
    data = deepcopy(PROBLEM)
    place: Any = data
    *parents, last = path.strip("/").split("/")
    for key in parents:
        place = place[int(key) if isinstance(place, list) else key]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return data


def pointers(data: object) -> list[str]:
    with pytest.raises(InvalidRequest) as caught:
        read_diet_problem(data)
    return [error.pointer for error in caught.value.errors]


def test_what_is_left_out_has_its_documented_default() -> None:
    problem = read_diet_problem(PROBLEM)
    assert problem.objective == DietObjective.COST
    assert not problem.integer
    assert (problem.foods[0].min, problem.foods[0].max, problem.foods[0].target) == (0, None, None)
    assert problem.per_unit("protein_g") == [8, 2]
    assert problem.per_unit("cost") == [0.23, 0.05]


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/objective", "taste"),
        ("/integer", 1),
        ("/foods", []),
        ("/foods/0/id", ""),
        ("/foods/0/nutrients", ...),
        ("/foods/0/nutrients/kcal", -1),
        ("/foods/0/nutrients/kcal", None),
        ("/foods/0/nutrients/kcal", "many"),
        ("/foods/0/nutrients/kcal", 1e10),
        ("/foods/0/nutrients/kcal", float("nan")),
        ("/foods/0/cost", float("inf")),
        ("/foods/0/cost", True),
        ("/foods/0/min", -0.1),
        ("/foods/0/max", -0.1),
        ("/foods/0/price", 1),
        ("/limits", ...),
        ("/limits/kcal", 2_000),
        ("/limits/kcal/least", 2_000),
        ("/limits/kcal/min", -1),
        ("/solver", "mine"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_place(pointer: str, value: Any) -> None:
    assert pointers(changed(pointer, value)) == [pointer]


def test_nan_in_the_text_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="holds NaN, which is not JSON"):
        parse_json('{"foods": [{"id": "milk", "cost": NaN}]}')


def test_a_nutrient_that_a_limit_names_and_a_food_does_not_state_is_no_zero() -> None:
    assert pointers(changed("/foods/1/nutrients/protein_g", ...)) == ["/foods/1/nutrients"]


def test_a_nutrient_that_no_food_states_is_refused_once() -> None:
    assert pointers(changed("/limits/zinc_mg", {"min": 8})) == ["/limits/zinc_mg"]


def test_a_nutrient_without_a_limit_may_be_missing() -> None:
    assert read_diet_problem(changed("/foods/0/nutrients/zinc_mg", 1)).foods[0].nutrients["zinc_mg"] == 1


@pytest.mark.parametrize(
    ("pointer", "at", "value"),
    [
        ("/foods/1/id", "/foods/1/id", "milk"),
        ("/foods/1/max", "/foods/1/max", 0.5),
        ("/foods/0/cost", "/foods/0/cost", ...),
        ("/foods/0/nutrients/cost", "/foods/0/nutrients/cost", 3),
        ("/limits/kcal/max", "/limits/kcal/max", 1_999),
        ("/limits/kcal", "/limits/kcal", {}),
        ("/limits/a~1b", "/limits/a~b", {}),
    ],
)
def test_what_contradicts_itself_is_refused_at_its_place(pointer: str, at: str, value: Any) -> None:
    data = changed(at, value) if "~" not in at else changed("/limits", {"a/b": value})
    assert pointer in pointers(data)


def test_a_most_that_equals_the_least_is_allowed() -> None:
    assert read_diet_problem(changed("/limits/kcal/max", 2_000)).limits["kcal"].max == 2_000
    assert read_diet_problem(changed("/foods/1/max", 1)).foods[1].max == 1


def test_cost_is_needed_only_where_it_counts() -> None:
    free = {**changed("/foods/0/cost", ...), "objective": "deviation"}
    assert read_diet_problem(free).foods[0].cost is None
    free["limits"] = {"cost": {"max": 5}}
    assert pointers(free) == ["/foods/0/cost"]


def test_deviation_needs_something_to_deviate_from() -> None:
    assert pointers({**PROBLEM, "objective": "deviation", "limits": {}}) == ["/limits"]
    with_usual = {**changed("/foods/0/target", 2), "objective": "deviation", "limits": {}}
    assert read_diet_problem(with_usual).has_targets


def test_every_fault_is_named_at_once() -> None:
    data = changed("/foods/1/nutrients/protein_g", ...)
    data["foods"][0]["id"] = "bread"
    data["limits"]["kcal"] = {"min": 2, "max": 1}
    assert pointers(data) == ["/foods/1/id", "/limits/kcal/max", "/foods/1/nutrients"]
