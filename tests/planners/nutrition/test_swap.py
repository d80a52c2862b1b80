"""One item, meal or day made anew."""

import pytest

from planners.errors import Infeasible, InvalidRequest
from planners.nutrition.alternatives import alternatives
from planners.nutrition.planner import plan_nutrition
from planners.nutrition.proof import breaches
from planners.nutrition.swap import swap_day, swap_item, swap_meal, trade_days
from planners.plan import NutritionPlan
from planners.spec import NutritionRequest, Slot
from tests.planners.nutrition.asking import CATALOG, ask, code
from tests.planners.nutrition.test_planner import PROMISED_MISS, worst_miss

REQUEST = ask(seed=3, allergies=["tree_nut"], dislikes=["mushroom"], budget_usd_per_day=11.0)
PLAN = plan_nutrition(REQUEST)


def meal(plan: NutritionPlan, day: int, slot: Slot) -> dict[int, float]:
    found = next(m for m in plan.days[day - 1].meals if m.slot == slot)
    return {item.food_code: item.grams for item in found.items}


def foods(plan: NutritionPlan) -> list[list[list[int]]]:
    return [[[i.food_code for i in m.items] for m in d.meals] for d in plan.days]


def check(plan: NutritionPlan, request: NutritionRequest = REQUEST) -> None:
    assert worst_miss(plan) <= PROMISED_MISS
    assert breaches(plan, request) == []
    assert plan.weeks[0].cost_usd <= 11.0 + 1e-3
    for day in plan.days:
        energy = day.targets["energy_kcal"]
        assert energy.min * 0.995 <= day.nutrients["energy_kcal"] <= energy.max * 1.005
    assert 0.0 <= plan.solution.gap < 1.0


def main(plan: NutritionPlan, day: int, slot: Slot) -> int:
    found = next(m for m in plan.days[day - 1].meals if m.slot == slot)
    return next(i.food_code for i in found.items if i.role.endswith("_main"))


@pytest.mark.parametrize("slot", [Slot.BREAKFAST, Slot.LUNCH, Slot.DINNER])
def test_there_are_five_alternatives_to_a_main_and_each_keeps_every_limit(slot: Slot) -> None:
    old = main(PLAN, 2, slot)
    found = alternatives(CATALOG, REQUEST, PLAN, day=2, slot=slot, food_code=old)
    assert len(found) == 5
    assert len({a.item.food_code for a in found}) == 5
    for alternative in found:
        check(alternative.plan)
        assert alternative.item.food_code != old
        assert alternative.item.food_code in meal(alternative.plan, 2, slot)
        assert old not in meal(alternative.plan, 2, slot)


def test_alternatives_come_best_first_and_say_what_the_day_gains() -> None:
    found = alternatives(
        CATALOG, REQUEST, PLAN, day=1, slot=Slot.DINNER, food_code=main(PLAN, 1, Slot.DINNER)
    )
    objectives = [a.plan.solution.objective for a in found]
    assert objectives == sorted(objectives)
    for a in found:
        before, after = PLAN.days[0], a.plan.days[0]
        assert a.cost_usd == pytest.approx(after.cost_usd - before.cost_usd, abs=0.01)
        assert a.kcal == pytest.approx(
            after.nutrients["energy_kcal"] - before.nutrients["energy_kcal"], abs=0.1
        )
        changed = sum(
            one.grams != other.grams
            for d, e in zip(PLAN.days, a.plan.days, strict=True)
            for m, n in zip(d.meals, e.meals, strict=True)
            for one, other in zip(m.items, n.items, strict=True)
            if one.food_code == other.food_code
        )
        assert changed == len(a.also)


