"""A plan under way: the lived days stay, the others keep every rule, the test keeps its date."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from planners.errors import InvalidRequest
from planners.make import make_plan
from planners.plan import WorkoutPlan, plan_json
from planners.renewal.learned import Learned
from planners.renewal.renew import Before, renew
from planners.spec import WorkoutRequest, request_json
from planners.workout.checks.facts import day_facts
from planners.workout.planner import plan_workout
from planners.workout.reflow import reflow
from tests.planners.workout.reflow.histories import UnderWay, dates, told, under_way
from tests.planners.workout.requests import workout

ALL = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
MANY = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
PLAN = plan_workout(workout())
DATES = [day.isoformat() for day in dates(PLAN)]


def again(today: str, log: list[dict[str, Any]], plan: WorkoutPlan = PLAN, **more: Any) -> WorkoutPlan:
    return reflow(workout(today=today, log=log, **more), plan)


def missed(*days: str) -> list[dict[str, Any]]:
    return [{"date": day, "status": "missed"} for day in days]


def unmet(plan: WorkoutPlan) -> set[str]:
    return {name for name, check in plan.checks.items() if not check.met}


@pytest.mark.parametrize("today", ["2026-12-01", "2026-12-05", "2026-12-15", "2027-01-10", "2027-01-25"])
def test_a_plan_that_is_kept_stays_as_it_is(today: str) -> None:
    assert again(today, []).weeks == PLAN.weeks
    done = [{"date": day, "status": "done"} for day in DATES if day < today]
    found = again(today, done)
    assert (found.weeks, found.prediction) == (PLAN.weeks, PLAN.prediction)


def test_without_the_plan_it_is_made_from_the_request() -> None:
    assert reflow(workout(today="2026-12-15")) == again("2026-12-15", [])


@MANY
@given(under_way(moves=False))
def test_every_rule_holds_whatever_was_missed_or_skipped(case: UnderWay | None) -> None:
    if case is not None:
        assert unmet(reflow(case.request, case.plan)) == set()


def moved_or_refused(request: WorkoutRequest, plan: WorkoutPlan) -> WorkoutPlan | None:
    """The plan, or None for a move that is refused where the log says it."""
    try:
        return reflow(request, plan)
    except InvalidRequest as error:
        pointers = [fault.pointer for fault in error.errors]
    assert all(pointer.startswith("/log/") and pointer.endswith("/moved_to") for pointer in pointers)
    return None


@MANY
@given(under_way())
def test_a_move_keeps_every_rule_or_is_refused_with_its_pointer(case: UnderWay | None) -> None:
    if case is None:
        return
    plan = moved_or_refused(case.request, case.plan)
    if plan is None:
        return
    assert unmet(plan) == set()
    moved = {s.moved_to for s in case.request.log if s.moved_to is not None}
    assert moved <= set(dates(plan))


@MANY
@given(under_way(moves=False))
def test_what_was_lived_stays_and_nothing_else_is_in_the_past(case: UnderWay | None) -> None:
    if case is None:
        return
    today = case.request.today
    assert today is not None
    status = {s.date: str(s.status) for s in case.request.log}
    before = {day.date: day for week in case.plan.weeks for day in week.days}
    after = {day.date: day for week in reflow(case.request, case.plan).weeks for day in week.days}
    done = {on: day for on, day in before.items() if on < today and status.get(on, "done") == "done"}
    logs = any(status.get(on) == "done" for on in before if on < today)
    if logs or not any(on in status for on in before if on < today):
        assert {on: day for on, day in after.items() if on < today} == done


@MANY
@given(under_way(moves=False))
def test_the_same_log_in_another_order_and_a_second_run_give_the_same_plan(case: UnderWay | None) -> None:
    if case is None or case.request.today is None:
        return
    once = reflow(case.request, case.plan)
    log = [{"date": s.date.isoformat(), "status": str(s.status)} for s in reversed(case.request.log)]
    assert reflow(told(case.request, case.request.today, log), case.plan) == once
    assert reflow(case.request, once).weeks == once.weeks


def test_a_missed_session_is_made_up_where_that_breaks_no_rule() -> None:
    plan = plan_workout(workout(goal="strength", test=None, days_per_week=2, available_days=ALL))
    days = [day.isoformat() for day in dates(plan)]
    found = again(
        "2026-12-04", missed(days[0]), plan, goal="strength", test=None, days_per_week=2, available_days=ALL
    )
    assert len(found.weeks[0].days) in (1, 2)
    assert unmet(found) == set()
    assert any("made up" in line or "let go" in line for line in found.because)


def test_a_moved_session_goes_to_its_day_and_the_others_stay() -> None:
    request: dict[str, Any] = {"available_days": ["mon", "tue", "wed", "thu", "sat", "sun"]}
    plan = plan_workout(workout(**request))
    for week in plan.weeks[:3]:
        for day in week.days:
            on = day.date.isoformat()
            for to in (d for d in range(1, 29) if f"2026-12-{d:02d}" not in dates_of(plan)):
                log = [{"date": on, "status": "moved", "moved_to": f"2026-12-{to:02d}"}]
                found = moved_or_refused(workout(today="2026-12-01", log=log, **request), plan)
                if found is None:
                    continue
                assert f"2026-12-{to:02d}" in dates_of(found)
                assert on not in dates_of(found)
                assert unmet(found) == set()


def dates_of(plan: WorkoutPlan) -> list[str]:
    return [day.isoformat() for day in dates(plan)]


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("2026-12-11", "available_days"),
        ("2027-01-24", "available_days"),
        ("2027-01-25", "day of the test"),
        ("2027-02-20", "no day of the plan"),
    ],
)
def test_a_move_that_cannot_be_says_why(to: str, why: str) -> None:
    day = next(d for d in DATES if d >= "2026-12-10")
    with pytest.raises(InvalidRequest) as refused:
        again("2026-12-09", [{"date": day, "status": "moved", "moved_to": to}])
    assert refused.value.errors[0].pointer == "/log/0/moved_to"
    assert why in str(refused.value)


def test_a_move_of_no_session_is_said_to_be_one() -> None:
    empty = next(d for d in (f"2026-12-{n:02d}" for n in range(10, 20)) if d not in DATES)
    free = next(d for d in (f"2026-12-{n:02d}" for n in range(10, 20)) if d not in (*DATES, empty))
    found = again("2026-12-09", [{"date": empty, "status": "moved", "moved_to": free}])
    assert any("No session stands on" in line and empty in line for line in found.because)


def test_a_missed_week_is_followed_by_a_step_back_and_the_taper_stays() -> None:
    week2 = [d for d in DATES if "2026-12-08" <= d < "2026-12-15"]
    found = again("2026-12-15", missed(*week2))
    assert [w.load for w in found.weeks[:2]] == [PLAN.weeks[0].load, 0]
    assert found.weeks[2].load <= 0.9 * PLAN.weeks[0].load + 18
    assert [(w.phase, w.taper) for w in found.weeks] == [(w.phase, w.taper) for w in PLAN.weeks]
    assert any("Week 2 was without training" in line for line in found.because)
    assert unmet(found) == set()


@pytest.mark.parametrize("weeks", [2, 3, 4])
def test_a_longer_break_is_followed_by_a_return_in_steps(weeks: int) -> None:
    request: dict[str, Any] = {"test": None, "goal": "general_fitness", "weeks": 12}
    plan = plan_workout(workout(**request))
    gone = [d for d in dates_of(plan) if d >= "2026-12-08"][: 4 * weeks]
    today = {2: "2026-12-22", 3: "2026-12-29", 4: "2027-01-05"}[weeks]
    found = again(today, missed(*gone), plan, **request)
    before = plan.weeks[0].load
    for share, week in zip((0.5, 0.7, 0.8, 0.9), found.weeks[weeks + 1 :], strict=False):
        assert week.load <= share * before + 18
    assert found.weeks[weeks + 1].load > 0.2 * before
    assert unmet(found) == set()


def test_a_locked_day_stays_as_it_is() -> None:
    week2 = [d for d in DATES if "2026-12-08" <= d < "2026-12-15"]
    day = next(d for d in PLAN.weeks[2].days)
    free = again("2026-12-15", missed(*week2))
    kept = again("2026-12-15", missed(*week2), locked_dates=[day.date.isoformat()])
    assert day in kept.weeks[2].days
    assert unmet(kept) == set()
    assert day not in free.weeks[2].days


def test_a_locked_day_without_a_session_is_refused() -> None:
    with pytest.raises(InvalidRequest) as refused:
        again("2026-12-15", [], locked_dates=["2026-12-16"])
    assert [fault.pointer for fault in refused.value.errors] == ["/locked_dates/0"]


def test_who_logs_logs_all() -> None:
    some = again("2026-12-15", [{"date": DATES[0]}, {"date": DATES[2]}])
    assert [d for d in dates_of(some) if d < "2026-12-15"] == [DATES[0], DATES[2]]
    assert any("no entry" in line for line in some.because)
    assert again("2026-12-15", []).weeks == PLAN.weeks


def test_new_restrictions_hold_for_the_days_to_come_alone() -> None:
    found = again("2026-12-15", [], restrictions=["no_running"])
    assert found.weeks[0] == PLAN.weeks[0]
    assert unmet(found) == set()
    assert not any(day_facts(day, PLAN.start_date).run_m for week in found.weeks[2:] for day in week.days)


def test_loads_follow_what_is_logged_since() -> None:
    gym = ["barbell", "bench", "squat_rack"]
    request: dict[str, Any] = {"goal": "strength", "test": None, "equipment": gym}
    plan = plan_workout(workout(**request))
    lift = next(x for d in plan.weeks[0].days for x in d.exercises if x.load_kg and x.reps)
    sets = [
        {
            "exercise_id": lift.exercise_id, "date": on, "reps": lift.reps, "rpe": 7,
            "load_kg": (lift.load_kg or 0) * 1.6, "planned_reps": lift.reps,
        }
        for on in ("2026-12-03", "2026-12-08")
    ]  # fmt: skip
    found = again("2026-12-15", [], plan, sets=sets, **request)
    assert found.weeks[:2] == plan.weeks[:2]
    before, after = (
        max(
            x.load_kg or 0.0
            for w in p.weeks[2:3]
            for d in w.days
            for x in d.exercises
            if x.exercise_id == lift.exercise_id
        )
        for p in (plan, found)
    )
    assert after > before
    assert any(lift.name in line for line in found.because)


def test_one_entry_plans_what_begins_and_what_is_under_way() -> None:
    assert make_plan(workout()) == PLAN
    changed = workout(today="2026-12-15", log=missed(DATES[2]))
    assert make_plan(changed) == reflow(changed, PLAN)
    assert make_plan(workout(log=[{"date": DATES[9], "status": "skipped"}])) != PLAN


def test_the_night_keeps_the_lived_days_of_the_plan_before() -> None:
    before = Before(request=request_json(workout()), body=plan_json(PLAN))
    found = renew(before, Learned(), first_day=date(2026, 12, 15), ahead_days=2, forced=True)
    assert found is not None
    assert found.plan.weeks == again("2026-12-15", []).weeks
