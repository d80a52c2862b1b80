"""Swaps and alternatives: the same movement, nothing forbidden, every rule kept, all else as it was."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planners.change import ExerciseSwap, SessionSwap, TrainingQuestion
from planners.errors import Infeasible, InvalidRequest
from planners.plan import Exercise, TrainingDay, WorkoutPlan, plan_json
from planners.reading import read
from planners.spec import Equipment, WorkoutRequest
from planners.workout.alternatives import Alternative, exercise_alternatives
from planners.workout.catalog import load_catalogue
from planners.workout.change import changed_training, training_offers
from planners.workout.checks.safety import (
    birth_breaches,
    equipment_breaches,
    exercises_of,
    level_breaches,
    restriction_breaches,
)
from planners.workout.formulas import fraction_for
from planners.workout.line import Part
from planners.workout.planner import plan_workout
from planners.workout.prepare import prepare
from planners.workout.stored import part_of
from planners.workout.swap import session_alternatives, swap_exercise
from tests.planners.workout.requests import requests, workout

CATALOGUE = load_catalogue()
GYM = [str(item) for item in Equipment]
REQUEST = workout(equipment=GYM, level="intermediate")
PLAN = plan_workout(REQUEST)
BODY = plan_json(PLAN)


def lines(day: TrainingDay, *parts: Part) -> list[Exercise]:
    return [each for each in day.exercises if part_of(each) in parts]


def first_lift(plan: WorkoutPlan) -> tuple[TrainingDay, Exercise]:
    return next((d, x) for w in plan.weeks for d in w.days for x in d.exercises if x.load_kg and x.reps)


def unmet(plan: WorkoutPlan) -> set[str]:
    return {name for name, check in plan.checks.items() if not check.met}


def breaches(request: WorkoutRequest, plan: WorkoutPlan) -> list[str]:
    names = exercises_of(plan.weeks)
    return [
        *restriction_breaches(names, (str(r) for r in request.restrictions)),
        *equipment_breaches(names, (str(e) for e in request.equipment)),
        *level_breaches(names, str(request.level)),
        *birth_breaches(names, request.postpartum_weeks),
        *(name for name in names if name in request.excluded_exercises),
    ]


def test_an_exercise_is_replaced_by_one_of_its_movement_and_all_else_stays() -> None:
    day, lift = first_lift(PLAN)
    plan = swap_exercise(REQUEST, PLAN, on=day.date, exercise_id=lift.exercise_id)
    changed = [
        (a, b) for v, w in zip(PLAN.weeks, plan.weeks, strict=True)
        for a, b in zip(v.days, w.days, strict=True) if a != b
    ]  # fmt: skip
    assert len(changed) == 1
    before, after = (lines(d, Part.RESISTANCE) for d in changed[0])
    swapped = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert len(swapped) == 1
    old, new = swapped[0]
    rows = [CATALOGUE.row_of[x.exercise_id] for x in (old, new)]
    assert old.exercise_id == lift.exercise_id
    assert CATALOGUE.patterns[rows[0]] is CATALOGUE.patterns[rows[1]]
    assert (CATALOGUE.primary[rows[0]] & CATALOGUE.primary[rows[1]]).any()
    assert new.sets == old.sets
    assert unmet(plan) == set()


def test_the_prescription_is_carried_over_and_the_load_is_its_own() -> None:
    day, lift = first_lift(PLAN)
    for found in exercise_alternatives(REQUEST, PLAN, day.date, lift.exercise_id):
        new = found.exercise
        assert new is not None
        if new.load_kg is None or new.reps is None or lift.reps != new.reps:
            continue
        assert (new.rpe, new.rest_s) == (lift.rpe, lift.rest_s)
        most = prepare(REQUEST).trainee.capacity[CATALOGUE.row_of[new.exercise_id]]
        assert new.load_kg <= most * fraction_for(new.reps + 10 - (new.rpe or 0)) * 1.05


def test_five_alternatives_say_what_they_change() -> None:
    day, lift = first_lift(PLAN)
    found = exercise_alternatives(REQUEST, PLAN, day.date, lift.exercise_id)
    assert len(found) == 5
    assert len({a.exercise.exercise_id for a in found if a.exercise is not None}) == 5
    for choice in found:
        assert choice.day.minutes == pytest.approx(day.minutes + choice.minutes, abs=0.06)
        assert choice.day.load == pytest.approx(day.load + choice.load, abs=0.06)
        assert choice.points is not None
        assert unmet(choice.plan) == set()
        assert breaches(REQUEST, choice.plan) == []
    assert found[0].plan == swap_exercise(REQUEST, PLAN, on=day.date, exercise_id=lift.exercise_id)


def test_the_wanted_exercise_comes_when_it_may_and_is_refused_when_not() -> None:
    day, lift = first_lift(PLAN)
    wanted = exercise_alternatives(REQUEST, PLAN, day.date, lift.exercise_id)[2].exercise
    assert wanted is not None
    change = read(
        ExerciseSwap,
        {"date": day.date.isoformat(), "exercise_id": lift.exercise_id, "to": wanted.exercise_id},
    )
    plan = changed_training(REQUEST, BODY, change)
    assert wanted.exercise_id in [x.exercise_id for w in plan.weeks for d in w.days for x in d.exercises]
    assert plan.changes is not None
    assert [line.endswith(f"{wanted.name} instead of {lift.name}.") for line in plan.changes] == [True]


HOME = {
    "equipment": [],
    "level": "novice",
    "excluded_exercises": ["knee_push_up"],
    "restrictions": ["no_jumping"],
}


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ("flying", "is not an exercise of the catalogue"),
        ("hand_release_push_up", "is in this session already"),
        ("knee_push_up", "excluded_exercises"),
        ("jumping_jack", "is ruled out by no_jumping"),
        ("bench_press", "needs barbell, bench, squat_rack"),
        ("t_push_up", "is for the level intermediate"),
        ("superman_pull", "cannot stand for hand_release_push_up"),
    ],
)
def test_a_wanted_exercise_is_refused_with_its_reason(wanted: str, reason: str) -> None:
    request = workout(**HOME)
    plan = plan_workout(request)
    days = [(d.date, x.exercise_id) for w in plan.weeks for d in w.days for x in d.exercises]
    on = next(day for day, name in days if name == "hand_release_push_up")
    with pytest.raises(InvalidRequest) as refused:
        swap_exercise(request, plan, on=on, exercise_id="hand_release_push_up", to=wanted)
    assert [fault.pointer for fault in refused.value.errors] == ["/to"]
    assert reason in refused.value.errors[0].detail


def test_an_excluded_exercise_is_never_offered() -> None:
    day, lift = first_lift(PLAN)
    first = exercise_alternatives(REQUEST, PLAN, day.date, lift.exercise_id)[0].exercise
    assert first is not None
    request = workout(equipment=GYM, level="intermediate", excluded_exercises=[first.exercise_id])
    plan = plan_workout(request)
    on, other = first_lift(plan)
    offered = exercise_alternatives(request, plan, on.date, other.exercise_id)
    assert first.exercise_id not in [a.exercise.exercise_id for a in offered if a.exercise is not None]


@pytest.mark.parametrize(
    ("on", "exercise", "pointer"),
    [
        (date(2026, 12, 2), "plank", "/date"),
        (PLAN.weeks[0].days[0].date, "flying", "/exercise_id"),
        (PLAN.weeks[0].days[0].date, PLAN.weeks[0].days[0].exercises[0].exercise_id, "/exercise_id"),
    ],
    ids=["rest day", "not there", "warm-up"],
)
def test_what_cannot_be_swapped_is_refused(on: date, exercise: str, pointer: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        swap_exercise(REQUEST, PLAN, on=on, exercise_id=exercise)
    assert [fault.pointer for fault in refused.value.errors] == [pointer]


def test_a_lived_day_stays() -> None:
    day, lift = first_lift(PLAN)
    late = workout(equipment=GYM, level="intermediate", today="2026-12-20")
    with pytest.raises(InvalidRequest):
        swap_exercise(late, PLAN, on=day.date, exercise_id=lift.exercise_id)


def test_a_session_is_replaced_by_one_for_the_same_purpose_and_time() -> None:
    for day in PLAN.weeks[1].days:
        found = session_alternatives(REQUEST, PLAN, day.date)
        assert 1 <= len(found) <= 5
        for choice in found:
            before, after = (
                [part_of(x) for x in d.exercises if part_of(x) not in (Part.WARM_UP, Part.COOL_DOWN)]
                for d in (day, choice.day)
            )
            assert after == before
            assert choice.day.exercises != day.exercises
            assert choice.day.minutes <= REQUEST.minutes_per_day + 0.06
            assert abs(choice.minutes) <= 0.25 * day.minutes
            assert unmet(choice.plan) == set()


def test_an_offer_names_what_brings_it() -> None:
    day, lift = first_lift(PLAN)
    for offer in training_offers(REQUEST, BODY, TrainingQuestion(date=day.date)):
        assert offer.seed is not None
        assert offer.exercise is None
        plan = changed_training(REQUEST, BODY, SessionSwap(date=day.date, seed=offer.seed))
        assert offer.day in plan.weeks[0].days
    asked = TrainingQuestion(date=day.date, exercise_id=lift.exercise_id)
    for offer in training_offers(REQUEST, BODY, asked):
        assert offer.exercise is not None
        swap = ExerciseSwap(date=day.date, exercise_id=lift.exercise_id, to=offer.exercise.exercise_id)
        assert offer.day in changed_training(REQUEST, BODY, swap).weeks[0].days


def test_the_seed_decides_the_session() -> None:
    on = PLAN.weeks[0].days[0].date
    one, same, two = (changed_training(REQUEST, BODY, SessionSwap(date=on, seed=s)) for s in (1, 1, 2))
    assert one == same
    assert one != two


def test_without_any_other_exercise_the_swap_is_refused_with_its_reason() -> None:
    out = [
        name
        for name, pattern in zip(CATALOGUE.ids, CATALOGUE.patterns, strict=True)
        if str(pattern) == "horizontal_push" and name != "push_up"
    ]
    request = workout(excluded_exercises=out, equipment=[])
    plan = plan_workout(request)
    on = next(d.date for w in plan.weeks for d in w.days if "push_up" in [x.exercise_id for x in d.exercises])
    assert exercise_alternatives(request, plan, on, "push_up") == ()
    with pytest.raises(Infeasible):
        swap_exercise(request, plan, on=on, exercise_id="push_up")


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(request=requests(), pick=st.integers(0, 10_000))
def test_no_alternative_breaks_a_rule_or_a_restriction(request: WorkoutRequest, pick: int) -> None:
    try:
        plan = plan_workout(request)
    except (Infeasible, InvalidRequest):
        return
    kept = unmet(plan)
    parts = (Part.RESISTANCE, Part.HARD, Part.EASY)
    places = [(d.date, x) for w in plan.weeks for d in w.days for x in lines(d, *parts)]
    if not places:
        return
    on, line = places[pick % len(places)]
    offered: tuple[Alternative, ...] = exercise_alternatives(request, plan, on, line.exercise_id)
    for choice in offered[:2]:
        assert unmet(choice.plan) <= kept
        assert breaches(request, choice.plan) == []
        assert all(len(w.days) == len(v.days) for v, w in zip(plan.weeks, choice.plan.weeks, strict=True))
