"""Diets of a caller's table: the optimum, its prices, and what order and tightness do to them."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planners.errors import Infeasible, InvalidRequest
from planners.nutrition.own_diet import DietAnswer, diet_json, solve_diet
from planners.nutrition.own_table import read_diet_problem
from planners.outcome import Termination

Problem = dict[str, Any]


def solved(data: Problem) -> DietAnswer:
    return solve_diet(read_diet_problem(data))


def cost_of(data: Problem) -> float | None:
    """The least cost, None where there is no diet."""
    try:
        return solved(data).objective
    except Infeasible:
        return None


def table(foods: int = 30, nutrients: int = 6, seed: int = 1) -> Problem:
    """A problem without ties: the limits are what a middling diet has, less or more a little."""
    rng = np.random.Generator(np.random.PCG64(seed))
    amounts = rng.gamma(0.8, 10.0, (foods, nutrients))
    middling = amounts.mean(axis=0) * 10
    return {
        "foods": [
            {
                "id": f"food {j}",
                "cost": float(rng.uniform(0.2, 3.0)),
                "max": float(rng.uniform(1.0, 4.0)),
                "nutrients": {f"n{i}": float(amounts[j, i]) for i in range(nutrients)},
            }
            for j in range(foods)
        ],
        "limits": {
            f"n{i}": {"min": 0.9 * float(middling[i]), "max": 1.1 * float(middling[i])}
            for i in range(nutrients)
        },
    }


def vertices(halves: list[tuple[list[Fraction], Fraction]], n: int) -> Iterator[list[Fraction]]:
    """Every corner of {x : a·x ≥ b for all (a, b)}, in exact arithmetic."""
    for chosen in combinations(halves, n):
        x = exact_solution([list(a) for a, _ in chosen], [b for _, b in chosen])
        if x is not None and all(sum(p * q for p, q in zip(a, x, strict=True)) >= b for a, b in halves):
            yield x


def exact_solution(a: list[list[Fraction]], b: list[Fraction]) -> list[Fraction] | None:
    n = len(b)
    for i in range(n):
        pivot = next((r for r in range(i, n) if a[r][i]), None)
        if pivot is None:
            return None
        a[i], a[pivot], b[i], b[pivot] = a[pivot], a[i], b[pivot], b[i]
        for r in range(n):
            if r != i and a[r][i]:
                factor = a[r][i] / a[i][i]
                a[r] = [p - factor * q for p, q in zip(a[r], a[i], strict=True)]
                b[r] -= factor * b[i]
    return [b[i] / a[i][i] for i in range(n)]


small = st.fixed_dictionaries(
    {
        "costs": st.lists(st.integers(1, 9), min_size=3, max_size=3),
        "amounts": st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=2, max_size=2),
        "least": st.lists(st.integers(0, 40), min_size=2, max_size=2),
        "room": st.lists(st.integers(0, 40), min_size=2, max_size=2),
        "most": st.lists(st.integers(1, 5), min_size=3, max_size=3),
    }
)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(drawn=small)
def test_small_diets_are_the_best_corner_in_exact_arithmetic(drawn: dict[str, Any]) -> None:
    halves: list[tuple[list[Fraction], Fraction]] = []
    for a, least, room in zip(drawn["amounts"], drawn["least"], drawn["room"], strict=True):
        halves.append(([Fraction(v) for v in a], Fraction(least)))
        halves.append(([Fraction(-v) for v in a], Fraction(-least - room)))
    for j, most in enumerate(drawn["most"]):
        unit = [Fraction(int(i == j)) for i in range(3)]
        halves.append((unit, Fraction(0)))
        halves.append(([-v for v in unit], Fraction(-most)))
    costs = [sum(c * v for c, v in zip(drawn["costs"], x, strict=True)) for x in vertices(halves, 3)]
    data = {
        "foods": [
            {
                "id": f"f{j}",
                "cost": c,
                "max": m,
                "nutrients": {f"n{i}": drawn["amounts"][i][j] for i in range(2)},
            }
            for j, (c, m) in enumerate(zip(drawn["costs"], drawn["most"], strict=True))
        ],
        "limits": {
            f"n{i}": {"min": drawn["least"][i], "max": drawn["least"][i] + drawn["room"][i]} for i in range(2)
        },
    }
    found = cost_of(data)
    assert (found is None) == (not costs)
    assert found is None or found == pytest.approx(float(min(costs)), abs=1e-7)


def test_totals_and_objective_are_what_the_amounts_give() -> None:
    data = table()
    answer = solved(data)
    for name, limit in data["limits"].items():
        total = sum(answer.amounts[f["id"]] * f["nutrients"][name] for f in data["foods"])
        assert answer.totals[name] == pytest.approx(total)
        assert limit["min"] * (1 - 1e-7) <= total <= limit["max"] * (1 + 1e-7)
    assert answer.objective == pytest.approx(sum(answer.amounts[f["id"]] * f["cost"] for f in data["foods"]))
    assert answer.objective == pytest.approx(answer.totals["cost"])
    assert answer.status == Termination.OPTIMAL
    assert answer.lower_bound == answer.objective


@pytest.mark.parametrize("seed", range(1, 6))
def test_shadow_prices_are_what_a_small_change_of_the_limit_costs(seed: int) -> None:
    data = table(seed=seed)
    answer = solved(data)
    assert len(answer.binding) >= 3
    for bound in answer.binding:
        step = 1e-4 * data["limits"][bound.limit][bound.side]
        costs = []
        for sign in (1, -1):
            other = deepcopy(data)
            other["limits"][bound.limit][bound.side] += sign * step
            costs.append(solved(other).objective)
        assert bound.shadow_price == pytest.approx((costs[0] - costs[1]) / (2 * step), rel=1e-4, abs=1e-7)


@pytest.mark.parametrize("seed", range(1, 4))
def test_prices_of_foods_bounds_are_what_a_small_change_of_them_costs(seed: int) -> None:
    data = table(seed=seed)
    data["foods"][0]["min"] = 0.5
    answer = solved(data)
    assert len(answer.binding_foods) >= 2
    for bound in answer.binding_foods:
        other = deepcopy(data)
        food = next(f for f in other["foods"] if f["id"] == bound.food)
        costs = []
        for step in (1e-4, -2e-4):
            food[bound.side] += step
            costs.append(solved(other).objective)
        assert bound.shadow_price == pytest.approx((costs[0] - costs[1]) / 2e-4, rel=1e-4, abs=1e-6)


def test_a_least_costs_and_a_most_saves_when_it_rises() -> None:
    for bound in solved(table(seed=2)).binding:
        assert bound.shadow_price is not None
        assert bound.shadow_price >= 0 if bound.side == "min" else bound.shadow_price <= 0


@settings(max_examples=60, derandomize=True, deadline=None)
@given(seed=st.integers(0, 10_000), which=st.integers(0, 5), by=st.floats(0.001, 0.2), low=st.booleans())
def test_tightening_a_limit_never_lowers_the_cost(seed: int, which: int, by: float, low: bool) -> None:
    loose = table(foods=12, seed=seed)
    tight = deepcopy(loose)
    limit = tight["limits"][f"n{which}"]
    width = limit["max"] - limit["min"]
    limit["min" if low else "max"] += by * width * (1 if low else -1)
    before, after = cost_of(loose), cost_of(tight)
    if before is None:
        assert after is None
    else:
        assert after is None or after >= before - 1e-7


@settings(max_examples=40, derandomize=True, deadline=None)
@given(seed=st.integers(0, 10_000), order=st.permutations(range(12)))
def test_the_order_of_foods_and_limits_does_not_matter(seed: int, order: list[int]) -> None:
    data = table(foods=12, seed=seed)
    mixed = {
        "foods": [data["foods"][j] for j in order],
        "limits": dict(reversed(data["limits"].items())),
    }
    one, other = cost_of(data), cost_of(mixed)
    assert one == other if one is None else one == pytest.approx(other, rel=1e-9)


def test_the_same_problem_gives_the_same_answer() -> None:
    assert solved(table(seed=3)) == solved(table(seed=3))


def test_units_do_not_matter() -> None:
    """The same nutrient in micrograms and in kilograms gives the same diet, at a price per its own unit."""
    data = table(seed=4)
    rescaled = deepcopy(data)
    for factor, name in ((1e6, "n0"), (1e-3, "n1")):
        for food in rescaled["foods"]:
            food["nutrients"][name] *= factor
        rescaled["limits"][name] = {side: factor * v for side, v in data["limits"][name].items()}
    one, other = solved(data), solved(rescaled)
    assert one.amounts == pytest.approx(other.amounts, abs=1e-6)
    prices = {b.limit: b.shadow_price for b in one.binding}
    for bound in other.binding:
        factor = {"n0": 1e6, "n1": 1e-3}.get(bound.limit, 1.0)
        assert bound.shadow_price == pytest.approx(prices[bound.limit] / factor)  # type: ignore[operator]


def test_a_limit_too_large_to_matter_does_not_matter() -> None:
    data = table(seed=7)
    data["limits"] = {name: {"min": limit["min"]} for name, limit in data["limits"].items()}
    capped = deepcopy(data)
    for limit in capped["limits"].values():
        limit["max"] = 1e9
    assert solved(capped).amounts == pytest.approx(solved(data).amounts, abs=1e-6)


@pytest.mark.parametrize("factor", [1e-9, 1e-5, 1e6])
def test_limits_of_any_size_are_met_to_a_millionth(factor: float) -> None:
    data = table(seed=8)
    for food in data["foods"]:
        food["nutrients"]["n0"] *= factor
    data["limits"]["n0"] = {side: factor * value for side, value in data["limits"]["n0"].items()}
    total, limit = solved(data).totals["n0"], data["limits"]["n0"]
    assert limit["min"] * (1 - 1e-6) <= total <= limit["max"] * (1 + 1e-6)
    assert solved(data).objective == pytest.approx(solved(table(seed=8)).objective, rel=1e-6)


def test_a_food_with_very_little_of_a_nutrient_still_counts() -> None:
    foods = [
        {"id": "salt", "cost": 1, "nutrients": {"x": 1e-6}},
        {"id": "pill", "cost": 1e8, "nutrients": {"x": 90}},
    ]
    answer = solved({"foods": foods, "limits": {"x": {"min": 2, "max": 1e9}}})
    assert answer.amounts == pytest.approx({"salt": 2e6, "pill": 0})


def test_whole_amounts_are_whole_have_no_prices_and_cost_no_less() -> None:
    data = table(foods=15, nutrients=3, seed=5)
    data["limits"] = {name: {"min": limit["min"]} for name, limit in data["limits"].items()}
    whole, any_amounts = solved({**data, "integer": True}), solved(data)
    assert all(amount == round(amount) for amount in whole.amounts.values())
    assert all(b.shadow_price is None for b in (*whole.binding, *whole.binding_foods))
    assert whole.objective >= any_amounts.objective
    written = diet_json(read_diet_problem({**data, "integer": True}), whole)
    assert written["continuous"]["objective"] == any_amounts.objective
    assert written["continuous"]["binding"][0]["shadow_price"] is not None


def test_cost_can_be_limited_as_a_nutrient_is() -> None:
    data = table(seed=6)
    least = solved(data).objective
    dearer = {**data, "limits": {**data["limits"], "cost": {"min": least + 1}}}
    assert solved(dearer).objective == pytest.approx(least + 1)
    with pytest.raises(Infeasible):
        solved({**data, "limits": {**data["limits"], "cost": {"max": least - 0.01}}})


TWO = {
    "objective": "deviation",
    "foods": [
        {"id": "rice", "cost": 1, "nutrients": {"kcal": 100, "protein_g": 2}},
        {"id": "beans", "cost": 2, "nutrients": {"kcal": 100, "protein_g": 8}},
    ],
    "limits": {"kcal": {"min": 2_000, "max": 2_000}, "protein_g": {"min": 100, "max": 100}},
}


def test_least_deviation_meets_every_limit_where_it_can() -> None:
    answer = solved(TWO)
    assert answer.objective == pytest.approx(0, abs=1e-9)
    assert answer.amounts == pytest.approx({"rice": 10, "beans": 10})
    assert answer.missed == ()


def test_least_deviation_is_the_sum_of_the_shares_missed() -> None:
    capped = deepcopy(TWO)
    capped["foods"][1]["max"] = 5  # type: ignore[index]
    answer = solved(capped)
    # 20 units give 2,000 kcal and at most 5·8 + 15·2 = 70 g; a 21st adds 2 % of protein for 5 % of kcal.
    assert answer.amounts == pytest.approx({"rice": 15, "beans": 5})
    assert answer.objective == pytest.approx(0.30)
    assert [(m.aim, m.side, m.by) for m in answer.missed] == [("protein_g", "under", pytest.approx(30))]


def test_targets_are_aimed_at_and_limits_then_hold() -> None:
    aimed = deepcopy(TWO)
    aimed["limits"] = {"protein_g": {"min": 100}}
    aimed["foods"][0]["target"] = 15  # type: ignore[index]
    aimed["foods"][1]["target"] = 5  # type: ignore[index]
    # The usual diet has 70 g. 30 more are 15 of rice, a deviation of 1, or 3.75 of beans, one of 0.75.
    answer = solved(aimed)
    assert answer.amounts == pytest.approx({"rice": 15, "beans": 8.75})
    assert answer.objective == pytest.approx(0.75)
    assert [(m.aim, m.side, m.by) for m in answer.missed] == [("beans", "over", pytest.approx(3.75))]
    assert [(b.limit, b.side, b.shadow_price) for b in answer.binding] == [
        ("protein_g", "min", pytest.approx(1 / 8 / 5))
    ]


def test_an_aim_at_a_total_is_named_as_target() -> None:
    aimed = {**TWO, "limits": {"kcal": {"max": 1_500}, "protein_g": {"target": 100}}}
    answer = solved(aimed)
    assert answer.totals["protein_g"] == pytest.approx(100)
    assert ("protein_g", "target") in {(b.limit, b.side) for b in answer.binding}


def test_an_answer_of_least_cost_says_nothing_of_misses() -> None:
    problem = read_diet_problem(table())
    assert "missed" not in diet_json(problem, solve_diet(problem))
    assert "continuous" not in diet_json(problem, solve_diet(problem))


def test_a_total_of_what_some_food_does_not_state_is_not_given() -> None:
    data = table(foods=5)
    data["foods"][0]["nutrients"]["zinc_mg"] = 1.0
    data["limits"] = {}
    assert "zinc_mg" not in solved(data).totals


def test_without_limits_nothing_is_eaten() -> None:
    answer = solved({**table(foods=3), "limits": {}})
    assert set(answer.amounts.values()) == {0.0}
    assert answer.objective == 0.0


@pytest.mark.parametrize("integer", [False, True])
def test_a_cost_that_falls_without_end_is_said_to(integer: bool) -> None:
    paid = {"id": "paid", "cost": -1, "nutrients": {"kcal": 1}}
    data = {
        "foods": [{**paid, "id": "rice", "cost": 1}, paid],
        "limits": {"kcal": {"min": 5}},
        "integer": integer,
    }
    with pytest.raises(InvalidRequest) as caught:
        solved(data)
    assert [error.pointer for error in caught.value.errors] == ["/foods/1/max"]
    bounded = {**data, "limits": {"kcal": {"min": 5, "max": 7}}}
    assert solved(bounded).objective == pytest.approx(-7)