def test_all_other_foods_stay() -> None:
    old = main(PLAN, 4, Slot.LUNCH)
    new = swap_item(CATALOG, REQUEST, PLAN, day=4, slot=Slot.LUNCH, food_code=old)
    for d, (before, after) in enumerate(zip(foods(PLAN), foods(new), strict=True), start=1):
        for m, (one, other) in enumerate(zip(before, after, strict=True)):
            slot = PLAN.days[d - 1].meals[m].slot
            if (d, slot) == (4, Slot.LUNCH):
                assert sum(a != b for a, b in zip(one, other, strict=True)) == 1
            else:
                assert one == other
    check(new)


def test_the_member_can_name_the_food_wanted() -> None:
    old = main(PLAN, 2, Slot.DINNER)
    wanted = alternatives(CATALOG, REQUEST, PLAN, day=2, slot=Slot.DINNER, food_code=old)[3].item.food_code
    new = swap_item(CATALOG, REQUEST, PLAN, day=2, slot=Slot.DINNER, food_code=old, to=wanted)
    assert main(new, 2, Slot.DINNER) == wanted
    check(new)


@pytest.mark.parametrize("name", ["Walnuts", "Tap water", "Mushrooms, cooked"])
def test_a_food_that_does_not_suit_member_or_place_is_refused(name: str) -> None:
    old = main(PLAN, 2, Slot.DINNER)
    with pytest.raises(InvalidRequest) as refused:
        swap_item(CATALOG, REQUEST, PLAN, day=2, slot=Slot.DINNER, food_code=old, to=code(name))
    assert [e.pointer for e in refused.value.errors] == ["/to"]


def test_a_meal_made_anew_has_other_foods_and_the_rest_stays() -> None:
    new = swap_meal(CATALOG, REQUEST, PLAN, day=3, slot=Slot.DINNER, seed=1)
    assert main(new, 3, Slot.DINNER) != main(PLAN, 3, Slot.DINNER)
    before, after = foods(PLAN), foods(new)
    assert [d for d in range(7) if before[d] != after[d]] == [2]
    assert before[2][:3] == after[2][:3]
    check(new)


def test_another_seed_makes_another_meal_and_the_same_seed_the_same() -> None:
    made = [swap_meal(CATALOG, REQUEST, PLAN, day=3, slot=Slot.DINNER, seed=s) for s in (1, 1, 2, 3)]
    assert made[0] == made[1]
    assert len({main(plan, 3, Slot.DINNER) for plan in made}) > 1


@pytest.mark.parametrize("fields", [{"budget_usd_per_day": 5.2, "seed": 1}, {"diets": ["vegan"], "seed": 3}])
def test_a_food_that_stays_in_a_meal_made_anew_is_named(fields: dict[str, object]) -> None:
    request = ask(**fields)
    plan = plan_nutrition(request)
    for slot in (Slot.BREAKFAST, Slot.LUNCH, Slot.DINNER):
        try:
            new = swap_meal(CATALOG, request, plan, day=1, slot=slot, seed=5)
        except Infeasible:
            continue
        stays = meal(plan, 1, slot).keys() & meal(new, 1, slot).keys() - {code("Tap water")}
        told = [text for text in new.warnings if text.startswith("Stays")]
        assert all(CATALOG.names[CATALOG.row_of[food]] in told[0] for food in stays)
        assert bool(told) == bool(stays)


def test_a_salmon_cake_is_not_answered_with_a_salmon_cake() -> None:
    """It has the week's vitamin D: another main needs other portions elsewhere."""
    request = ask(seed=0)
    plan = plan_nutrition(request)
    cakes = code("Salmon cakes")
    day = next(d.day for d in plan.days if cakes in meal(plan, d.day, Slot.LUNCH))
    for seed in range(3):
        assert cakes not in meal(
            swap_meal(CATALOG, request, plan, day=day, slot=Slot.LUNCH, seed=seed), day, Slot.LUNCH
        )


def test_a_food_for_itself_and_a_day_for_itself_are_refused() -> None:
    food = main(PLAN, 2, Slot.DINNER)
    with pytest.raises(InvalidRequest, match="stands there already"):
        swap_item(CATALOG, REQUEST, PLAN, day=2, slot=Slot.DINNER, food_code=food, to=food)
    with pytest.raises(InvalidRequest, match="the same day"):
        trade_days(CATALOG, REQUEST, PLAN, day=2, other=2)


