"""Jobs that change a plan, and jobs that ask about one."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from models.jobs.enqueue import enqueue
from models.jobs.job import Job, JobState
from models.jobs.plan_change import ABOUT, About
from models.jobs.queues import QueueName
from models.plans.plan import Plan, PlanState
from models.plans.stored import read_plan
from planners.spec import read_request
from planners.workout.catalog import load_catalogue
from tests.models.rows import NUTRITION, add_job, add_member
from workers.keeper import LeaseKeeper
from workers.run_group import run_group
from workers.run_job import Bench, Outcome, make_json, run_job


@pytest.fixture
def bench(cluster, settings):
    keeper = LeaseKeeper(cluster, lease_s=settings.lease_s, deadline_s=settings.job_deadline_s)
    return Bench(cluster, keeper, settings, "test", make_json)


def planned(cluster, bench):
    """A job whose plan is made, and the plan."""
    with cluster.control() as session:
        job_id = add_job(session).id
    assert run_job(job_id, bench) == Outcome.SUCCEEDED
    return row(cluster, job_id), plan_of(cluster, job_id)


def row(cluster, job_id):
    with cluster.read(job_id) as session:
        return session.get_one(Job, job_id)


def plan_of(cluster, job_id):
    with cluster.control() as session:
        return read_plan(session, session.scalar(select(Job.plan_id).where(Job.id == job_id)))


def ask(cluster, job, **about):
    """The id of a job about the plan of another."""
    with cluster.control() as session:
        request = read_request(plan_of(cluster, job.id).request, plan_of(cluster, job.id).start_date)
        return enqueue(
            session, tenant_id=job.tenant_id, member_id=job.member_id, request=request,
            queue=QueueName.INTERACTIVE, about=About(plan_id=job.plan_id, **about),
        ).job.id  # fmt: skip


def dinner(plan):
    return plan.body["days"][0]["meals"][-1]


def test_a_swap_makes_a_new_plan_that_takes_the_others_place(cluster, bench):
    job, before = planned(cluster, bench)
    food = dinner(before)["items"][0]["food_code"]
    change = {"swap": "item", "day": 1, "slot": dinner(before)["slot"], "food_code": food}
    swap = ask(cluster, job, change=change)
    assert run_job(swap, bench) == Outcome.SUCCEEDED
    after = plan_of(cluster, swap)
    assert food not in [item["food_code"] for item in dinner(after)["items"]]
    assert after.request == before.request
    assert (after.state, read_state(cluster, before.id)) == (PlanState.CURRENT, PlanState.SUPERSEDED)


def read_state(cluster, plan_id):
    with cluster.control() as session:
        return session.get_one(Plan, plan_id).state


def test_a_swap_can_follow_a_swap(cluster, bench):
    job, _ = planned(cluster, bench)
    for seed in (1, 2):
        swap = ask(cluster, job, change={"swap": "meal", "day": 1, "slot": "dinner", "seed": seed})
        assert run_job(swap, bench) == Outcome.SUCCEEDED
        job = row(cluster, swap)
    assert ABOUT not in plan_of(cluster, job.id).request


def test_a_swap_in_a_plan_that_a_newer_one_replaced_changes_nothing(cluster, bench):
    job, _ = planned(cluster, bench)
    swaps = [ask(cluster, job, change={"swap": "day", "day": 1, "seed": seed}) for seed in (1, 2)]
    assert [run_job(swap, bench) for swap in swaps] == [Outcome.SUCCEEDED, Outcome.FAILED]
    late = row(cluster, swaps[1])
    assert (late.state, late.error["type"], late.error["status"]) == (
        JobState.FAILED, "/problems/conflict", 409,
    )  # fmt: skip
    assert "newer plan" in late.error["detail"]


def test_a_question_about_a_plan_that_a_newer_one_replaced_is_told_so(cluster, bench):
    job, before = planned(cluster, bench)
    food = dinner(before)["items"][0]["food_code"]
    asked = ask(cluster, job, question={"day": 1, "slot": dinner(before)["slot"], "food_code": food})
    assert run_job(ask(cluster, job, change={"swap": "day", "day": 1, "seed": 1}), bench) == Outcome.SUCCEEDED
    assert run_job(asked, bench) == Outcome.FAILED
    late = row(cluster, asked)
    assert (late.error["type"], late.answer) == ("/problems/conflict", None)
    assert "newer plan" in late.error["detail"]


def test_of_two_swaps_of_one_message_the_first_is_saved_and_the_other_told(cluster, bench):
    job, before = planned(cluster, bench)
    swaps = [ask(cluster, job, change={"swap": "day", "day": 1, "seed": seed}) for seed in (1, 2)]
    run_group(swaps, bench)
    assert [row(cluster, swap).state for swap in swaps] == [JobState.SUCCEEDED, JobState.FAILED]
    assert row(cluster, swaps[1]).error["type"] == "/problems/conflict"
    assert read_state(cluster, plan_of(cluster, swaps[0]).id) == PlanState.CURRENT
    assert read_state(cluster, before.id) == PlanState.SUPERSEDED


def test_a_question_and_a_plan_come_in_one_message(cluster, bench):
    job, before = planned(cluster, bench)
    item = dinner(before)["items"][0]
    asked = ask(cluster, job, question={"day": 1, "slot": "dinner", "food_code": item["food_code"]})
    swap = ask(cluster, job, change={"swap": "day", "day": 1, "seed": 1})
    run_group([asked, swap], bench)
    assert row(cluster, asked).answer["alternatives"]
    assert row(cluster, swap).state == JobState.SUCCEEDED


def test_a_swap_that_no_food_allows_fails_with_its_reason(cluster, bench):
    job, before = planned(cluster, bench)
    item = dinner(before)["items"][0]
    change = {"swap": "item", "day": 1, "slot": "dinner", "food_code": item["food_code"], "to": 94000100}
    swap = ask(cluster, job, change=change)
    assert run_job(swap, bench) == Outcome.FAILED
    assert row(cluster, swap).error["errors"][0]["pointer"] == "/to"
    assert read_state(cluster, before.id) == PlanState.CURRENT


def test_a_question_is_answered_in_its_job_and_makes_no_plan(cluster, bench):
    job, before = planned(cluster, bench)
    item = dinner(before)["items"][0]
    asked = ask(cluster, job, question={"day": 1, "slot": "dinner", "food_code": item["food_code"]})
    assert run_job(asked, bench) == Outcome.SUCCEEDED
    done = row(cluster, asked)
    assert (done.state, done.plan_id) == (JobState.SUCCEEDED, before.id)
    assert 0 < len(done.answer["alternatives"]) <= 5
    with cluster.control() as session:
        assert len(session.scalars(select(Plan.id)).all()) == 1


def test_the_same_change_asked_twice_while_it_waits_is_one_job(cluster, bench):
    job, _ = planned(cluster, bench)
    first, again, other = (
        ask(cluster, job, change={"swap": "day", "day": 1, "seed": seed}) for seed in (1, 1, 2)
    )
    assert first == again
    assert other != first
    assert NUTRITION["days"] == row(cluster, first).request["days"]


WORKOUT = {
    "kind": "workout", "weeks": 4, "equipment": ["dumbbell"], "level": "intermediate",
    "member": {"sex": "female", "age_years": 30, "height_cm": 168, "weight_kg": 66},
}  # fmt: skip
PATTERNS = [
    (name, str(pattern))
    for name, pattern in zip(load_catalogue().ids, load_catalogue().patterns, strict=True)
]


def trained(cluster, bench, starts_in=1, **changes):
    """A job whose training plan is made, and the plan."""
    start = datetime.now(UTC).date() + timedelta(days=starts_in)
    request = {**WORKOUT, "start_date": start.isoformat(), **changes}
    with cluster.control() as session:
        member = add_member(session)
        job_id = enqueue(
            session, tenant_id=member.tenant_id, member_id=member.id, request=read_request(request, start),
            queue=QueueName.INTERACTIVE,
        ).job.id  # fmt: skip
    assert run_job(job_id, bench) == Outcome.SUCCEEDED
    return row(cluster, job_id), plan_of(cluster, job_id)


def lift(plan, after=""):
    """The first exercise with a load, on a day after another."""
    days = [day for week in plan.body["weeks"] for day in week["days"] if day["date"] > after]
    loaded = [(day["date"], line) for day in days for line in day["exercises"] if line.get("load_kg")]
    return {"date": loaded[0][0], "exercise_id": loaded[0][1]["exercise_id"]}


def names_on(plan, on):
    days = [day for week in plan.body["weeks"] for day in week["days"] if day["date"] == on]
    return [line["exercise_id"] for line in days[0]["exercises"]]


def test_a_swap_in_a_training_plan_makes_a_new_plan_of_the_same_request(cluster, bench):
    job, before = trained(cluster, bench)
    change = {"swap": "exercise", **lift(before), "to": None}
    swap = ask(cluster, job, change=change)
    assert run_job(swap, bench) == Outcome.SUCCEEDED
    after = plan_of(cluster, swap)
    assert change["exercise_id"] in names_on(before, change["date"])
    assert change["exercise_id"] not in names_on(after, change["date"])
    assert after.request == before.request
    assert all(check["met"] for check in after.body["checks"].values())
    assert (after.state, read_state(cluster, before.id)) == (PlanState.CURRENT, PlanState.SUPERSEDED)


def test_swaps_in_a_training_plan_follow_one_another(cluster, bench):
    job, plan = trained(cluster, bench)
    for seed in (1, 2):
        on = lift(plan)["date"]
        swap = ask(cluster, job, change={"swap": "session", "date": on, "seed": seed})
        assert run_job(swap, bench) == Outcome.SUCCEEDED
        job, plan = row(cluster, swap), plan_of(cluster, swap)
    assert ABOUT not in plan.request


def test_a_question_about_a_session_makes_no_plan(cluster, bench):
    job, before = trained(cluster, bench)
    on = lift(before)["date"]
    asked = [ask(cluster, job, question={"date": on, **name}) for name in ({}, lift(before))]
    run_group(asked, bench)
    sessions, exercises = (row(cluster, each).answer["alternatives"] for each in asked)
    assert [offer["seed"] for offer in sessions] == sorted({offer["seed"] for offer in sessions})
    assert 0 < len(exercises) <= 5
    assert read_state(cluster, before.id) == PlanState.CURRENT


def test_a_day_that_was_lived_meanwhile_is_refused_by_the_worker_too(cluster, bench):
    job, before = trained(cluster, bench, starts_in=-9)
    swap = ask(cluster, job, change={"swap": "exercise", **lift(before)})
    assert run_job(swap, bench) == Outcome.FAILED
    assert row(cluster, swap).error["errors"][0]["pointer"] == "/date"
    assert read_state(cluster, before.id) == PlanState.CURRENT


def test_a_swap_that_no_exercise_allows_is_infeasible(cluster, bench):
    out = [name for name, pattern in PATTERNS if pattern == "horizontal_push" and name != "push_up"]
    job, before = trained(cluster, bench, equipment=[], excluded_exercises=out)
    days = [day for week in before.body["weeks"] for day in week["days"]]
    on = next(d["date"] for d in days if "push_up" in [line["exercise_id"] for line in d["exercises"]])
    swap = ask(cluster, job, change={"swap": "exercise", "date": on, "exercise_id": "push_up"})
    assert run_job(swap, bench) == Outcome.FAILED
    assert row(cluster, swap).error["type"] == "/problems/infeasible"
    assert "push_up" in row(cluster, swap).error["conflicts"][0]
