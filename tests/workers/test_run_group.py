import threading
from contextlib import ExitStack, closing
from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from models.cluster import Cluster
from models.errors import Unavailable
from models.jobs.cancel import cancel
from models.jobs.job import Job, JobState
from models.jobs.rescue import rescue
from planners.errors import Infeasible
from tests.models.rows import add_job, add_member
from tests.workers.test_run_job import BODY, bench_of, new_job, plans, row
from workers.run_group import run_group


@pytest.fixture
def jobs(cluster):
    with cluster.control() as session:
        member = add_member(session)
        return [add_job(session, member, seed=seed).id for seed in range(4)]


def states(cluster, jobs):
    return [row(cluster, job_id).state for job_id in jobs]


def counting(batches, together):
    write = together._do
    together._do = lambda items: batches.append(len(items)) or write(items)


def test_each_job_of_a_message_gets_one_plan_in_two_transactions(cluster, settings, jobs, monkeypatch):
    monkeypatch.setattr("workers.run_group.SAVE_AFTER_S", 60.0)  # however slow this machine is now
    bench, claims, saves = bench_of(cluster, settings), [], []
    counting(claims, bench.claim_fresh)
    counting(saves, bench.save)
    run_group(jobs, bench)
    assert states(cluster, jobs) == [JobState.SUCCEEDED] * 4
    assert {plan.job_id for plan in plans(cluster)} == set(jobs)
    assert (claims, saves) == ([4], [4])


def test_message_that_comes_twice_and_at_once_does_nothing_twice(cluster, settings, jobs):
    bench = bench_of(cluster, settings)
    threads = [threading.Thread(target=run_group, args=(ids, bench)) for ids in (jobs, jobs[::-1], jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert states(cluster, jobs) == [JobState.SUCCEEDED] * 4
    assert sorted(plan.job_id for plan in plans(cluster)) == sorted(jobs)
    assert {row(cluster, job_id).attempts for job_id in jobs} == {1}


def test_job_that_fails_takes_none_of_its_mates_with_it(cluster, settings, jobs):
    def plan(request, stopped):
        if request["seed"] == 1:
            raise Infeasible(["no"])
        if request["seed"] == 2:
            raise RuntimeError("passing")
        return BODY

    run_group(jobs, bench_of(cluster, settings, plan))
    assert states(cluster, jobs) == ["succeeded", "failed", "queued", "succeeded"]


def test_plan_that_cannot_be_saved_fails_its_own_job_only(cluster, settings, jobs):
    run_group(jobs, bench_of(cluster, settings, lambda request, stopped:
              {**BODY, "start_date": "never"} if request["seed"] == 1 else BODY))  # fmt: skip
    assert states(cluster, jobs) == ["succeeded", "failed", "succeeded", "succeeded"]


def test_job_that_cannot_be_settled_takes_none_of_its_mates_with_it(settings, cluster, jobs):
    with ExitStack() as locked, closing(Cluster(replace(settings, database_timeout_s=0.5), name="w")) as own:

        def plan(request, stopped):
            if request["seed"] == 1:
                session = locked.enter_context(cluster.control())
                session.execute(select(Job).where(Job.id == jobs[1]).with_for_update())
                raise RuntimeError("passing")
            return BODY

        with pytest.raises(Unavailable):
            run_group(jobs, bench_of(own, settings, plan))
    assert states(cluster, jobs) == ["succeeded", "running", "succeeded", "succeeded"]


def test_job_that_was_tried_before_is_claimed_when_its_mates_are_done(cluster, settings, jobs):
    with cluster.control() as session:
        session.execute(update(Job).where(Job.id == jobs[0]).values(attempts=1))
    order = []

    def plan(request, stopped):
        order.append((request["seed"], [str(row(cluster, job_id).state) for job_id in jobs]))
        return BODY

    run_group(jobs, bench_of(cluster, settings, plan))
    assert order[-1] == (0, ["running", "succeeded", "succeeded", "succeeded"])
    assert [seed for seed, _ in order] == [1, 2, 3, 0]


def test_job_cancelled_while_its_mates_are_in_work_saves_nothing(cluster, settings, jobs):
    def plan(request, stopped):
        if request["seed"] == 0:
            with cluster.control() as session:
                cancel(session, jobs[2])
        return BODY

    run_group(jobs, bench_of(cluster, settings, plan))
    assert states(cluster, jobs) == ["succeeded", "succeeded", "cancelled", "succeeded"]
    assert len(plans(cluster)) == 3


def test_what_is_made_is_saved_before_the_rest_of_a_slow_message(cluster, settings, jobs):
    seen, pause = [], threading.Event()

    def plan(request, stopped):
        seen.append(states(cluster, jobs).count(JobState.SUCCEEDED))
        pause.wait(0.06)
        return BODY

    run_group(jobs, bench_of(cluster, settings, plan))
    assert seen == [0, 1, 2, 3]


def test_job_that_lost_its_lease_while_it_waited_its_turn_is_done_by_the_next(cluster, settings, jobs):
    def plan(request, stopped):
        if request["seed"] == 0:
            past = {"lease_until": func.now() - func.make_interval(0, 0, 0, 0, 0, 0, 1)}
            with cluster.control() as session:
                session.execute(update(Job).where(Job.id == jobs[3]).values(past))
                rescue(session, max_attempts=5)
        return BODY

    run_group(jobs, bench_of(cluster, settings, plan))
    assert states(cluster, jobs) == ["succeeded", "succeeded", "succeeded", "queued"]
    run_group(jobs, bench_of(cluster, settings))
    assert states(cluster, jobs) == [JobState.SUCCEEDED] * 4
    assert len(plans(cluster)) == 4


def test_deadline_counts_from_a_jobs_own_turn(cluster, settings, jobs):
    stops, pause = [], threading.Event()

    def plan(request, stopped):
        pause.wait(0.4)
        stops.append(stopped())
        return BODY

    run_group(jobs, bench_of(cluster, replace(settings, job_deadline_s=1), plan))
    assert stops == [False] * 4


def test_lone_job_runs_as_ever(cluster, settings):
    job_id = new_job(cluster)
    run_group([job_id], bench_of(cluster, settings))
    assert row(cluster, job_id).state == JobState.SUCCEEDED
