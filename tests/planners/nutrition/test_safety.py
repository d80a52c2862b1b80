"""Who is sent to a clinician, and at which figure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from planners.errors import InvalidRequest
from planners.nutrition.safety import check_safety, weight_at
from planners.spec import Member, NutritionGoal, NutritionRequest, Pregnancy, Sex

WOMAN = Member(sex=Sex.FEMALE, age_years=24, height_cm=165, weight_kg=60)


def request(goal: NutritionGoal = NutritionGoal.MAINTENANCE, **changes: Any) -> NutritionRequest:
    target = changes.pop("target_weight_kg", None)
    return NutritionRequest(member=replace(WOMAN, **changes), goal=goal, target_weight_kg=target)


def refused(wanted: NutritionRequest) -> list[str]:
    with pytest.raises(InvalidRequest) as caught:
        check_safety(wanted)
    return [error.pointer for error in caught.value.errors]


def test_a_healthy_member_hears_nothing() -> None:
    for goal in NutritionGoal:
        assert check_safety(request(goal)) == ()


@pytest.mark.parametrize("state", [Pregnancy.PREGNANT, Pregnancy.LACTATING])
def test_pregnancy_and_nursing_are_referred(state: Pregnancy) -> None:
    assert refused(request(pregnancy=state)) == ["/member/pregnancy"]


@pytest.mark.parametrize("goal", NutritionGoal)
def test_a_body_mass_index_below_17_is_referred_whatever_the_goal(goal: NutritionGoal) -> None:
    assert "/member/weight_kg" in refused(request(goal, weight_kg=weight_at(WOMAN, 16.99)))


@pytest.mark.parametrize("goal", [NutritionGoal.MAINTENANCE, NutritionGoal.MUSCLE_GAIN])
def test_from_17_to_18_5_a_plan_comes_with_a_word(goal: NutritionGoal) -> None:
    for index, words in ((17.01, 1), (18.49, 1), (18.51, 0)):
        assert len(check_safety(request(goal, weight_kg=weight_at(WOMAN, index)))) == words


def test_weight_loss_ends_at_a_body_mass_index_of_18_5() -> None:
    assert refused(request(NutritionGoal.WEIGHT_LOSS, weight_kg=weight_at(WOMAN, 18.49))) == ["/goal"]
    check_safety(request(NutritionGoal.WEIGHT_LOSS, weight_kg=weight_at(WOMAN, 18.51)))


def test_a_target_weight_below_the_healthy_range_is_refused() -> None:
    lightest = weight_at(WOMAN, 18.5)
    assert refused(request(NutritionGoal.WEIGHT_LOSS, target_weight_kg=lightest - 0.1)) == [
        "/target_weight_kg"
    ]
    check_safety(request(NutritionGoal.WEIGHT_LOSS, target_weight_kg=lightest + 0.1))


def test_a_minor_loses_weight_only_when_overweight_and_with_a_word() -> None:
    slim, heavy = (weight_at(WOMAN, index) for index in (24.99, 25.01))
    assert refused(request(NutritionGoal.WEIGHT_LOSS, age_years=17, weight_kg=slim)) == ["/goal"]
    assert len(check_safety(request(NutritionGoal.WEIGHT_LOSS, age_years=17, weight_kg=heavy))) == 1
    assert check_safety(request(NutritionGoal.WEIGHT_LOSS, age_years=18, weight_kg=slim)) == ()


@pytest.mark.parametrize(("sex", "essential"), [(Sex.MALE, 5), (Sex.FEMALE, 12)])
def test_essential_fat_is_not_to_be_lost(sex: Sex, essential: float) -> None:
    loss = NutritionGoal.WEIGHT_LOSS
    assert refused(request(loss, sex=sex, weight_kg=65, body_fat_percent=essential)) == ["/goal"]
    check_safety(request(loss, sex=sex, weight_kg=65, body_fat_percent=essential + 0.1))


@pytest.mark.parametrize("goal", [NutritionGoal.MAINTENANCE, NutritionGoal.MUSCLE_GAIN])
@pytest.mark.parametrize(("sex", "essential"), [(Sex.MALE, 5), (Sex.FEMALE, 12)])
def test_essential_fat_alone_gets_a_word_whatever_the_goal(
    goal: NutritionGoal, sex: Sex, essential: float
) -> None:
    for fat, words in ((essential, 1), (essential + 0.1, 0)):
        assert len(check_safety(request(goal, sex=sex, weight_kg=65, body_fat_percent=fat))) == words


def test_loss_in_later_life_gets_a_word_below_a_body_mass_index_of_23() -> None:
    for goal, age, index, words in (
        (NutritionGoal.WEIGHT_LOSS, 65, 22.9, 1),
        (NutritionGoal.WEIGHT_LOSS, 65, 23.1, 0),
        (NutritionGoal.WEIGHT_LOSS, 64, 22.9, 0),
        (NutritionGoal.MAINTENANCE, 65, 22.9, 0),
    ):
        assert len(check_safety(request(goal, age_years=age, weight_kg=weight_at(WOMAN, index)))) == words


def test_severe_obesity_is_told_to_seek_guidance() -> None:
    assert check_safety(request(weight_kg=weight_at(WOMAN, 39.9))) == ()
    assert len(check_safety(request(weight_kg=weight_at(WOMAN, 40.1)))) == 1


def test_every_fault_is_named_at_once() -> None:
    wanted = request(
        NutritionGoal.WEIGHT_LOSS,
        weight_kg=weight_at(WOMAN, 16),
        pregnancy=Pregnancy.PREGNANT,
        target_weight_kg=40,
    )
    assert refused(wanted) == ["/member/pregnancy", "/member/weight_kg", "/goal", "/target_weight_kg"]
