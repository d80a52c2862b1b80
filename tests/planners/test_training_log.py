"""What may be told of training done: read back as it was said, contradictions refused with their pointers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from planners.errors import InvalidRequest
from planners.spec import WorkoutRequest, read_request, request_json

TODAY = date(2026, 11, 30)
MEMBER = {"sex": "male", "age_years": 24, "height_cm": 178, "weight_kg": 82}
HISTORY: dict[str, Any] = {
    "maxima": [{"exercise_id": "bench_press", "load_kg": 90, "date": "2026-11-02"}],
    "sets": [
        {
            "exercise_id": "bench_press", "date": "2026-11-20", "sets": 3, "reps": 5, "load_kg": 77.5,
            "rpe": 7, "planned_reps": 5,
        },
        {"exercise_id": "push_up", "date": "2026-11-21", "reps": 30},
    ],
    "runs": [{"date": "2026-11-20", "distance_m": 5000, "seconds": 1450, "rpe": 9.5}],
    "results": [{"test": "aft", "event": "2MR", "result": 980, "date": "2026-11-10"}],
    "log": [
        {
            "date": "2026-11-18", "minutes": 55, "rpe": 6,
            "exercises": [{"exercise_id": "goblet_squat", "sets": 3, "reps": 8, "load_kg": 24, "rpe": 8}],
        },
        {"date": "2026-11-19", "status": "missed"},
        {"date": "2026-12-03", "status": "moved", "moved_to": "2026-12-04"},
        {"date": "2026-12-08", "status": "skipped"},
    ],
    "excluded_exercises": ["burpee"],
    "postpartum_weeks": None,
    "altitude_ft": 5200,
}  # fmt: skip


def asked(**more: Any) -> WorkoutRequest:
    data = {"kind": "workout", "start_date": "2026-12-01", "weeks": 4, "member": MEMBER, **more}
    request = read_request(data, TODAY)
    assert isinstance(request, WorkoutRequest)
    return request


def pointers(**more: Any) -> list[str]:
    with pytest.raises(InvalidRequest) as refused:
        asked(**more)
    return [fault.pointer for fault in refused.value.errors]


def test_a_history_is_read_and_written_back_alike() -> None:
    request = asked(**HISTORY)
    assert read_request(request_json(request), TODAY) == request
    assert request.sets[0].planned_reps == 5
    assert request.sets[1].sets == 1


def test_without_a_history_nothing_is_known() -> None:
    request = asked()
    assert (request.maxima, request.sets, request.runs, request.results, request.log) == ((),) * 5
    assert (request.today, request.locked_dates, request.excluded_exercises) == (None, (), ())


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"maxima": [{"exercise_id": "bench_press", "load_kg": 90, "date": "2026-12-02"}]}, "/maxima/0/date"),
        ({"sets": [{"exercise_id": "push_up", "date": "2026-12-02", "reps": 5}]}, "/sets/0/date"),
        ({"runs": [{"date": "2026-12-02", "distance_m": 5000, "seconds": 1500}]}, "/runs/0/date"),
        (
            {"results": [{"test": "aft", "event": "2MR", "result": 980, "date": "2026-12-02"}]},
            "/results/0/date",
        ),
        ({"log": [{"date": "2026-12-02"}]}, "/log/0/date"),
        ({"log": [{"date": "2026-12-02", "status": "missed"}]}, "/log/0/date"),
    ],
)  # fmt: skip
def test_what_was_done_is_not_of_days_to_come(more: dict[str, Any], pointer: str) -> None:
    assert pointers(**more) == [pointer]


@pytest.mark.parametrize(
    ("entry", "pointer"),
    [
        ({"date": "2026-12-01", "status": "moved"}, "/log/0/moved_to"),
        ({"date": "2026-12-01", "status": "missed", "moved_to": "2026-12-02"}, "/log/0/moved_to"),
        ({"date": "2026-12-01", "status": "moved", "moved_to": "2026-12-01"}, "/log/0/moved_to"),
        ({"date": "2026-12-01", "status": "missed", "minutes": 40}, "/log/0/status"),
    ],
)
def test_an_entry_that_says_two_things_is_refused(entry: dict[str, Any], pointer: str) -> None:
    assert pointers(log=[entry]) == [pointer]


def test_a_day_cannot_be_done_and_missed() -> None:
    day = {"date": "2026-11-20"}
    assert pointers(log=[day, {**day, "status": "missed"}]) == ["/log/1/status"]
    assert len(asked(log=[{**day, "minutes": 30}, {**day, "minutes": 20}]).log) == 2


def test_two_maxima_or_results_of_a_day_that_differ_are_refused() -> None:
    known = {"exercise_id": "bench_press", "load_kg": 90, "date": "2026-11-02"}
    tested = {"test": "aft", "event": "2MR", "result": 980, "date": "2026-11-02"}
    assert pointers(maxima=[known, {**known, "load_kg": 95}]) == ["/maxima/1/load_kg"]
    assert pointers(results=[tested, {**tested, "result": 990}]) == ["/results/1/result"]
    assert len(asked(maxima=[known, known]).maxima) == 2


@pytest.mark.parametrize(("seconds", "fits"), [(674, False), (675, True), (6_000, True), (6_001, False)])
def test_a_run_is_neither_a_stroll_nor_faster_than_any_man(seconds: int, fits: bool) -> None:
    run = {"date": "2026-11-20", "distance_m": 5_000, "seconds": seconds}
    if fits:
        assert asked(runs=[run]).runs[0].seconds == seconds
    else:
        assert pointers(runs=[run]) == ["/runs/0/seconds"]


def test_today_is_within_the_plan_and_locked_days_are_to_come() -> None:
    assert asked(today="2026-12-28", locked_dates=["2026-12-28"]).today == date(2026, 12, 28)
    assert pointers(today="2026-12-29") == ["/today"]
    assert pointers(today="2026-12-10", locked_dates=["2026-12-09", "2026-12-29"]) == [
        "/locked_dates/0",
        "/locked_dates/1",
    ]


def test_the_names_of_exercises_are_written_as_in_the_catalogue() -> None:
    assert pointers(excluded_exercises=["burpee", "Bench Press"]) == ["/excluded_exercises/1"]
    assert pointers(sets=[{"exercise_id": "Bench Press", "date": "2026-11-20", "reps": 5}]) == [
        "/sets/0/exercise_id"
    ]
