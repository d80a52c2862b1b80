"""Requests that cannot be planned: each refused with the pointer to the field and the reason."""

from __future__ import annotations

from typing import Any

import pytest

from planners.errors import InvalidRequest
from planners.outcome import never
from planners.spec import Restriction, WorkoutRequest, read_request
from planners.workout.planner import plan_workout
from tests.planners.workout.requests import SOLDIER, TODAY

TEST = SOLDIER["test"]


def refused(changes: dict[str, Any]) -> dict[str, str]:
    """Pointer → reason, of reading or of planning."""
    with pytest.raises(InvalidRequest) as caught:
        request = read_request({**SOLDIER, **changes}, TODAY)
        assert isinstance(request, WorkoutRequest)
        plan_workout(request, never)
    return {error.pointer: error.detail for error in caught.value.errors}


@pytest.mark.parametrize(
    ("changes", "pointer", "reason"),
    [
        ({"test": {**TEST, "date": "2026-10-01"}}, "/test/date", "must be after the first day of the plan"),
        ({"test": {**TEST, "date": "2026-12-01"}}, "/test/date", "must be after the first day of the plan"),
        (
            {"postpartum_weeks": 20, "member": {**SOLDIER["member"], "sex": "male"}},
            "/postpartum_weeks",
            "when /member/sex is male",
        ),
        ({"test": None}, "/test", "is required when the goal is fitness_test"),
        ({"test": {**TEST, "name": "marathon"}}, "/test/name", ""),
        ({"test": {**TEST, "current": {"2MR": 120}}}, "/test/current/2MR", "s"),
        ({"test": {**TEST, "current": {"2MR": 20_001}}}, "/test/current/2MR", ""),
        ({"test": {**TEST, "current": {"PLK": -5}}}, "/test/current/PLK", ""),
        ({"test": {**TEST, "current": {"HRP": 22.5}}}, "/test/current/HRP", ""),
        ({"test": {**TEST, "current": {"run_3mi": 1_400}}}, "/test/current/run_3mi", ""),
        ({"test": {**TEST, "target_points": 501}}, "/test/target_points", "at most 500"),
        ({"days_per_week": 0}, "/days_per_week", ""),
        ({"days_per_week": 8}, "/days_per_week", ""),
        ({"days_per_week": 4, "available_days": ["mon", "wed"]}, "/days_per_week", "do not fit into 2"),
        ({"available_days": []}, "/available_days", ""),
        ({"available_days": ["mon", "mon"]}, "/available_days/1", ""),
        ({"available_days": ["someday"]}, "/available_days/0", ""),
        ({"minutes_per_day": 14}, "/minutes_per_day", ""),
        ({"minutes_per_day": 181}, "/minutes_per_day", ""),
        ({"weeks": 0}, "/weeks", ""),
        ({"weeks": 53}, "/weeks", ""),
        ({"equipment": ["barbell", "yacht"]}, "/equipment/1", ""),
        ({"level": "elite"}, "/level", ""),
        ({"goal": "glory"}, "/goal", ""),
        ({"restrictions": ["tail"]}, "/restrictions/0", ""),
        ({"restrictions": [str(r) for r in Restriction]}, "/restrictions", "leave nothing to train"),
        ({"member": {**SOLDIER["member"], "age_years": 16}}, "/member/age_years", ""),
        ({"member": {**SOLDIER["member"], "age_years": 91}}, "/member/age_years", ""),
        ({"shoes": "red"}, "/shoes", ""),
    ],
)
def test_it_is_refused_with_pointer_and_reason(changes: dict[str, Any], pointer: str, reason: str) -> None:
    found = refused(changes)
    assert list(found) == [pointer]
    assert found[pointer]
    assert reason in found[pointer]


def test_the_first_day_of_a_plan_made_for_tomorrow_counts_for_the_test_date() -> None:
    late = {k: v for k, v in SOLDIER.items() if k != "start_date"}
    with pytest.raises(InvalidRequest) as caught:
        read_request({**late, "test": {**TEST, "date": TODAY.isoformat()}}, TODAY)
    assert [error.pointer for error in caught.value.errors] == ["/test/date"]


def test_every_fault_is_told_at_once() -> None:
    found = refused({"weeks": 0, "minutes_per_day": 5, "equipment": ["yacht"]})
    assert set(found) == {"/weeks", "/minutes_per_day", "/equipment/0"}
