"""Dead letters: seen without the member's data, retried with all their attempts, dropped with a log line."""

from dataclasses import fields

import pytest
from sqlalchemy import func, select

from models.events.event import EventType
from models.events.events import take_told
from models.ids import new_id
from models.jobs.dead import drop, retry
from models.jobs.finish import fail
from models.jobs.job import Job, JobState
from models.jobs.outbox import Outbox
from models.jobs.seen import COLUMNS, SeenJob, see, see_dead
from tests.models.endings import end_in_failure, end_well, end_with_its_worker, take
from tests.models.rows import add_job, add_member
from workers.translate import job_problem


def new_job(cluster, member=None, **changes):
    with cluster.control() as session:
        return add_job(session, member, **changes).id


def dead_job(cluster, **changes):
    job_id = new_job(cluster, **changes)
    end_in_failure(cluster, job_id)
    return job_id


def retry_now(cluster, job_id):
    with cluster.control() as session:
        return retry(session, job_id, by="ann")


def row(cluster, job_id):
    with cluster.read(job_id) as session:
        return session.get_one(Job, job_id)


def test_retried_job_waits_as_a_new_one_and_keeps_its_past(cluster):
    job_id = dead_job(cluster)
    token = row(cluster, job_id).token
    with cluster.control() as session:
        assert retry(session, job_id, by="ann")
        (told,) = take_told(session)
    job = row(cluster, job_id)
    assert (job.state, job.attempts, job.progress, job.error) == (JobState.QUEUED, 0, 0, None)
    assert (job.finished_at, job.worker, job.token) == (None, None, token + 1)
    assert [entry.get("retried_by") for entry in job.history] == [None, "ann"]
    assert (told.type, told.order.token) == (EventType.QUEUED, job.token)
    with cluster.control() as session:
        assert session.scalars(select(Outbox.job_id)).all() == [job_id]
    assert take(cluster, job_id).attempts == 1


def test_retried_job_is_joined_by_an_equal_request(cluster):
    with cluster.control() as session:
        member = add_member(session)
    job_id = new_job(cluster, member)
    end_in_failure(cluster, job_id)
    retry_now(cluster, job_id)
    assert new_job(cluster, member) == job_id


def test_retried_job_runs_beside_an_equal_request_that_was_made_meanwhile(cluster):
    with cluster.control() as session:
        member = add_member(session)
    first = new_job(cluster, member)
    end_in_failure(cluster, first)
    second = new_job(cluster, member)
    assert retry_now(cluster, first)
    assert new_job(cluster, member) == second
    for job_id in (first, second):
        end_well(cluster, job_id)


@pytest.mark.parametrize("end", [None, take, end_well], ids=["queued", "running", "succeeded"])
@pytest.mark.parametrize("act", [retry, drop])
def test_job_that_has_not_failed_is_neither_retried_nor_dropped(cluster, end, act):
    job_id = new_job(cluster)
    if end:
        end(cluster, job_id)
    before = row(cluster, job_id)
    with cluster.control() as session:
        assert not act(session, job_id, by="ann")
    after = row(cluster, job_id)
    assert (after.state, after.token) == (before.state, before.token)


def test_job_beyond_the_operators_reach_is_not_there(cluster):
    job_id = dead_job(cluster)
    beyond = Job.tenant_id == new_id(0)
    with cluster.control() as session:
        assert not retry(session, job_id, beyond, by="ann")
        assert not drop(session, job_id, beyond, by="ann")
        assert see(session, job_id, beyond) is None
        assert see_dead(session, beyond, limit=10) == []
    assert row(cluster, job_id).state == JobState.FAILED


def test_dropped_job_leaves_a_log_line_and_nothing_else(cluster, caplog):
    job_id = dead_job(cluster)
    with caplog.at_level("INFO"), cluster.control() as session:
        assert drop(session, job_id, by="ann")
    (told,) = [line for line in caplog.records if line.__dict__.get("action") == "job.drop"]
    assert (told.job_id, told.by, told.error) == (job_id, "ann", "/problems/infeasible")
    with cluster.control() as session:
        assert see(session, job_id) is None
        assert session.scalar(select(func.count()).select_from(Outbox)) == 0


def test_dead_letters_come_newest_first_in_pages_without_gap_or_repeat(cluster):
    dead = [dead_job(cluster) for _ in range(5)]
    new_job(cluster)
    listed, before = [], None
    while True:
        with cluster.control() as session:
            page = see_dead(session, limit=2, before=before)
        if not page:
            break
        listed += [job.id for job in page]
        before = page[-1].id
    assert listed == sorted(dead, reverse=True)


def test_operators_do_not_see_the_request():
    assert "request" not in {field.name for field in fields(SeenJob)}
    assert {column.key for column in COLUMNS} == {field.name for field in fields(SeenJob)}


def test_problem_of_a_planner_is_seen_without_its_text(cluster):
    with cluster.control() as session:
        seen = see(session, dead_job(cluster))
    assert (seen.error.type, seen.error.status, seen.error.detail) == ("/problems/infeasible", 422, None)
    assert "body" not in str(seen)


def test_fault_of_the_platform_is_seen_in_full(cluster):
    held = take(cluster, new_job(cluster))
    with cluster.control() as session:
        fail(session, held, job_problem(RuntimeError("secret")))
        assert see(session, held.id).error.detail == "an unexpected RuntimeError"


def test_history_tells_of_attempts_their_workers_and_retries(cluster):
    job_id = new_job(cluster)
    end_with_its_worker(cluster, job_id)
    retry_now(cluster, job_id)
    end_in_failure(cluster, job_id)
    with cluster.control() as session:
        lost, retried, failed = see(session, job_id).history
    assert (lost.attempt, lost.worker, lost.fault.type) == (1, "w", "/problems/worker-lost")
    assert (retried.attempt, retried.retried_by, retried.fault) == (1, "ann", None)
    assert retried.at is not None
    assert (failed.attempt, failed.fault.type) == (1, "/problems/infeasible")
