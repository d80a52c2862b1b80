"""Energy by goal: rates, floors and what the member is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from planners.nutrition.energy import fat_free_kg, resting_kcal
from planners.nutrition.goal import energy_floor, energy_goal, gain_share, loss_share, planned_rate
from planners.nutrition.safety import weight_at
from planners.spec import Activity, Member, NutritionGoal, NutritionRequest, Sex

MAN = Member(sex=Sex.MALE, age_years=30, height_cm=180, weight_kg=80, activity=Activity.ACTIVE)
SPENT = 1004.82 - 10.83 * 30 + 6.52 * 180 + 15.91 * 80


def request(
    goal: NutritionGoal, days: int = 7, target: float | None = None, **changes: Any
) -> NutritionRequest:
    return NutritionRequest(member=replace(MAN, **changes), goal=goal, days=days, target_weight_kg=target)


def test_maintenance_eats_what_is_spent() -> None:
    goal = energy_goal(request(NutritionGoal.MAINTENANCE))
    assert goal.target_kcal == goal.expenditure_kcal == pytest.approx(SPENT)
    assert goal.warnings == ()


def test_loss_eats_less_by_7700_kcal_a_kilogram() -> None:
    goal = energy_goal(request(NutritionGoal.WEIGHT_LOSS))
    assert goal.rate_kg_per_week == pytest.approx(-0.005 * 80)
    assert goal.target_kcal == pytest.approx(SPENT - 0.4 * 7700 / 7)


def test_gain_eats_more_by_7700_kcal_a_kilogram() -> None:
    goal = energy_goal(request(NutritionGoal.MUSCLE_GAIN))
    assert goal.rate_kg_per_week == pytest.approx(0.005 * 80)
    assert goal.target_kcal == pytest.approx(SPENT + 0.4 * 7700 / 7)


@pytest.mark.parametrize(("index", "loss", "gain"), [(24.9, 0.005, 0.005), (25.1, 0.0075, 0.0025)])
def test_rates_change_at_a_body_mass_index_of_25(index: float, loss: float, gain: float) -> None:
    member = replace(MAN, weight_kg=weight_at(MAN, index))
    assert (loss_share(member), gain_share(member)) == (loss, gain)


def test_the_obese_lose_one_percent_but_not_the_young_or_old() -> None:
    heavy = replace(MAN, weight_kg=weight_at(MAN, 30.1))
    assert loss_share(heavy) == 0.01
    assert loss_share(replace(heavy, weight_kg=weight_at(MAN, 29.9))) == 0.0075
    assert [loss_share(replace(heavy, age_years=years)) for years in (17, 18, 64, 65)] == [
        0.005,
        0.01,
        0.01,
        0.005,
    ]


def test_the_deficit_never_passes_1000_kcal() -> None:
    goal = energy_goal(request(NutritionGoal.WEIGHT_LOSS, weight_kg=150))
    assert goal.expenditure_kcal - goal.target_kcal == pytest.approx(1000)


def test_the_last_step_to_the_target_is_no_longer_than_what_is_left() -> None:
    assert planned_rate(request(NutritionGoal.WEIGHT_LOSS, days=28, target=79.2)) == pytest.approx(-0.2)
    assert planned_rate(request(NutritionGoal.MUSCLE_GAIN, days=14, target=80.4)) == pytest.approx(0.2)


def test_loss_without_a_target_stops_at_the_healthy_range() -> None:
    light = weight_at(MAN, 18.5) + 0.1
    assert planned_rate(request(NutritionGoal.WEIGHT_LOSS, weight_kg=light)) == pytest.approx(-0.1)


def test_the_floor_is_resting_rate_or_energy_availability() -> None:
    still = replace(MAN, activity=Activity.INACTIVE)
    assert energy_floor(still) == pytest.approx(max(resting_kcal(still), 30 * fat_free_kg(still)))
    active_extra = (1004.82 - 753.07) + (6.52 - 6.50) * 180 + (15.91 - 14.10) * 80
    assert energy_floor(MAN) == pytest.approx(30 * fat_free_kg(MAN) + active_extra)


def test_a_goal_below_the_floor_is_held_there_and_said_so() -> None:
    lean = {"body_fat_percent": 8, "activity": Activity.VERY_ACTIVE, "expenditure_kcal": 2_900}
    goal = energy_goal(request(NutritionGoal.WEIGHT_LOSS, **lean))
    assert goal.target_kcal == goal.floor_kcal > 2_900 - 440
    assert "held at" in goal.warnings[0]


def test_learned_expenditure_replaces_the_equation() -> None:
    goal = energy_goal(request(NutritionGoal.MAINTENANCE, expenditure_kcal=2_900))
    assert goal.expenditure_kcal == 2_900
    assert "learned" in goal.source


@pytest.mark.parametrize(("factor", "held"), [(0.71, 0.71), (0.69, 0.7), (1.29, 1.29), (1.31, 1.3)])
def test_learned_expenditure_counts_up_to_30_percent_from_the_equation(factor: float, held: float) -> None:
    goal = energy_goal(request(NutritionGoal.MAINTENANCE, expenditure_kcal=factor * SPENT))
    assert goal.expenditure_kcal == pytest.approx(held * SPENT)
    assert any("check the logs" in text for text in goal.warnings) == (factor != held)


def test_maintenance_with_a_target_weight_says_that_it_is_not_used() -> None:
    assert "unused" in energy_goal(request(NutritionGoal.MAINTENANCE, target=75)).warnings[0]
    assert energy_goal(request(NutritionGoal.MAINTENANCE, target=80)).warnings == ()
