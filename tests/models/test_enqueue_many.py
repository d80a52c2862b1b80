from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from models.cluster import Cluster
from models.events.event import EventType
from models.ids import bucket_of, new_id
from models.jobs.claim import claim
from models.jobs.enqueue import enqueue
from models.jobs.enqueue_many import MOST, Wanted, enqueue_many
from models.jobs.job import Job, JobState
from models.jobs.outbox import CHANNEL, Outbox
from models.jobs.queues import QueueName
from planners.spec import read_request, request_json
from tests.models.rows import NUTRITION, add_member

REQUEST = read_request(NUTRITION, today=date(2026, 11, 30))
BATCH = QueueName.BATCH


def wanted_of(member, *seeds, priority=0):
    return [
        Wanted(tenant_id=member.tenant_id, member_id=member.id, request=replace(REQUEST, seed=seed),
               priority=priority)
        for seed in seeds
    ]  # fmt: skip


@pytest.fixture
def member(cluster):
    with cluster.control() as session:
        return add_member(session)


def count(cluster, table):
    with cluster.control() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_each_wanted_plan_has_a_job_like_that_of_a_single_request(cluster, member):
    with cluster.control() as session:
        ids = enqueue_many(session, wanted_of(member, 1, 2, priority=3), queue=BATCH)
        single = enqueue(session, tenant_id=member.tenant_id, member_id=member.id, request=REQUEST,
                         queue=BATCH, priority=3).job  # fmt: skip
    with cluster.control() as session:
        jobs = [session.get_one(Job, job_id) for job_id in ids]
        owed = session.scalars(select(Outbox).order_by(Outbox.job_id)).all()
    assert [job.request for job in jobs] == [request_json(replace(REQUEST, seed=seed)) for seed in (1, 2)]
    same = ("tenant_id", "member_id", "kind", "queue", "state", "priority", "attempts", "token")
    assert {tuple(getattr(job, name) for name in same) for job in [*jobs, single]} == {
        (member.tenant_id, member.id, "nutrition", BATCH, JobState.QUEUED, 3, 0, 0)
    }
    assert {bucket_of(job.id) for job in jobs} == {bucket_of(member.id)}
    assert {(row.job_id, row.queue, row.priority) for row in owed} == {
        (job.id, BATCH, 3) for job in [*jobs, single]
    }


def test_more_than_one_statement_holds_are_made_in_their_order(cluster, member):
    with cluster.control() as session:
        ids = enqueue_many(session, wanted_of(member, *range(MOST + 5)), queue=BATCH)
    with cluster.control() as session:
        seeds = [session.get_one(Job, job_id).request["seed"] for job_id in (ids[0], ids[-1])]
    assert seeds == [0, MOST + 4]
    assert count(cluster, Outbox) == len(set(ids)) == MOST + 5


def test_request_that_waits_already_is_joined_from_before_and_within_the_call(cluster, member):
    with cluster.control() as session:
        (first,) = enqueue_many(session, wanted_of(member, 1), queue=BATCH)
        again = enqueue_many(session, wanted_of(member, 1, 2, 2), queue=BATCH)
    assert [job_id is None for job_id in again] == [True, False, True]
    assert count(cluster, Job) == count(cluster, Outbox) == 2
    with cluster.control() as session:
        assert claim(session, [first], worker="w", lease_s=60)
        assert enqueue_many(session, wanted_of(member, 1), queue=BATCH) != [None]


def test_all_or_nothing_is_made(cluster, member):
    stranger = Wanted(tenant_id=member.tenant_id, member_id=new_id(0), request=REQUEST)
    with pytest.raises(IntegrityError), cluster.control() as session:
        enqueue_many(session, [*wanted_of(member, 1), stranger], queue=BATCH)
    assert count(cluster, Job) == count(cluster, Outbox) == 0


def test_relay_is_woken_once_and_only_when_something_was_made(cluster, member):
    heard = cluster.listen(CHANNEL)
    for seeds in ((1, 2, 3), (1, 2), ()):
        with cluster.control() as session:
            enqueue_many(session, wanted_of(member, *seeds), queue=BATCH)
    assert len(list(heard.notifies(timeout=0.3))) == 1
    heard.close()


def test_listeners_are_told_of_each_new_job(settings, member):
    told = []
    cluster = Cluster(settings, name="test", publish=told.extend)
    with cluster.control() as session:
        ids = enqueue_many(session, wanted_of(member, 1, 2, 2), queue=BATCH)
    cluster.close()
    assert {(e.job_id, e.type) for e in told} == {(job_id, EventType.QUEUED) for job_id in ids if job_id}
