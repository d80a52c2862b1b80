"""What has been kept long enough goes; what is younger or not finished stays."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from models.ids import bucket_of, new_id
from models.jobs.cancel import cancel
from models.jobs.dead import drop
from models.jobs.enqueue import enqueue
from models.jobs.idempotency import KEPT, IdempotencyKey
from models.jobs.job import Job
from models.jobs.outbox import Outbox
from models.jobs.queues import QueueName
from models.plans.plan import Plan
from planners.spec import read_request
from scheduler import prune
from scheduler.prune import run_once
from tests.models.endings import end_by_cancelling, end_in_failure, end_well
from tests.models.rows import NUTRITION, add_job, add_member

NOW = datetime.now(UTC)
SECOND = timedelta(seconds=1)
MONTH = timedelta(days=30)
ENDS = (end_well, end_in_failure, end_by_cancelling)


def age(cluster, job_id, by):
    """Make it as if the job had been asked for and finished `by` earlier; its new id."""
    at = NOW - by
    older = new_id(bucket_of(job_id), int(at.timestamp() * 1000))
    with cluster.control() as session:
        finished = session.scalar(select(Job.finished_at).where(Job.id == job_id)) is not None
        session.execute(update(Outbox).where(Outbox.job_id == job_id).values(job_id=older))
        values = {"id": older, "queued_at": at, **({"finished_at": at} if finished else {})}
        session.execute(update(Job).where(Job.id == job_id).values(values))
    return older


def new_job(cluster):
    with cluster.control() as session:
        return add_job(session).id


def left(cluster, column):
    with cluster.control() as session:
        return set(session.scalars(select(column)))


@pytest.mark.parametrize("end", ENDS)
def test_finished_job_goes_after_its_retention_and_not_before(cluster, settings, end):
    jobs = [new_job(cluster) for _ in range(2)]
    for job_id in jobs:
        end(cluster, job_id)
    kept = age(cluster, jobs[0], MONTH - SECOND)
    age(cluster, jobs[1], MONTH + SECOND)
    assert run_once(cluster, settings, NOW)["jobs"] == 1
    assert left(cluster, Job.id) == {kept}


def test_job_that_is_not_finished_stays_however_old_it_is(cluster, settings):
    waiting = age(cluster, new_job(cluster), 3 * MONTH)
    assert run_once(cluster, settings, NOW)["jobs"] == 0
    assert left(cluster, Job.id) == left(cluster, Outbox.job_id) == {waiting}


def test_job_that_finished_lately_stays_though_it_was_asked_for_long_ago(cluster, settings):
    old = age(cluster, new_job(cluster), 3 * MONTH)
    with cluster.control() as session:
        cancel(session, old)
    assert run_once(cluster, settings, NOW)["jobs"] == 0


def test_plan_outlives_its_job(cluster, settings):
    job_id = new_job(cluster)
    end_well(cluster, job_id)
    plans = left(cluster, Plan.id)
    age(cluster, job_id, MONTH + SECOND)
    assert run_once(cluster, settings, NOW)["jobs"] == 1
    assert left(cluster, Plan.id) == plans


def test_many_old_jobs_go_chunk_by_chunk(cluster, settings, monkeypatch):
    monkeypatch.setattr(prune, "CHUNK", 3)
    for _ in range(7):
        job_id = new_job(cluster)
        end_by_cancelling(cluster, job_id)
        age(cluster, job_id, MONTH + SECOND)
    assert run_once(cluster, settings, NOW)["jobs"] == 7


def ask(cluster, key) -> UUID:
    with cluster.control() as session:
        member = add_member(session)
        request = read_request(NUTRITION, today=NOW.date())
        return enqueue(
            session, tenant_id=member.tenant_id, member_id=member.id, request=request,
            queue=QueueName.INTERACTIVE, idempotency_key=key,
        ).job.id  # fmt: skip


def test_idempotency_key_goes_after_a_day_and_not_before(cluster, settings):
    for key, younger in (("old", -SECOND), ("new", SECOND)):
        ask(cluster, key)
        at = NOW - KEPT + younger
        with cluster.control() as session:
            session.execute(update(IdempotencyKey).where(IdempotencyKey.key == key).values(created_at=at))
    assert run_once(cluster, settings, NOW)["idempotency_keys"] == 1
    assert left(cluster, IdempotencyKey.key) == {"new"}
    assert len(left(cluster, Job.id)) == 2


def test_key_of_a_dropped_job_goes_with_the_others(cluster, settings):
    job_id = ask(cluster, "old")
    end_in_failure(cluster, job_id)
    with cluster.control() as session:
        drop(session, job_id, by="op")
    assert run_once(cluster, settings, datetime.now(UTC) + KEPT + SECOND)["idempotency_keys"] == 1
