"""Changes and questions as the interface reads them."""

from datetime import date

import pytest

from planners.change import (
    CHANGES,
    DayTrade,
    ItemQuestion,
    ItemSwap,
    TrainingQuestion,
    asked_json,
    check_in_plan,
    check_to_come,
    read_change,
    read_question,
)
from planners.errors import InvalidRequest
from planners.make import change_plan, make_plan, offers
from planners.plan import plan_json
from planners.spec import Kind, Slot, read_request
from tests.planners.nutrition.asking import TODAY, WOMAN

MILK = 11112210
MEALS = [{"slot": "lunch", "items": [{"food_code": MILK}]}]
MENU = {"days": [{"meals": MEALS}, {"meals": MEALS}]}
LINES = [
    {"exercise_id": "leg_swing", "note": "warm-up"},
    {"exercise_id": "push_up", "note": ""},
    {"exercise_id": "plank", "note": ""},
]
TRAINING = {"weeks": [{"days": [{"date": "2026-12-03", "exercises": LINES}]}]}
PLANS = {Kind.NUTRITION: MENU, Kind.WORKOUT: TRAINING}


def pointers(kind: Kind, data: object) -> list[str]:
    with pytest.raises(InvalidRequest) as refused:
        check_in_plan(PLANS[kind], read_change(kind, data))
    return [fault.pointer for fault in refused.value.errors]


TOLD = {
    Kind.NUTRITION: {"day": 1, "other": 2, "slot": "lunch", "food_code": MILK, "to": 11511400, "seed": 4},
    Kind.WORKOUT: {"date": "2026-12-03", "exercise_id": "push_up", "to": "tempo_push_up", "seed": 4},
}


@pytest.mark.parametrize("kind", Kind)
def test_every_change_reads_back_from_what_is_stored(kind: Kind) -> None:
    for word, made in CHANGES[kind].items():
        fields = made.__dataclass_fields__
        data = {"swap": str(word)} | {name: value for name, value in TOLD[kind].items() if name in fields}
        change = read_change(kind, data)
        assert isinstance(change, made)
        assert asked_json(change) == data
        assert read_change(kind, asked_json(change)) == change


def test_a_question_reads_back_from_what_is_stored() -> None:
    for data in ({"date": "2026-12-03", "exercise_id": "push_up"}, {"date": "2026-12-03"}):
        question = read_question(Kind.WORKOUT, data)
        assert isinstance(question, TrainingQuestion)
        assert read_question(Kind.WORKOUT, asked_json(question)) == question


def test_a_word_stands_for_one_change_whatever_the_kind() -> None:
    words = [word for changes in CHANGES.values() for word in changes]
    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    ("data", "pointer"),
    [
        ([], ""),
        ({}, "/swap"),
        ({"swap": "week"}, "/swap"),
        ({"swap": "item", "day": 1, "slot": "lunch"}, "/food_code"),
        ({"swap": "meal", "day": 1, "slot": "lunch", "food": 1}, "/food"),
        ({"swap": "day", "day": 0}, "/day"),
        ({"swap": "day", "day": 3}, "/day"),
        ({"swap": "days", "day": 1, "other": 3}, "/other"),
        ({"swap": "days", "day": 1, "other": 1}, "/other"),
        ({"swap": "meal", "day": 1, "slot": "dinner"}, "/slot"),
        ({"swap": "item", "day": 1, "slot": "lunch", "food_code": 11511400}, "/food_code"),
    ],
)
def test_what_cannot_be_changed_is_pointed_at(data: object, pointer: str) -> None:
    assert pointers(Kind.NUTRITION, data) == [pointer]


@pytest.mark.parametrize(
    ("data", "pointer"),
    [
        ({"swap": "item"}, "/swap"),
        ({"swap": "exercise", "exercise_id": "push_up"}, "/date"),
        ({"swap": "exercise", "date": "2026-12-04", "exercise_id": "push_up"}, "/date"),
        ({"swap": "exercise", "date": "2026-12-03", "exercise_id": "bench_press"}, "/exercise_id"),
        ({"swap": "exercise", "date": "2026-12-03", "exercise_id": "leg_swing"}, "/exercise_id"),
        ({"swap": "session", "date": "2026-12-03", "seed": -1}, "/seed"),
        ({"swap": "session", "date": "tomorrow"}, "/date"),
    ],
)
def test_what_cannot_be_changed_in_a_training_plan_is_pointed_at(data: object, pointer: str) -> None:
    assert pointers(Kind.WORKOUT, data) == [pointer]


def test_a_refused_exercise_comes_with_those_that_are_there() -> None:
    with pytest.raises(InvalidRequest) as refused:
        check_in_plan(TRAINING, TrainingQuestion(date=date(2026, 12, 3), exercise_id="leg_swing"))
    assert refused.value.errors[0].allowed == ("push_up", "plank")


def test_a_lived_day_is_refused_and_today_is_not() -> None:
    swap = {"swap": "session", "date": "2026-12-03", "seed": 1}
    check_to_come(swap, date(2026, 12, 3))
    check_to_come({"swap": "day", "day": 1}, date(2026, 12, 3))
    with pytest.raises(InvalidRequest) as refused:
        check_to_come(swap, date(2026, 12, 4))
    assert [fault.pointer for fault in refused.value.errors] == ["/date"]


def test_what_the_menu_has_passes() -> None:
    check_in_plan(MENU, ItemSwap(day=2, slot=Slot.LUNCH, food_code=MILK))
    check_in_plan(MENU, DayTrade(day=1, other=2))
    check_in_plan(TRAINING, TrainingQuestion(date=date(2026, 12, 3), exercise_id="plank"))


def test_a_stored_plan_is_changed_and_asked_about_through_the_one_entry() -> None:
    request = read_request({"kind": "nutrition", "member": WOMAN, "days": 2}, TODAY)
    body = plan_json(make_plan(request))
    dinner = body["days"][1]["meals"][-1]
    food = dinner["items"][0]["food_code"]
    found = offers(request, body, ItemQuestion(day=2, slot=Slot.DINNER, food_code=food))
    assert 0 < len(found) <= 5
    assert food not in [offer.item.food_code for offer in found]
    swap = ItemSwap(day=2, slot=Slot.DINNER, food_code=food, to=found[0].item.food_code)
    changed = plan_json(change_plan(request, body, swap))
    assert changed["days"][1]["meals"][-1]["items"][0]["food_code"] == found[0].item.food_code
    traded = plan_json(change_plan(request, body, DayTrade(day=1, other=2)))
    assert [d["meals"] for d in traded["days"]] == [d["meals"] for d in reversed(body["days"])]
