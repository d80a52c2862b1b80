from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update

from models.errors import LeaseLost
from models.ids import bucket_of
from models.jobs.claim import claim, renew
from models.jobs.finish import Made, backoff_s, fail, retry_later, succeed
from models.jobs.job import Job, JobState
from models.jobs.outbox import Outbox
from models.jobs.rescue import rescue
from models.plans.plan import Plan, PlanState
from models.plans.stored import read_plan
from tests.models.rows import add_job, add_member

BODY = {"kind": "nutrition", "start_date": "2026-12-01", "days": []}
PROBLEM = {"type": "/problems/x", "title": "x", "status": 500, "detail": "x"}


def new_job(cluster, member=None):
    with cluster.control() as session:
        return add_job(session, member).id


def take(cluster, job_id, worker="w1", lease_s=60.0):
    with cluster.write(job_id) as session:
        return claim(session, [job_id], worker=worker, lease_s=lease_s).get(job_id)


def finish(cluster, *claims):
    with cluster.control() as session:
        return succeed(session, [Made(held=held, body=BODY) for held in claims])


def row(cluster, job_id):
    with cluster.read(job_id) as session:
        return session.get_one(Job, job_id)


def expire(cluster, job_id):
    with cluster.write(job_id) as session:
        past = func.now() - timedelta(seconds=1)
        session.execute(update(Job).where(Job.id == job_id).values(lease_until=past))


def sweep(cluster, max_attempts=5):
    with cluster.control() as session:
        return rescue(session, max_attempts=max_attempts)


def test_claim_takes_the_job_and_counts_the_attempt(cluster):
    held = take(cluster, new_job(cluster))
    job = row(cluster, held.id)
    assert (job.state, job.attempts, job.token, job.worker) == (JobState.RUNNING, 1, held.token, "w1")


def test_claim_settles_what_was_owed(cluster):
    job_id = new_job(cluster)
    take(cluster, job_id)
    with cluster.control() as session:
        assert session.scalar(select(func.count()).select_from(Outbox)) == 0


def test_of_many_claims_at_once_exactly_one_wins(cluster):
    job_id = new_job(cluster)
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda n: take(cluster, job_id, worker=f"w{n}"), range(8)))
    assert len([held for held in claims if held]) == 1


def test_job_that_is_not_due_yet_is_not_claimed(cluster):
    job_id = new_job(cluster)
    with cluster.write(job_id) as session:
        later = func.now() + timedelta(hours=1)
        session.execute(update(Job).where(Job.id == job_id).values(due_at=later))
    assert take(cluster, job_id) is None


def test_finishing_saves_plan_and_job_together(cluster):
    held = take(cluster, new_job(cluster))
    plan_id = finish(cluster, held)[0]
    job = row(cluster, held.id)
    with cluster.read(plan_id) as session:
        plan = read_plan(session, plan_id)
    assert (job.state, job.plan_id, job.progress, job.lease_until) == (JobState.SUCCEEDED, plan_id, 1, None)
    assert (plan.body, plan.request) == (BODY, job.request)
    assert (plan.state, plan.job_id) == (PlanState.CURRENT, job.id)
    assert bucket_of(plan_id) == bucket_of(job.member_id)


def test_stale_token_saves_nothing(cluster):
    stale = take(cluster, new_job(cluster))
    expire(cluster, stale.id)
    sweep(cluster)
    fresh = take(cluster, stale.id, worker="w2")
    assert finish(cluster, stale) == [None]
    for move in (fail, lambda s, h, p: retry_later(s, h, p, base_s=1)):
        with pytest.raises(LeaseLost), cluster.write(stale.id) as session:
            move(session, stale, PROBLEM)
    assert [plan_id is None for plan_id in finish(cluster, stale, fresh)] == [True, False]
    with cluster.control() as session:
        assert session.scalar(select(func.count()).select_from(Plan)) == 1


def test_stale_token_is_fenced_even_before_anybody_else_claims(cluster):
    stale = take(cluster, new_job(cluster))
    expire(cluster, stale.id)
    sweep(cluster)
    assert finish(cluster, stale) == [None]


def test_newer_plan_supersedes_the_older_and_one_stays_current(cluster):
    with cluster.control() as session:
        member = add_member(session)
    first, second = (take(cluster, new_job(cluster, member)) for _ in range(2))
    for held in (first, second):
        finish(cluster, held)
    assert states_of(cluster, member) == {first.id: "superseded", second.id: "current"}


def test_job_that_finishes_late_does_not_replace_a_later_jobs_plan(cluster):
    with cluster.control() as session:
        member = add_member(session)
    first, second = (take(cluster, new_job(cluster, member)) for _ in range(2))
    for held in (second, first):
        finish(cluster, held)
    assert states_of(cluster, member) == {first.id: "superseded", second.id: "current"}


@pytest.mark.parametrize("together", [True, False], ids=["in one transaction", "in six at once"])
def test_plans_of_one_member_saved_at_once_leave_the_latest_jobs_current(cluster, together):
    with cluster.control() as session:
        member = add_member(session)
    claims = [take(cluster, new_job(cluster, member)) for _ in range(6)]
    if together:
        assert len(finish(cluster, *claims)) == 6
    else:
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda held: finish(cluster, held), claims))
    states = states_of(cluster, member)
    assert sorted(states.values()) == ["current"] + ["superseded"] * 5
    assert states[max(states)] == "current"


