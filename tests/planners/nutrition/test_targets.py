"""The limits of a menu, worked out by hand for one member and held to their rules for many."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planners.errors import InvalidRequest
from planners.nutrition.energy import resting_kcal
from planners.nutrition.goal import energy_floor
from planners.nutrition.nutrients import NUTRIENTS
from planners.nutrition.safety import weight_at
from planners.nutrition.targets import SOFT, daily_targets
from planners.plan import Target
from planners.spec import Activity, Diet, Member, NutritionGoal, NutritionRequest, Pregnancy, Sex

MAN = Member(sex=Sex.MALE, age_years=30, height_cm=180, weight_kg=80, activity=Activity.ACTIVE)
KCAL = 1004.82 - 10.83 * 30 + 6.52 * 180 + 15.91 * 80


def weekly(goal: NutritionGoal = NutritionGoal.MAINTENANCE, **changes: Any) -> dict[str, Target]:
    return dict(daily_targets(NutritionRequest(member=replace(MAN, **changes), goal=goal)).weekly)


def test_energy_is_a_band_about_the_target_narrower_for_the_week() -> None:
    targets = daily_targets(NutritionRequest(member=MAN))
    day, week = targets.daily["energy_kcal"], targets.weekly["energy_kcal"]
    assert targets.energy_kcal == targets.expenditure_kcal == pytest.approx(KCAL)
    assert (day.min, day.max) == (pytest.approx(0.9 * KCAL), pytest.approx(1.1 * KCAL))
    assert (week.min, week.max) == (pytest.approx(0.97 * KCAL), pytest.approx(1.03 * KCAL))


def test_shares_of_energy_become_grams() -> None:
    targets = weekly()
    assert targets["carbohydrate_g"].min == pytest.approx(0.45 * KCAL / 4)
    assert targets["carbohydrate_g"].max == pytest.approx(0.65 * KCAL / 4)
    assert targets["fat_g"].min == pytest.approx(0.20 * KCAL / 9)
    assert targets["fat_g"].max == pytest.approx(0.35 * KCAL / 9)
    assert targets["saturated_fat_g"].max == pytest.approx(0.10 * KCAL / 9)
    assert targets["added_sugars_g"].max == pytest.approx(0.10 * KCAL / 4)
    assert targets["protein_g"].max == pytest.approx(0.35 * KCAL / 4)
    assert targets["fiber_g"].min == pytest.approx(14 * KCAL / 1000)


def test_recruits_have_the_shares_of_their_age() -> None:
    targets = daily_targets(NutritionRequest(member=replace(MAN, age_years=18)))
    assert targets.weekly["fat_g"].min == pytest.approx(0.25 * targets.energy_kcal / 9)
    assert targets.weekly["protein_g"].max == pytest.approx(0.30 * targets.energy_kcal / 4)


@pytest.mark.parametrize(
    ("goal", "activity", "per_kg"),
    [
        (NutritionGoal.MAINTENANCE, Activity.LOW_ACTIVE, 1.2),
        (NutritionGoal.MAINTENANCE, Activity.VERY_ACTIVE, 1.6),
        (NutritionGoal.WEIGHT_LOSS, Activity.INACTIVE, 1.2),
        (NutritionGoal.WEIGHT_LOSS, Activity.VERY_ACTIVE, 1.8),
        (NutritionGoal.MUSCLE_GAIN, Activity.ACTIVE, 1.6),
    ],
)
def test_protein_grows_with_training_and_goal(goal: NutritionGoal, activity: Activity, per_kg: float) -> None:
    assert weekly(goal, activity=activity)["protein_g"].min == pytest.approx(per_kg * 80)


def test_protein_of_the_old_is_at_least_1_g_per_kg_from_65() -> None:
    least = [weekly(age_years=age, activity=Activity.INACTIVE)["protein_g"].min for age in (64, 65)]
    assert least == [pytest.approx(64), pytest.approx(80)]


def test_protein_is_at_least_the_rda_of_the_age() -> None:
    still = {"activity": Activity.INACTIVE, "expenditure_kcal": 2_300}
    least = [weekly(age_years=age, **still)["protein_g"].min for age in (18, 19)]
    assert least == [pytest.approx(0.85 * 80), pytest.approx(0.8 * 80)]


def test_protein_is_at_least_a_tenth_of_energy() -> None:
    targets = daily_targets(NutritionRequest(member=replace(MAN, activity=Activity.INACTIVE)))
    assert targets.weekly["protein_g"].min == pytest.approx(0.1 * targets.energy_kcal / 4)


def test_protein_goes_by_body_mass_up_to_a_body_mass_index_of_30() -> None:
    at_30 = weight_at(MAN, 30)
    least = [weekly(weight_kg=kg)["protein_g"].min for kg in (at_30 - 1, at_30, at_30 + 20)]
    assert least == [pytest.approx(1.4 * kg) for kg in (at_30 - 1, at_30, at_30)]


def test_protein_never_asks_for_more_than_its_share_of_energy() -> None:
    small = {"height_cm": 190, "weight_kg": 108, "age_years": 90, "expenditure_kcal": 1_700}
    protein = weekly(NutritionGoal.WEIGHT_LOSS, activity=Activity.INACTIVE, **small)["protein_g"]
    assert protein.min is not None
    assert protein.max is not None
    assert protein.min <= protein.max


def test_sodium_is_soft_and_grows_with_energy_and_sweat() -> None:
    targets = daily_targets(NutritionRequest(member=MAN))
    limit = 2300 * KCAL / 2000 + 0.5 * 800
    assert targets.weekly["sodium_mg"].max == pytest.approx(limit)
    assert targets.weekly["sodium_mg"].min == 1500
    assert targets.daily["sodium_mg"].max == pytest.approx(1.25 * limit)
    assert "sodium_mg" in targets.soft


def test_sodium_of_a_light_eater_is_the_plain_limit() -> None:
    light = {"sex": Sex.FEMALE, "height_cm": 155, "weight_kg": 50, "activity": Activity.INACTIVE}
    assert weekly(**light)["sodium_mg"].max == 2300


def test_water_is_the_adequate_intake_then_a_millilitre_a_kcal_and_the_sweat() -> None:
    assert weekly(activity=Activity.INACTIVE)["water_g"].min == 3700
    assert weekly()["water_g"].min == 3700 + 500
    big = {"weight_kg": 110.0, "activity": Activity.VERY_ACTIVE}
    spent = daily_targets(NutritionRequest(member=replace(MAN, **big))).expenditure_kcal
    assert spent > 3700
    assert weekly(**big)["water_g"].min == pytest.approx(spent + 1000)


def test_caffeine_is_limited_each_day() -> None:
    assert daily_targets(NutritionRequest(member=MAN)).daily["caffeine_mg"].max == 400
    young = replace(MAN, age_years=17, weight_kg=70)
    assert daily_targets(NutritionRequest(member=young)).daily["caffeine_mg"].max == pytest.approx(210)


def test_what_binds_no_food_sets_no_limit() -> None:
    targets = weekly()
    for name in ("magnesium_mg", "vitamin_e_mg", "niacin_mg", "vitamin_a_ug_rae", "folate_ug_dfe"):
        assert targets[name].max is None
    assert targets["retinol_ug"] == Target(max=3000, source="UL, IOM 2001 doi:10.17226/10026")


def test_a_vegan_is_told_about_iron() -> None:
    plain, vegan = (daily_targets(NutritionRequest(member=MAN, diets=d)) for d in ((), (Diet.VEGAN,)))
    assert plain.warnings == ()
    assert "Iron" in vegan.warnings[0]


def test_a_member_in_need_of_a_clinician_gets_no_targets() -> None:
    with pytest.raises(InvalidRequest):
        daily_targets(NutritionRequest(member=replace(MAN, pregnancy=Pregnancy.PREGNANT)))


members = st.builds(
    Member,
    sex=st.sampled_from(Sex),
    age_years=st.integers(17, 90),
    height_cm=st.floats(140, 210),
    weight_kg=st.floats(40, 180),
    activity=st.sampled_from(Activity),
    body_fat_percent=st.none() | st.floats(8, 45),
    expenditure_kcal=st.none() | st.floats(1_500, 5_000),
)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(member=members, goal=st.sampled_from(NutritionGoal), days=st.integers(1, 28))
def test_targets_of_anyone_can_be_met_and_keep_the_floors(
    member: Member, goal: NutritionGoal, days: int
) -> None:
    try:
        targets = daily_targets(NutritionRequest(member=member, goal=goal, days=days))
    except InvalidRequest:
        return
    for target in (*targets.daily.values(), *targets.weekly.values()):
        assert (target.min or 0.0) <= (target.max if target.max is not None else float("inf"))
        assert target.source
    assert list(targets.weekly) == [name for name in NUTRIENTS if name in targets.weekly]
    energy = targets.weekly["energy_kcal"]
    assert energy.min is not None
    assert energy.min >= max(resting_kcal(member), energy_floor(member)) - 1e-6
    assert set(targets.daily) <= set(targets.weekly)
    assert targets.soft == SOFT


@settings(max_examples=100, derandomize=True, deadline=None)
@given(member=members)
def test_the_three_goals_are_ordered_by_energy(member: Member) -> None:
    try:
        kcal = [daily_targets(NutritionRequest(member=member, goal=g)).energy_kcal for g in NutritionGoal]
    except InvalidRequest:
        return
    maintenance, loss, gain = kcal
    assert loss <= maintenance <= gain
