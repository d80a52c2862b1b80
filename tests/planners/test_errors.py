"""The sentence of an error, and the problem document that carries it."""

from datetime import date

import pytest

from planners.errors import FieldError, Infeasible, InvalidRequest
from planners.problems import problem_of
from planners.spec import read_request


def fault(pointer: str, detail: str) -> FieldError:
    return FieldError(pointer=pointer, detail=detail)


def test_faults_are_sentences_in_a_row_each_with_one_full_stop() -> None:
    faults = [fault("/days", "must be a number."), fault("/seed", "is required"), fault("/a", "is 'x...")]
    said = "/days: must be a number. /seed: is required. /a: is 'x..."
    assert problem_of(InvalidRequest(faults))["detail"] == str(InvalidRequest(faults)) == said


def test_what_stands_twice_is_said_once_and_carried_twice() -> None:
    error = Infeasible(["Iron is short.", "Iron is short", "Zinc is short."])
    problem = problem_of(error)
    assert problem["detail"] == "Iron is short. Zinc is short."
    assert problem["conflicts"] == ["Iron is short.", "Iron is short", "Zinc is short."]


def test_the_whole_request_and_a_field_without_a_name_are_told_apart() -> None:
    faults = [fault("", "is nested"), fault("/", "is not a field")]
    assert str(InvalidRequest(faults)) == "the request: is nested. /: is not a field."


@pytest.mark.parametrize(
    ("data", "pointer", "said"),
    [
        ([], "", "must be an object, not a list"),
        (None, "", "must be an object, not null"),
        ("nutrition", "", "must be an object, not a text"),
        ({}, "/kind", "is required"),
        ({"kind": None}, "/kind", "must be one of nutrition, workout, not null"),
        ({"kind": ["nutrition"]}, "/kind", "must be one of nutrition, workout, not a list"),
        ({"kind": "sleep"}, "/kind", "must be one of nutrition, workout, not 'sleep'"),
    ],
    ids=repr,
)
def test_what_is_no_request_is_blamed_where_it_is_wrong(data: object, pointer: str, said: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        read_request(data, date(2026, 12, 1))
    assert [(e.pointer, e.detail) for e in caught.value.errors] == [(pointer, said)]
