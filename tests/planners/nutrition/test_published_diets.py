"""Diet problems from the literature, solved to their published optimum."""

from __future__ import annotations

import csv
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from planners.errors import Infeasible
from planners.nutrition.own_diet import DietAnswer, solve_diet
from planners.nutrition.own_table import read_diet_problem

STIGLER = Path(__file__).with_name("stigler_1939.csv")
STIGLER_LEAST = {
    "energy_mcal": 3,
    "protein_g": 70,
    "calcium_g": 0.8,
    "iron_mg": 12,
    "vitamin_a_kiu": 5,
    "thiamin_mg": 1.8,
    "riboflavin_mg": 2.7,
    "niacin_mg": 18,
    "vitamin_c_mg": 75,
}

# Chvátal 1983, Linear Programming, chapter 1: serving, cents, most servings, kcal, protein g, calcium mg.
CHVATAL = (
    ("oatmeal", 3, 4, 110, 4, 2),
    ("chicken", 24, 3, 205, 32, 12),
    ("eggs", 13, 2, 160, 13, 54),
    ("milk", 9, 8, 160, 8, 285),
    ("cherry pie", 20, 2, 420, 4, 22),
    ("pork with beans", 19, 2, 260, 14, 80),
)
CHVATAL_LEAST = {"kcal": 2_000, "protein_g": 55, "calcium_mg": 800}

# Fourer, Gay, Kernighan 2003, AMPL, chapter 2: dollars; vitamins A, C, B1, B2 in % of a day; Na mg; kcal.
AMPL = (
    ("beef", 3.19, 60, 20, 10, 15, 938, 295),
    ("chicken", 2.59, 8, 0, 20, 20, 2180, 770),
    ("fish", 2.29, 8, 10, 15, 10, 945, 440),
    ("ham", 2.89, 40, 40, 35, 10, 278, 430),
    ("macaroni and cheese", 1.89, 15, 35, 15, 15, 1182, 315),
    ("meat loaf", 1.99, 70, 30, 15, 15, 896, 400),
    ("spaghetti", 1.99, 25, 50, 25, 15, 1329, 370),
    ("turkey", 2.49, 60, 20, 15, 10, 1397, 450),
)
AMPL_NAMES = ("a", "c", "b1", "b2", "sodium_mg", "kcal")


def solved(data: dict[str, Any]) -> DietAnswer:
    return solve_diet(read_diet_problem(data))


def chvatal(**changes: Any) -> dict[str, Any]:
    foods = [
        {"id": name, "cost": cents, "max": most, "nutrients": dict(zip(CHVATAL_LEAST, amounts, strict=True))}
        for name, cents, most, *amounts in CHVATAL
    ]
    return {"foods": foods, "limits": {n: {"min": least} for n, least in CHVATAL_LEAST.items()}, **changes}


def ampl(sodium_mg: float | None, low: float = 2, high: float = 10, **changes: Any) -> dict[str, Any]:
    foods = [
        {
            "id": name,
            "cost": usd,
            "min": low,
            "max": high,
            "nutrients": dict(zip(AMPL_NAMES, amounts, strict=True)),
        }
        for name, usd, *amounts in AMPL
    ]
    limits: dict[str, dict[str, float]] = {name: {"min": 700, "max": 20_000} for name in AMPL_NAMES[:4]}
    if sodium_mg is not None:
        limits |= {"sodium_mg": {"max": sodium_mg}, "kcal": {"min": 16_000, "max": 24_000}}
    return {"foods": foods, "limits": limits, **changes}


def test_stiglers_diet_of_1939_costs_39_dollars_66_a_year() -> None:
    """77 foods per dollar of 1939; the optimum by the simplex method (Dantzig 1990, Interfaces 20(4):43)."""
    with STIGLER.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    foods = [{"id": r.pop("food"), "cost": 1, "nutrients": {n: float(v) for n, v in r.items()}} for r in rows]
    limits = {name: {"min": least} for name, least in STIGLER_LEAST.items()}
    answer = solved({"foods": foods, "limits": limits})
    assert len(foods) == 77
    assert 365 * answer.objective == pytest.approx(39.66, abs=0.005)
    a_year = {food: 365 * amount for food, amount in answer.amounts.items() if amount > 0}
    assert a_year == {
        "wheat flour": pytest.approx(10.77, abs=0.01),
        "beef liver": pytest.approx(0.69, abs=0.01),
        "cabbage": pytest.approx(4.09, abs=0.01),
        "spinach": pytest.approx(1.83, abs=0.01),
        "dried navy beans": pytest.approx(22.28, abs=0.01),
    }
    assert {b.limit for b in answer.binding} == {
        "energy_mcal",
        "calcium_g",
        "vitamin_a_kiu",
        "riboflavin_mg",
        "vitamin_c_mg",
    }


def test_chvatals_diet_costs_92_and_a_half_cents() -> None:
    answer = solved(chvatal())
    assert answer.objective == pytest.approx(92.5)
    assert answer.amounts == pytest.approx(
        {"oatmeal": 4, "chicken": 0, "eggs": 0, "milk": 4.5, "cherry pie": 2, "pork with beans": 0}
    )
    # Another kcal comes from milk: 9 cents for 160 of them.
    assert [(b.limit, b.side, b.shadow_price) for b in answer.binding] == [
        ("kcal", "min", pytest.approx(9 / 160))
    ]


def test_chvatals_diet_in_whole_servings_is_the_best_of_all_4860() -> None:
    best = min(
        sum(count * row[1] for count, row in zip(counts, CHVATAL, strict=True))
        for counts in product(*(range(row[2] + 1) for row in CHVATAL))
        if all(
            sum(count * row[3 + i] for count, row in zip(counts, CHVATAL, strict=True)) >= least
            for i, least in enumerate(CHVATAL_LEAST.values())
        )
    )
    answer = solved(chvatal(integer=True))
    assert answer.objective == pytest.approx(best) == pytest.approx(97)
    assert all(amount == round(amount) for amount in answer.amounts.values())


def test_the_ampl_diet_is_nothing_but_macaroni() -> None:
    answer = solved(ampl(None, low=0, high=100))
    assert answer.objective == pytest.approx(88.2)
    assert answer.amounts["macaroni and cheese"] == pytest.approx(46.6667, abs=1e-4)
    assert sum(answer.amounts.values()) == pytest.approx(46.6667, abs=1e-4)


def test_the_ampl_diet_with_variety_and_little_salt_is_impossible() -> None:
    with pytest.raises(Infeasible):
        solved(ampl(40_000))


def test_the_ampl_diet_with_variety_and_more_salt_costs_118_dollars_06() -> None:
    answer = solved(ampl(50_000))
    assert answer.objective == pytest.approx(118.0594032, abs=1e-6)
    assert answer.amounts["beef"] == pytest.approx(5.36061, abs=1e-5)
    assert answer.amounts["spaghetti"] == pytest.approx(9.30605, abs=1e-5)


def test_the_ampl_diet_in_whole_packages_costs_119_dollars_30() -> None:
    answer = solved(ampl(50_000, integer=True))
    assert answer.objective == pytest.approx(119.30)
    assert answer.amounts["beef"] == 9
    assert answer.amounts["spaghetti"] == 7