def test_a_day_made_anew_keeps_the_others() -> None:
    new = swap_day(CATALOG, REQUEST, PLAN, day=5, seed=2)
    before, after = foods(PLAN), foods(new)
    assert [d for d in range(7) if before[d] != after[d]] == [4]
    mains = [main(PLAN, 5, s) != main(new, 5, s) for s in (Slot.BREAKFAST, Slot.LUNCH, Slot.DINNER)]
    assert all(mains)
    check(new)


def test_swaps_can_follow_each_other() -> None:
    plan = PLAN
    for day in (1, 2, 3):
        plan = swap_item(
            CATALOG, REQUEST, plan, day=day, slot=Slot.LUNCH, food_code=main(plan, day, Slot.LUNCH)
        )
        check(plan)


@pytest.mark.parametrize(
    ("day", "slot", "food", "pointer"),
    [(0, Slot.LUNCH, 1, "/day"), (8, Slot.LUNCH, 1, "/day"), (1, Slot.LUNCH, 99999999, "/food_code")],
)
def test_what_the_plan_has_not_cannot_be_swapped(day: int, slot: Slot, food: int, pointer: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        swap_item(CATALOG, REQUEST, PLAN, day=day, slot=slot, food_code=food)
    assert [e.pointer for e in refused.value.errors] == [pointer]


def test_a_locked_food_must_be_unlocked_first() -> None:
    salmon = code("Baked salmon")
    request = ask(locked=[{"day": 1, "slot": "dinner", "food_code": salmon, "grams": 150}])
    plan = plan_nutrition(request)
    with pytest.raises(InvalidRequest, match="locked"):
        swap_item(CATALOG, request, plan, day=1, slot=Slot.DINNER, food_code=salmon)
    new = swap_day(CATALOG, request, plan, day=1, seed=1)
    assert meal(new, 1, Slot.DINNER)[salmon] == 150


def test_kosher_meals_stay_kosher() -> None:
    request = ask(diets=["kosher"], seed=2)
    plan = plan_nutrition(request)
    for day in range(1, 8):
        for a in alternatives(
            CATALOG, request, plan, day=day, slot=Slot.DINNER, food_code=main(plan, day, Slot.DINNER)
        ):
            assert breaches(a.plan, request) == []


def test_a_week_later_in_the_plan_is_swapped_like_the_first() -> None:
    request = ask(days=10, seed=4)
    plan = plan_nutrition(request)
    new = swap_item(CATALOG, request, plan, day=9, slot=Slot.LUNCH, food_code=main(plan, 9, Slot.LUNCH))
    assert foods(new)[:8] == foods(plan)[:8]
    assert main(new, 9, Slot.LUNCH) != main(plan, 9, Slot.LUNCH)


def test_two_days_of_a_week_trade_places_and_keep_their_dates() -> None:
    new = trade_days(CATALOG, REQUEST, PLAN, day=2, other=6)
    before, after = foods(PLAN), foods(new)
    assert after == [before[i] for i in (0, 5, 2, 3, 4, 1, 6)]
    assert [d.date for d in new.days] == [d.date for d in PLAN.days]
    assert new.weeks[0].nutrients == pytest.approx(PLAN.weeks[0].nutrients)
    check(new)


def test_days_of_two_weeks_and_days_with_locked_foods_do_not_trade() -> None:
    salmon = code("Baked salmon")
    request = ask(days=9, locked=[{"day": 1, "slot": "dinner", "food_code": salmon, "grams": 150}])
    plan = plan_nutrition(request)
    for day, other, pointer in ((2, 8, "/other"), (1, 3, "/day")):
        with pytest.raises(InvalidRequest) as refused:
            trade_days(CATALOG, request, plan, day=day, other=other)
        assert [e.pointer for e in refused.value.errors] == [pointer]
