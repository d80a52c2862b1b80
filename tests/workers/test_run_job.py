import threading
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from models.errors import Unavailable
from models.jobs.cancel import cancel
from models.jobs.job import Job, JobState
from models.jobs.rescue import rescue
from models.plans.plan import Plan
from models.plans.stored import read_plan
from planners.errors import Infeasible, Stopped
from planners.spec import read_request
from tests.models.rows import NUTRITION, add_job
from workers.keeper import LeaseKeeper
from workers.run_job import Bench, Outcome, make_json, run_job

BODY = {"kind": "nutrition", "start_date": "2026-12-01", "days": []}


@pytest.fixture
def bench(cluster, settings):
    return bench_of(cluster, settings)


def bench_of(cluster, settings, plan=lambda request, stopped: BODY):
    keeper = LeaseKeeper(cluster, lease_s=settings.lease_s, deadline_s=settings.job_deadline_s)
    return Bench(cluster, keeper, settings, "test", plan)


def new_job(cluster, **changes):
    with cluster.control() as session:
        return add_job(session, **changes).id


def row(cluster, job_id):
    with cluster.read(job_id) as session:
        return session.get_one(Job, job_id)


def plans(cluster):
    with cluster.control() as session:
        return [read_plan(session, plan_id) for plan_id in session.scalars(select(Plan.id))]


def failing(error):
    def plan(request, stopped):
        raise error

    return plan


def test_job_becomes_the_plan_that_the_planner_gives_for_its_request(cluster, settings):
    job_id = new_job(cluster)
    assert run_job(job_id, bench_of(cluster, settings, make_json)) == Outcome.SUCCEEDED
    (plan,) = plans(cluster)
    job = row(cluster, job_id)
    assert (job.state, job.plan_id) == (JobState.SUCCEEDED, plan.id)
    assert plan.body == make_json(job.request, lambda: False)
    assert len(plan.body["days"]) == NUTRITION["days"]


def test_second_delivery_does_nothing(cluster, bench):
    job_id = new_job(cluster)
    assert [run_job(job_id, bench) for _ in range(2)] == [Outcome.SUCCEEDED, Outcome.NOT_OURS]
    assert len(plans(cluster)) == 1


def test_message_of_a_job_that_is_not_there_does_nothing(bench):
    assert run_job(uuid4(), bench) == Outcome.NOT_OURS


def test_impossible_request_fails_at_once_and_says_why(cluster, settings):
    job_id = new_job(cluster)
    planner = failing(Infeasible(["3,000 kcal do not fit into $1.00 a day"]))
    assert run_job(job_id, bench_of(cluster, settings, planner)) == Outcome.FAILED
    job = row(cluster, job_id)
    assert (job.state, job.attempts) == (JobState.FAILED, 1)
    assert job.error["type"] == "/problems/infeasible"
    assert job.error["conflicts"] == ["3,000 kcal do not fit into $1.00 a day"]


@pytest.mark.parametrize("error", [RuntimeError("secret detail"), Stopped("too slow"), Unavailable("away")])
def test_fault_that_may_pass_is_tried_again_later(cluster, settings, error):
    job_id = new_job(cluster)
    assert run_job(job_id, bench_of(cluster, settings, failing(error))) == Outcome.RETRIED
    job = row(cluster, job_id)
    assert (job.state, job.attempts, len(job.history)) == (JobState.QUEUED, 1, 1)
    assert job.due_at > job.queued_at
    assert "secret" not in str(job.history)


@pytest.mark.parametrize("error", [ValueError("secret detail"), KeyError("secret"), ZeroDivisionError()])
def test_fault_of_the_computation_fails_at_once_and_is_logged(cluster, settings, caplog, error):
    job_id = new_job(cluster)
    assert run_job(job_id, bench_of(cluster, settings, failing(error))) == Outcome.FAILED
    job = row(cluster, job_id)
    assert (job.state, job.attempts) == (JobState.FAILED, 1)
    assert job.error["type"] == "/problems/job-fault"
    assert "secret" not in str([job.error, job.history])
    assert [r.exc_info[1] for r in caplog.records if r.levelname == "ERROR"] == [error]


