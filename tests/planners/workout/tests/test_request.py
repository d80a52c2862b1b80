"""A score request from JSON, and its answer."""

import json

import pytest

from planners.errors import InvalidRequest
from planners.workout.tests.request import answer, read_score_request

AFT = {
    "test": "aft",
    "sex": "female",
    "age_years": 30,
    "events": {"MDL": 160, "HRP": 22, "SDC": 150, "PLK": 95, "2MR": 1240},
}


def test_standard_and_altitude_may_be_left_out() -> None:
    request = read_score_request(AFT)
    assert (request.standard, request.altitude_ft) == ("general", 0)


def test_the_answer_has_the_fixed_names() -> None:
    got = answer(read_score_request(AFT))
    assert set(got) >= {"test", "events", "total", "pass", "class", "missing"}
    assert got["test"] == "aft"
    assert got["events"]["MDL"] == {"points": 82, "minimum_met": True}
    assert (got["total"], got["pass"], got["class"], got["missing"]) == (376, True, None, [])
    assert got["next_class"]["class"] == "body_fat_exempt"


def test_the_answer_is_json() -> None:
    assert json.loads(json.dumps(answer(read_score_request(AFT)), allow_nan=False))


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"test": "apft"}, "/test"),
        ({"age_years": "30"}, "/age_years"),
        ({"events": {}}, "/events"),
        ({"events": {"MDL": None}}, "/events/MDL"),
        ({"altitude_ft": 20_001}, "/altitude_ft"),
        ({"weight": 3}, "/weight"),
    ],
)
def test_faults_carry_their_pointer(change: dict[str, object], pointer: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        read_score_request(AFT | change)
    assert [error.pointer for error in refused.value.errors] == [pointer]
