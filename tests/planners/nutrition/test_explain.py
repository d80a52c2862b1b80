"""Impossible requests: why, and what alone would mend them."""

import pytest

from planners.errors import Change, Infeasible
from planners.nutrition.explain import forgive
from planners.nutrition.planner import plan_nutrition
from planners.nutrition.weeks import make_case
from planners.spec import NutritionRequest
from tests.planners.nutrition.asking import CATALOG, ask, code

NEVER = ("allerg", "diet", "floor")


def impossible(request: NutritionRequest) -> Infeasible:
    with pytest.raises(Infeasible) as error:
        plan_nutrition(request)
    return error.value


def change(error: Infeasible, name: str) -> Change:
    return next(c for c in error.any_one_of if c.change == name)


def test_a_budget_that_feeds_nobody_names_the_budget_and_one_that_does() -> None:
    error = impossible(ask(budget_usd_per_day=1.5))
    assert any("budget of 1.50 USD" in text for text in error.conflicts)
    enough = change(error, "budget_usd_per_day").to
    assert isinstance(enough, float)
    plan = plan_nutrition(ask(budget_usd_per_day=enough))
    assert plan.weeks[0].cost_usd <= enough


def test_the_budget_offered_is_near_the_least_that_works() -> None:
    enough = float(change(impossible(ask(budget_usd_per_day=1.5)), "budget_usd_per_day").to)
    impossible(ask(budget_usd_per_day=round(0.8 * enough, 2)))


def test_dislikes_that_leave_no_vegetable_can_be_taken_back_one_at_a_time() -> None:
    words = [
        "chicken",
        "beef",
        "pork",
        "turkey",
        "fish",
        "egg",
        "beans",
        "cheese",
        "lentil",
        "peanut",
        "tofu",
    ]
    request = ask(
        diets=["kosher"], allergies=["fish", "shellfish"], dislikes=[*words, "meatless", "sandwich"]
    )
    try:
        plan_nutrition(request)
    except Infeasible as error:
        for offer in error.any_one_of:
            if offer.change.startswith("dislikes."):
                at = int(offer.change.removeprefix("dislikes."))
                rest = [w for i, w in enumerate(request.dislikes) if i != at]
                plan_nutrition(ask(diets=["kosher"], allergies=["fish", "shellfish"], dislikes=rest))


def test_a_lock_past_the_days_energy_is_named_by_what_it_breaks() -> None:
    oil = code("Olive oil")
    error = impossible(ask(days=1, locked=[{"day": 1, "slot": "lunch", "food_code": oil, "grams": 400}]))
    assert error.conflicts
    assert change(error, "locked.0").to == "removed"
    assert "Olive oil" in change(error, "locked.0").text


def test_of_very_many_locks_the_heaviest_are_tried() -> None:
    oil, rice = code("Olive oil"), code("White rice")
    locks = [{"day": 1, "slot": "lunch", "food_code": int(food), "grams": 1} for food in CATALOG.codes[:12]]
    locks = [*locks, {"day": 1, "slot": "dinner", "food_code": oil, "grams": 400}]
    locks = [*locks, {"day": 1, "slot": "dinner", "food_code": rice, "grams": 50}]
    tried = [offer.change for offer in impossible(ask(days=1, locked=locks)).any_one_of]
    assert "locked.12" in tried


def test_allergies_diets_and_floors_are_never_offered() -> None:
    error = impossible(ask(budget_usd_per_day=1.0, diets=["vegan"], allergies=["soy", "wheat"]))
    assert error.any_one_of
    for offer in error.any_one_of:
        assert not offer.change.startswith(NEVER)


def test_every_offer_made_alone_gives_a_plan() -> None:
    butter = code("Butter")
    lock = {"day": 1, "slot": "lunch", "food_code": butter, "grams": 1500}
    error = impossible(ask(locked=[lock], budget_usd_per_day=9.0))
    assert error.any_one_of
    for offer in error.any_one_of:
        fields: dict[str, object] = {"locked": [lock], "budget_usd_per_day": 9.0}
        fields |= {"locked": []} if offer.change.startswith("locked") else {offer.change: offer.to}
        plan_nutrition(ask(**fields))


def test_nothing_is_forgiven_to_a_member_whose_limits_can_be_met() -> None:
    assert not forgive(make_case(CATALOG, ask())).forgiven


def test_energy_and_protein_are_never_forgiven() -> None:
    for fields in (
        {"diets": ["vegan"], "allergies": ["soy", "wheat", "tree_nut", "peanut"]},
        {"diets": ["vegan"]},
    ):
        forgiven = forgive(make_case(CATALOG, ask(**fields))).forgiven
        assert not forgiven & {"energy_kcal", "protein_g", "carbohydrate_g", "fat_g"}
