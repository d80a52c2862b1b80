"""What a member has lived, swapped or locked outlives the night that plans the days to come anew."""

import pytest

from models.nights.start import start_nights
from planners.nutrition.catalog import load_catalog
from planners.nutrition.proof import breaches
from planners.nutrition.stored import restored_plan
from planners.spec import Kind, read_request
from tests.models.nights import EVENING, NIGHT, counts, give_plan, start
from tests.workers.test_run_chunk import ask_about, bench_of, change_profile, plan_of, work_off
from workers.run_job import Outcome, run_job

LOCK = {"day": 5, "slot": "breakfast", "food_code": 57100100, "grams": 40}


@pytest.fixture
def bench(cluster, settings):
    return bench_of(cluster, settings)


def meals(plan, *days):
    return [plan.body["days"][day - 1]["meals"] for day in days]


def swapped(cluster, bench, member_id, **change):
    """The plan once the member has changed it."""
    job_id = ask_about(cluster, plan_of(cluster, member_id), change=change)
    assert run_job(job_id, bench) == Outcome.SUCCEEDED
    return plan_of(cluster, member_id)


@pytest.mark.parametrize(
    "change",
    [
        {"swap": "meal", "day": 1, "slot": "dinner", "seed": 3},
        {"swap": "day", "day": 1, "seed": 3},
        {"swap": "days", "day": 1, "other": 4},
    ],
)
def test_what_was_swapped_and_eaten_today_stays_and_the_lock_of_a_day_to_come_too(
    cluster, settings, bench, change
):
    member_id = give_plan(cluster, days=7, locked=[LOCK])
    first = plan_of(cluster, member_id)
    now = swapped(cluster, bench, member_id, **change)
    assert meals(now, 1) != meals(first, 1)
    change_profile(cluster, member_id, weight_kg=60)
    batch_id = start(cluster, settings)
    work_off(cluster, bench)
    assert counts(cluster, batch_id) == {"planned": 1}
    after = plan_of(cluster, member_id)
    assert after.start_date == first.start_date
    assert meals(after, 1) == meals(now, 1)
    assert meals(after, 2, 3, 4, 5, 6, 7) != meals(now, 2, 3, 4, 5, 6, 7)
    assert locked(after) == [(5, "breakfast", 57100100, 40)]
    request = read_request(after.request, today=NIGHT)
    assert breaches(restored_plan(load_catalog(), request, after.body), request) == []


def locked(plan):
    return [
        (day["day"], meal["slot"], item["food_code"], item["grams"])
        for day in plan.body["days"]
        for meal in day["meals"]
        for item in meal["items"]
        if item["locked"]
    ]


def test_night_undoes_no_swap_of_a_member_of_whom_nothing_else_is_new(cluster, settings, bench):
    member_id = give_plan(cluster, days=7)
    now = swapped(cluster, bench, member_id, swap="meal", day=3, slot="dinner", seed=3)
    batch_id = start(cluster, settings)
    work_off(cluster, bench)
    assert counts(cluster, batch_id) == {"unchanged": 1}
    assert plan_of(cluster, member_id).id == now.id


def test_foods_that_were_swapped_in_for_days_to_come_are_kept_by_the_night_like_all_others(
    cluster, settings, bench
):
    member_id = give_plan(cluster, days=7)
    now = swapped(cluster, bench, member_id, swap="day", day=3, seed=3)
    change_profile(cluster, member_id, weight_kg=60)
    start(cluster, settings)
    work_off(cluster, bench)
    after = plan_of(cluster, member_id)
    coming = [{code for day in days(plan, 2, 7) for code in day} for plan in (now, after)]
    assert len(coming[0] & coming[1]) / len(coming[1]) > 0.6


def days(plan, first, last):
    return [
        {item["food_code"] for meal in day for item in meal["items"]}
        for day in meals(plan, *range(first, last + 1))
    ]


def test_swaps_and_locks_outlive_night_after_night(cluster, settings, bench):
    member_id = give_plan(cluster, days=7, locked=[LOCK])
    eaten = []
    for nth in range(1, 4):
        now = swapped(cluster, bench, member_id, swap="meal", day=nth, slot="dinner", seed=nth)
        eaten += meals(now, nth)
        change_profile(cluster, member_id, weight_kg=66 - 2 * nth)
        day = NIGHT.replace(day=NIGHT.day + nth - 1)
        clock = EVENING.replace(day=EVENING.day + nth - 1)
        start_nights(cluster, settings, clock, by="test", kinds=[Kind.NUTRITION], day=day)
        work_off(cluster, bench_of(cluster, settings, clock=lambda clock=clock: clock))
        assert meals(plan_of(cluster, member_id), *range(1, nth + 1)) == eaten
    assert locked(plan_of(cluster, member_id)) == [(5, "breakfast", 57100100, 40)]
