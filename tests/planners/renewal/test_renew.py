"""A plan made anew keeps what was lived, changes little, and says what has changed."""

from datetime import date, timedelta

import pytest

from planners.change import read_change
from planners.make import change_plan, make_plan
from planners.nutrition.proof import breaches
from planners.plan import plan_json
from planners.renewal.learned import Learned
from planners.renewal.renew import Before, renew
from planners.spec import Kind, read_request, request_json

START = date(2026, 12, 1)
MEMBER = {"sex": "male", "age_years": 24, "height_cm": 178, "weight_kg": 82}
LOCK = {"day": 6, "slot": "breakfast", "food_code": 57100100, "grams": 40}
LIGHTER = Learned(weights_kg={START + timedelta(days=n): 78.0 for n in range(3)})


def before_of(**more):
    data = {"kind": "nutrition", "seed": 7, "start_date": START.isoformat(), "member": MEMBER, **more}
    request = read_request(data, START)
    return Before(request=request_json(request), body=plan_json(make_plan(request)))


@pytest.fixture(scope="module")
def menu():
    return before_of(locked=[LOCK], allergies=["peanut"])


def on_day(nth):
    return START + timedelta(days=nth - 1)


def foods(body, day):
    return {item["food_code"] for meal in body["days"][day - 1]["meals"] for item in meal["items"]}


def test_unchanged_member_gets_no_new_plan(menu):
    assert renew(menu, Learned(), first_day=on_day(3), ahead_days=2) is None
    forced = renew(menu, Learned(), first_day=on_day(3), ahead_days=2, forced=True)
    assert forced is not None
    assert forced.plan.start_date == START


def test_days_lived_and_foods_locked_stay_and_the_others_fit_what_was_learned(menu):
    renewed = renew(menu, LIGHTER, first_day=on_day(4), ahead_days=2)
    body = plan_json(renewed.plan)
    assert (renewed.plan.start_date, len(body["days"])) == (START, 7)
    assert [d["meals"] for d in body["days"][:3]] == [d["meals"] for d in menu.body["days"][:3]]
    locked = [i for m in body["days"][5]["meals"] for i in m["items"] if i["locked"]]
    assert [(i["food_code"], i["grams"]) for i in locked] == [(57100100, 40)]
    assert body["days"][6]["date"] == on_day(7).isoformat()
    assert renewed.request.member.weight_kg == 78
    assert any("78 kg" in text for text in renewed.plan.changes)
    assert breaches(renewed.plan, renewed.request) == []


def test_change_under_way_keeps_most_foods(menu):
    body = plan_json(renew(menu, LIGHTER, first_day=on_day(4), ahead_days=2).plan)
    new = set().union(*(foods(body, day) for day in range(4, 8)))
    old = set().union(*(foods(menu.body, day) for day in range(4, 8)))
    assert len(new & old) / len(new) > 0.6


@pytest.mark.parametrize(("first", "start"), [(6, 1), (7, 7), (9, 9)])
def test_new_menu_begins_when_the_old_one_no_longer_reaches_far_enough(menu, first, start):
    renewed = renew(menu, LIGHTER, first_day=on_day(first), ahead_days=2)
    assert renewed.plan.start_date == on_day(start)
    assert len(renewed.plan.days) == 7


def test_next_menu_is_another_one_for_the_same_member(menu):
    renewed = renew(menu, Learned(), first_day=on_day(8), ahead_days=2)
    assert renewed.request.seed == 8
    assert renewed.request.locked == ()
    assert plan_json(renewed.plan)["days"][0]["meals"] != menu.body["days"][0]["meals"]
    assert "A new menu begins on 8 December" in renewed.plan.changes[-1]


def test_renewal_is_the_same_each_time(menu):
    twice = [renew(menu, LIGHTER, first_day=on_day(4), ahead_days=2) for _ in range(2)]
    assert twice[0] == twice[1]


def session(day, **more):
    return {"date": day.isoformat(), "status": "done", "exercises": [], "runs": [], "results": [], **more}


def test_next_training_plan_builds_on_what_was_logged():
    before = before_of(kind="workout", weeks=1, equipment=["barbell", "bench", "squat_rack"])
    bench = {"exercise_id": "bench_press", "sets": 3, "reps": 5, "load_kg": 80.0, "rpe": 8.0}
    logged = [session(on_day(n), minutes=50.0, rpe=7.0, exercises=[bench]) for n in (1, 3, 5)]
    renewed = renew(before, Learned(sessions=logged), first_day=on_day(8), ahead_days=2)
    assert renewed.plan.start_date == on_day(8)
    assert renewed.request.log == ()  # the logs are kept once, in the logs
    assert "It builds on the 3 sessions that you have logged." in renewed.plan.changes


