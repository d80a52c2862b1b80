"""Impossible diets: the contradiction in words, and changes that are known to help."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planners.errors import Change, Infeasible
from planners.nutrition.own_diet import solve_diet
from planners.nutrition.own_table import read_diet_problem

Problem = dict[str, Any]

RATION: Problem = {
    "foods": [
        {"id": "bread", "cost": 1, "max": 10, "nutrients": {"kcal": 100, "protein_g": 3}},
        {"id": "beef", "cost": 5, "max": 4, "nutrients": {"kcal": 200, "protein_g": 20}},
    ],
    "limits": {"kcal": {"min": 500, "max": 1_000}, "protein_g": {"min": 120}},
}


def error_of(data: Problem) -> Infeasible:
    with pytest.raises(Infeasible) as caught:
        solve_diet(read_diet_problem(data))
    return caught.value


def applied(data: Problem, change: Change) -> Problem:
    """The problem with a change made, by the dotted name that the change gives."""
    changed = deepcopy(data)
    if change.change == "integer":
        return {**changed, "integer": change.to}
    where, _, rest = change.change.partition(".")
    name, _, side = rest.rpartition(".")
    if where == "limits":
        changed["limits"][name][side] = change.to
    else:
        next(food for food in changed["foods"] if food["id"] == name)[side] = change.to
    return changed


def test_the_contradiction_is_named_and_nothing_else() -> None:
    # 4 beef give 80 g at 800 kcal; the 200 kcal left give 6 g of bread: 86 g.
    error = error_of(RATION)
    assert error.conflicts == (
        "These cannot all hold: kcal at most 1,000, protein_g at least 120, at most 4 of beef",
        "protein_g must be at least 120; the nearest diet has 86",
    )


def test_only_changes_that_help_alone_are_offered() -> None:
    # Without the kcal limit all there is gives 110 g; without the beef limit 1,000 kcal of beef give 100 g.
    changes = error_of(RATION).any_one_of
    assert [(change.change, change.to) for change in changes] == [("limits.protein_g.min", 86)]
    assert changes[0].text == "Lower limits.protein_g.min from 120 to 86."


def test_a_limit_that_helps_alone_is_offered_at_its_threshold() -> None:
    data = deepcopy(RATION)
    data["limits"]["protein_g"]["min"] = 95
    changes = {change.change: change.to for change in error_of(data).any_one_of}
    # kcal: 80 g of beef at 800 and 15 g of bread at 500. Beef: 20b + 3(10 − 2b) = 95 at b = 65/14.
    assert changes == {
        "limits.kcal.max": 1_300,
        "limits.protein_g.min": 86,
        "foods.beef.max": pytest.approx(65 / 14, abs=1e-3),
    }
    assert changes["foods.beef.max"] >= 65 / 14


def test_a_foods_least_can_be_the_cause() -> None:
    data = deepcopy(RATION)
    data["limits"]["protein_g"]["min"] = 10
    data["foods"][1]["min"] = 3
    data["limits"]["kcal"] = {"max": 400}
    changes = {change.change: change.to for change in error_of(data).any_one_of}
    assert changes == {"limits.kcal.max": 600, "foods.beef.min": 2}


def test_whole_amounts_alone_can_be_the_cause() -> None:
    data = {**deepcopy(RATION), "integer": True, "limits": {"kcal": {"min": 250, "max": 290}}}
    error = error_of(data)
    assert [(change.change, change.to) for change in error.any_one_of] == [
        ("integer", False),
        ("limits.kcal.min", 200),  # hundreds of kcal only: 200 or 300
        ("limits.kcal.max", 300),
    ]
    for change in error.any_one_of:
        assert solve_diet(read_diet_problem(applied(data, change))).objective > 0


def test_a_food_without_a_whole_number_between_its_bounds_is_named() -> None:
    data: Problem = {"integer": True, "foods": deepcopy(RATION["foods"]), "limits": {"kcal": {"min": 200}}}
    data["foods"][0] |= {"min": 0.5, "max": 0.9}
    changes = error_of(data).any_one_of
    assert [(change.change, change.to) for change in changes] == [
        ("integer", False),
        ("foods.bread.min", 0),
        ("foods.bread.max", 1),
    ]
    for change in changes:
        assert solve_diet(read_diet_problem(applied(data, change))).objective > 0


def test_with_whole_amounts_the_change_leaves_them_whole() -> None:
    data = {**deepcopy(RATION), "integer": True}
    data["limits"]["protein_g"]["min"] = 95
    error = error_of(data)
    assert {change.change for change in error.any_one_of} >= {"limits.protein_g.min", "foods.beef.max"}
    for change in error.any_one_of:
        amounts = solve_diet(read_diet_problem(applied(data, change))).amounts
        assert all(amount == round(amount) for amount in amounts.values())


def test_where_no_single_change_is_enough_none_is_offered() -> None:
    data = deepcopy(RATION)
    data["limits"]["vitamin_c_mg"] = {"min": 60}
    data["limits"]["zinc_mg"] = {"min": 8}
    for food in data["foods"]:
        food["nutrients"] |= {"vitamin_c_mg": 0, "zinc_mg": 0}
    error = error_of(data)
    assert error.any_one_of == ()
    assert len(error.conflicts) == 4


@pytest.mark.parametrize(
    ("foods", "named"), [(10, "at most 1 of f9"), (11, "at most 1 of f9, bounds of 1 more foods")]
)
def test_of_many_foods_only_the_first_ten_are_named(foods: int, named: str) -> None:
    table = [{"id": f"f{j}", "cost": 1, "max": 1, "nutrients": {"kcal": 100 + j}} for j in range(foods)]
    error = error_of({"foods": table, "limits": {"kcal": {"min": 5_000}}})
    assert error.conflicts[0].endswith(named)


def test_hard_limits_beside_targets_explain_themselves_too() -> None:
    data = {**deepcopy(RATION), "objective": "deviation"}
    data["foods"][0]["target"] = 5
    assert "limits.protein_g.min" in {change.change for change in error_of(data).any_one_of}


def conflict_of(data: Problem) -> Infeasible | None:
    try:
        solve_diet(read_diet_problem(data))
    except Infeasible as error:
        return error
    return None


def random_ration(seed: int, factor: float) -> Problem:
    rng = np.random.Generator(np.random.PCG64(seed))
    amounts, most = rng.integers(0, 30, (6, 3)).astype(float), rng.integers(1, 5, 6).astype(float)
    reach = most @ amounts
    foods = [
        {"id": f"f{j}", "cost": 1, "max": most[j], "nutrients": {f"n{i}": amounts[j, i] for i in range(3)}}
        for j in range(6)
    ]
    limits = {
        "n0": {"max": 0.2 * reach[0] + 1},
        "n1": {"min": 0.15 * factor * reach[1]},
        "n2": {"min": reach[2] / 9},
    }
    return {"foods": foods, "limits": limits}


@settings(max_examples=80, derandomize=True, deadline=None)
@given(seed=st.integers(0, 10_000), factor=st.floats(1.5, 6.0))
def test_every_change_offered_helps_and_a_hundredth_less_does_not(seed: int, factor: float) -> None:
    data = random_ration(seed, factor)
    error = conflict_of(data)
    for change in error.any_one_of if error else ():
        assert conflict_of(applied(data, change)) is None
        less = float(change.to) * (1.01 if change.change.endswith("min") else 0.99)
        assert conflict_of(applied(data, replace(change, to=less))) is not None


@settings(max_examples=80, derandomize=True, deadline=None)
@given(seed=st.integers(0, 10_000), factor=st.floats(1.5, 6.0))
def test_no_change_that_helps_alone_is_left_out(seed: int, factor: float) -> None:
    data = random_ration(seed, factor)
    error = conflict_of(data)
    if error is None:
        return
    dropped = [("limits.n0.max", 1e9), ("limits.n1.min", 0.0), ("limits.n2.min", 0.0)]
    dropped += [(f"foods.f{j}.max", 1e9) for j in range(6)]
    helps = {
        name
        for name, to in dropped
        if conflict_of(applied(data, Change(change=name, to=to, text=""))) is None
    }
    assert {change.change for change in error.any_one_of} == helps
