"""What logs change in the next request, and what they do not."""

from datetime import date, timedelta

import pytest

from planners.nutrition.catalog import load_catalog
from planners.nutrition.energy import estimated_expenditure
from planners.nutrition.goal import KCAL_PER_KG
from planners.renewal.eating import FEWEST_INTAKES, body_mass, learn_eating, learned_kcal
from planners.renewal.learned import Learned
from planners.spec import read_request

TODAY = date(2026, 12, 1)
MEMBER = {"sex": "male", "age_years": 24, "height_cm": 178, "weight_kg": 82}


def asked(**more):
    return read_request({"kind": "nutrition", "start_date": "2026-12-01", "member": MEMBER, **more}, TODAY)


def days(n):
    return [TODAY - timedelta(days=k) for k in range(n, 0, -1)]


def learn(request, **logged):
    return learn_eating(load_catalog(), request, Learned(**logged), TODAY)


def steady(kcal_eaten, kcal_spent, n=56, kg=82.0):
    """Weights and intake of somebody who spends `kcal_spent` and eats `kcal_eaten` a day."""
    slope = (kcal_eaten - kcal_spent) / KCAL_PER_KG
    return {
        "weights_kg": {day: kg + slope * i for i, day in enumerate(days(n))},
        "intake_kcal": dict.fromkeys(days(n), float(kcal_eaten)),
    }


def test_without_logs_nothing_changes():
    assert learn(asked()) == (asked(), [])


@pytest.mark.parametrize(("kg", "mass"), [(82.4, 82), (82.5, 82.5), (81.6, 82), (81.5, 81.5)])
def test_weight_changes_the_plan_from_half_a_kilogram_on(kg, mass):
    request, told = learn(asked(), weights_kg={days(1)[0]: kg})
    assert request.member.weight_kg == mass
    assert len(told) == (mass != 82)


def test_weight_is_the_median_of_the_last_week_and_no_older_than_four():
    assert body_mass(dict(zip(days(7), (80, 81, 81, 81, 81, 95, 81), strict=True)), TODAY) == 81
    assert body_mass({TODAY - timedelta(days=27): 80.0}, TODAY) == 80
    assert body_mass({TODAY - timedelta(days=28): 80.0}, TODAY) is None
    assert body_mass({TODAY: 80.0}, TODAY) is None  # the day that is planned is not over


def test_expenditure_is_learned_from_what_was_eaten_and_weighed():
    equation = estimated_expenditure(asked().member)
    request, told = learn(asked(), **steady(equation + 300, equation + 300))
    assert request.member.expenditure_kcal == pytest.approx(equation + 300, abs=60)
    assert "you spend about" in told[-1]


def test_small_difference_of_expenditure_changes_nothing():
    equation = estimated_expenditure(asked().member)
    request, told = learn(asked(), **steady(equation + 40, equation + 40))
    assert (request.member.expenditure_kcal, told) == (None, [])


def test_nothing_is_learned_from_less_than_a_week_of_meals():
    logs = steady(3400, 3400, n=FEWEST_INTAKES)
    assert learned_kcal(asked().member, Learned(**logs)) is not None
    fewer = dict(list(logs["intake_kcal"].items())[1:])
    assert learned_kcal(asked().member, Learned(weights_kg=logs["weights_kg"], intake_kcal=fewer)) is None


def test_who_has_reached_the_weight_is_fed_to_keep_it():
    losing = asked(goal="weight_loss", target_weight_kg=79)
    request, told = learn(losing, weights_kg={days(1)[0]: 78.9})
    assert (request.goal, request.target_weight_kg) == ("maintenance", None)
    assert "reached your 79 kg" in told[-1]


def test_disliked_food_is_left_out_a_liked_one_preferred_and_a_word_taken_back():
    salmon = next(c for c, n in zip(load_catalog().codes, load_catalog().names, strict=True) if "almon" in n)
    name = load_catalog().names[load_catalog().row_of[salmon]]
    disliked, told = learn(asked(), tastes={salmon: False})
    assert disliked.dislikes == (name,)
    assert told == [f"{name} is left out, as you dislike it."]
    assert learn(disliked, tastes={salmon: False}) == (disliked, [])  # told once
    liked, _ = learn(disliked, tastes={salmon: True})
    assert (liked.likes, liked.dislikes) == ((name,), ())
    assert learn(liked, tastes={salmon: None})[0] == asked()


def test_locked_food_is_not_disliked_and_a_like_that_no_food_is_left_of_is_dropped():
    lock = {"day": 1, "slot": "breakfast", "food_code": 57100100, "grams": 40}
    assert learn(asked(locked=[lock]), tastes={57100100: False})[0].dislikes == ()
    catalog = load_catalog()
    name = catalog.names[catalog.row_of[57100100]]
    request, _ = learn(asked(likes=[name]), tastes={57100100: False})
    assert (request.likes, request.dislikes) == ((), (name,))
