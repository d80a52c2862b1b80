"""Changes and questions as the interface reads them."""

import pytest

from planners.change import CHANGES, DayTrade, ItemQuestion, ItemSwap, asked_json, check_in_menu, read_change
from planners.errors import InvalidRequest
from planners.make import change_plan, make_plan, offers
from planners.plan import plan_json
from planners.spec import Kind, Slot, read_request
from tests.planners.nutrition.asking import TODAY, WOMAN

MILK = 11112210
MEALS = [{"slot": "lunch", "items": [{"food_code": MILK}]}]
DAYS = [{"meals": MEALS}, {"meals": MEALS}]


def pointers(kind: Kind, data: object) -> list[str]:
    with pytest.raises(InvalidRequest) as refused:
        check_in_menu(DAYS, read_change(kind, data))
    return [fault.pointer for fault in refused.value.errors]


def test_every_change_reads_back_from_what_is_stored() -> None:
    told = {"day": 1, "other": 2, "slot": "lunch", "food_code": MILK, "to": 11511400, "seed": 4}
    for word, kind in CHANGES[Kind.NUTRITION].items():
        data = {"swap": str(word)} | {n: v for n, v in told.items() if n in kind.__dataclass_fields__}
        change = read_change(Kind.NUTRITION, data)
        assert isinstance(change, kind)
        assert asked_json(change) == data
        assert read_change(Kind.NUTRITION, asked_json(change)) == change


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


def test_training_plans_take_no_changes_of_menus() -> None:
    assert pointers(Kind.WORKOUT, {"swap": "item"}) == [""]


def test_what_the_menu_has_passes() -> None:
    check_in_menu(DAYS, ItemSwap(day=2, slot=Slot.LUNCH, food_code=MILK))
    check_in_menu(DAYS, DayTrade(day=1, other=2))


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