def states_of(cluster, member):
    with cluster.control() as session:
        rows = session.execute(select(Plan.job_id, Plan.state).where(Plan.member_id == member.id))
        return {job_id: str(state) for job_id, state in rows}


def test_renewal_prolongs_what_is_held_and_leaves_out_what_is_not(cluster):
    kept, lost = (take(cluster, new_job(cluster), lease_s=1) for _ in range(2))
    before = row(cluster, kept.id).lease_until
    with cluster.control() as session:
        claims = [kept, replace(lost, token=lost.token + 1)]
        assert renew(session, claims, lease_s=60) == {kept.lease}
    assert row(cluster, kept.id).lease_until > before + timedelta(seconds=30)


def test_renewal_waits_for_nobody_who_is_just_ending_one_of_the_jobs(cluster):
    ending, other = (take(cluster, new_job(cluster), lease_s=1) for _ in range(2))
    before = row(cluster, other.id).lease_until
    with cluster.control() as session:
        succeed(session, [Made(held=ending, body=BODY)])
        with cluster.control() as beside:
            beside.execute(text("SET LOCAL lock_timeout = '1s'"))
            held = renew(beside, [ending, other], lease_s=60)
    assert held == {ending.lease, other.lease}
    assert row(cluster, ending.id).state == JobState.SUCCEEDED
    assert row(cluster, other.id).lease_until > before + timedelta(seconds=30)


def test_rescue_queues_the_job_again_with_a_message_and_a_reason(cluster):
    held = take(cluster, new_job(cluster))
    expire(cluster, held.id)
    assert sweep(cluster) == {"rescued": 1, "abandoned": 0}
    job = row(cluster, held.id)
    assert (job.state, job.lease_until) == (JobState.QUEUED, None)
    assert job.history[0]["problem"]["type"] == "/problems/worker-lost"
    assert job.history[0]["worker"] == "w1"
    with cluster.control() as session:
        assert session.scalars(select(Outbox.job_id)).all() == [held.id]


def test_rescue_leaves_leases_that_still_run(cluster):
    held = take(cluster, new_job(cluster))
    assert sweep(cluster) == {"rescued": 0, "abandoned": 0}
    assert row(cluster, held.id).state == JobState.RUNNING


@pytest.mark.parametrize(("limit", "state"), [(1, JobState.FAILED), (2, JobState.QUEUED)])
def test_job_whose_worker_died_in_its_last_attempt_fails_with_the_reason(cluster, limit, state):
    held = take(cluster, new_job(cluster))
    expire(cluster, held.id)
    sweep(cluster, max_attempts=limit)
    job = row(cluster, held.id)
    assert job.state == state
    assert (job.error is None) == (state == JobState.QUEUED)


def lose(cluster, job_ids):
    """Lose the worker that held all of these; how long each then waits, in seconds."""
    with cluster.control() as session:
        session.execute(update(Job).values(due_at=func.now()))
    for job_id in job_ids:
        assert take(cluster, job_id)
        expire(cluster, job_id)
    sweep(cluster)
    with cluster.control() as session:
        wait = func.extract("epoch", Job.due_at - func.now())
        return [float(wait_s) for wait_s in session.scalars(select(wait).order_by(wait))]


def test_jobs_that_are_lost_together_again_part_ways(cluster):
    jobs = [new_job(cluster) for _ in range(20)]
    first, second, third = (lose(cluster, jobs) for _ in range(3))
    assert first[-1] <= 0
    assert 0 < second[-1] <= 4 < third[-1] <= 8
    assert second[-1] - second[0] > 1


def test_retry_waits_and_keeps_the_reason(cluster):
    held = take(cluster, new_job(cluster))
    with cluster.write(held.id) as session:
        wait_s = retry_later(session, held, PROBLEM, base_s=4)
    assert 2 <= wait_s <= 4
    job = row(cluster, held.id)
    assert job.history == [{"attempt": 1, "problem": PROBLEM}]
    assert job.state == JobState.QUEUED
    assert take(cluster, held.id) is None  # not due yet
    with cluster.control() as session:
        due = session.scalars(select(Outbox.due_at)).one()
    assert due == job.due_at


def test_failure_is_final_and_keeps_the_problem(cluster):
    held = take(cluster, new_job(cluster))
    with cluster.write(held.id) as session:
        fail(session, held, PROBLEM)
    job = row(cluster, held.id)
    assert (job.state, job.error) == (JobState.FAILED, PROBLEM)
    assert job.finished_at is not None
    assert take(cluster, held.id) is None


def test_backoff_doubles_up_to_a_minute_and_is_spread_over_its_upper_half():
    assert [backoff_s(n, 0.5, 1.0) for n in (1, 2, 3, 4)] == [0.5, 1, 2, 4]
    assert [backoff_s(n, 0.5, 0.0) for n in (1, 2, 3, 4)] == [0.25, 0.5, 1, 2]
    assert backoff_s(40, 0.5, 1.0) == 60