@pytest.mark.parametrize(("most", "outcome"), [(1, Outcome.FAILED), (2, Outcome.RETRIED)])
def test_last_attempt_fails_for_good(cluster, settings, most, outcome):
    settings = replace(settings, max_attempts=most)
    assert run_job(new_job(cluster), bench_of(cluster, settings, failing(RuntimeError()))) == outcome


def test_plan_that_cannot_be_stored_fails_its_job_and_no_other(cluster, settings):
    bad, good = new_job(cluster), new_job(cluster)
    worst = bench_of(cluster, settings, lambda request, stopped: {"start_date": "no date"})
    assert run_job(bad, worst) == Outcome.FAILED
    assert run_job(good, bench_of(cluster, settings)) == Outcome.SUCCEEDED


def test_worker_that_lost_its_lease_saves_nothing(cluster, settings):
    job_id = new_job(cluster)

    def lose_lease(request, stopped):
        with cluster.write(job_id) as session:
            past = func.now() - timedelta(seconds=1)
            session.execute(update(Job).where(Job.id == job_id).values(lease_until=past))
        with cluster.control() as session:
            rescue(session, max_attempts=5)
        return BODY

    assert run_job(job_id, bench_of(cluster, settings, lose_lease)) == Outcome.LOST
    assert plans(cluster) == []
    assert row(cluster, job_id).state == JobState.QUEUED


def test_job_cancelled_in_work_stays_cancelled(cluster, settings):
    job_id = new_job(cluster)

    def be_cancelled(request, stopped):
        with cluster.write(job_id) as session:
            assert cancel(session, job_id)
        return BODY

    assert run_job(job_id, bench_of(cluster, settings, be_cancelled)) == Outcome.LOST
    assert row(cluster, job_id).state == JobState.CANCELLED
    assert plans(cluster) == []


def test_lease_is_renewed_while_the_planner_thinks(cluster, quick_lease):
    job_id, seen = new_job(cluster), []
    bench = bench_of(cluster, quick_lease, lambda request, stopped: seen.append(think(stopped)) or BODY)

    def think(stopped):
        pause = threading.Event()
        first = row(cluster, job_id).lease_until
        while row(cluster, job_id).lease_until < first + timedelta(seconds=2 * quick_lease.lease_s):
            pause.wait(0.02)
        return stopped()

    bench.keeper.start()
    assert run_job(job_id, bench) == Outcome.SUCCEEDED
    bench.keeper.stop()
    assert seen == [False]


def test_planner_is_told_to_stop_when_the_job_is_taken_away(cluster, quick_lease):
    job_id = new_job(cluster)

    def think(request, stopped):
        with cluster.write(job_id) as session:
            cancel(session, job_id)
        pause = threading.Event()
        while not stopped():
            pause.wait(0.02)
        raise Stopped("told to")

    bench = bench_of(cluster, quick_lease, think)
    bench.keeper.start()
    assert run_job(job_id, bench) == Outcome.LOST
    bench.keeper.stop()


def test_planner_is_told_to_stop_at_the_deadline(cluster, settings):
    def think(request, stopped):
        pause = threading.Event()
        while not stopped():
            pause.wait(0.02)
        raise Stopped("told to")

    assert run_job(new_job(cluster), bench_of(cluster, replace(settings, job_deadline_s=1), think)) == (
        Outcome.RETRIED
    )


def test_threads_of_one_worker_share_transactions_and_make_one_plan_each(cluster, bench):
    jobs = [new_job(cluster) for _ in range(24)]
    threads = [threading.Thread(target=run_job, args=(job_id, bench)) for job_id in [*jobs, *jobs]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(p.job_id for p in plans(cluster)) == sorted(jobs)


def test_stored_request_reads_back_to_an_equal_one(cluster):
    job = row(cluster, new_job(cluster))
    request = read_request(job.request, today=job.queued_at.date())
    assert request.start_date.isoformat() == NUTRITION["start_date"]