def test_exercise_that_nobody_knows_takes_nothing_from_the_others_of_its_session():
    before = before_of(kind="workout", weeks=1, equipment=["barbell", "bench", "squat_rack"])
    bench = {"exercise_id": "bench_press", "sets": 3, "reps": 5, "load_kg": 80.0, "rpe": 8.0}
    unknown = [{**bench, "exercise_id": "moon_walk"}, {**bench, "load_kg": 499.0, "reps": 12}]
    days = [on_day(n) for n in (1, 3, 5)]
    plain, more = (
        renew(
            before,
            Learned(sessions=[session(day, exercises=[bench, *others]) for day in days]),
            first_day=on_day(8),
            ahead_days=2,
        )
        for others in ([], unknown)
    )
    assert more.plan == plain.plan
    assert any(text.startswith("Bench press: the logged sets show") for text in more.plan.because)


def test_training_plan_under_way_follows_the_log_and_keeps_the_lived_days():
    before = before_of(kind="workout", weeks=3, available_days=["tue", "thu", "sat"], days_per_week=3)
    assert renew(before, Learned(), first_day=on_day(10), ahead_days=2) is None
    days = [day["date"] for week in before.body["weeks"] for day in week["days"]]
    missed = [session(date.fromisoformat(day), status="missed") for day in days[:3]]
    renewed = renew(before, Learned(sessions=missed), first_day=on_day(8), ahead_days=2)
    assert renewed.plan.start_date == START
    assert renewed.plan.weeks[0].days == ()
    assert any("Week 1 was without training" in text for text in renewed.plan.changes)
    assert (renewed.request.log, renewed.request.today) == ((), None)
    done = [session(date.fromisoformat(day)) for day in days[:3]]
    assert renew(before, Learned(sessions=done), first_day=on_day(8), ahead_days=2) is None
    later = [{**session(date.fromisoformat(days[4])), "status": "skipped"}]
    changed = renew(before, Learned(sessions=[*done, *later]), first_day=on_day(8), ahead_days=2)
    assert days[4] not in [day.date.isoformat() for week in changed.plan.weeks for day in week.days]


@pytest.mark.parametrize("swap", ["exercise", "session"])
def test_swap_in_a_training_plan_outlasts_the_nights_that_follow_the_log(swap):
    gym = ["barbell", "bench", "squat_rack", "dumbbell"]
    before = before_of(kind="workout", weeks=3, equipment=gym, level="intermediate")
    days = [day for week in before.body["weeks"] for day in week["days"]]
    on = next(day for day in days[4:] if any(line.get("load_kg") for line in day["exercises"]))
    lift = next(line["exercise_id"] for line in on["exercises"] if line.get("load_kg"))
    data = {"swap": swap, "date": on["date"], **({"exercise_id": lift} if swap == "exercise" else {})}
    request = read_request(before.request, START)
    changed = plan_json(change_plan(request, before.body, read_change(Kind.WORKOUT, data)))
    heavy = {"exercise_id": lift, "sets": 3, "reps": 5, "load_kg": 90.0, "rpe": 6.0, "planned_reps": 5}
    logged = [session(date.fromisoformat(day["date"]), exercises=[heavy]) for day in days[:4]]
    first_day = date.fromisoformat(days[3]["date"]) + timedelta(days=1)
    swapped = Before(request=before.request, body=changed)
    renewed = renew(swapped, Learned(sessions=logged), first_day=first_day, ahead_days=2)
    assert exercises_on(plan_json(renewed.plan), on["date"]) == exercises_on(changed, on["date"])
    assert exercises_on(changed, on["date"]) != exercises_on(before.body, on["date"])
    assert all(check.met for check in renewed.plan.checks.values())


def exercises_on(body, day):
    found = next(d for week in body["weeks"] for d in week["days"] if d["date"] == day)
    return [line["exercise_id"] for line in found["exercises"]]


def test_test_that_is_over_is_prepared_for_no_more():
    test = {"name": "aft", "date": on_day(8).isoformat()}
    before = before_of(kind="workout", weeks=1, goal="fitness_test", test=test)
    renewed = renew(before, Learned(), first_day=on_day(8), ahead_days=2)
    assert (renewed.request.test, renewed.request.goal) == (None, "general_fitness")
    assert "test is over" in renewed.plan.changes[0]
