from datetime import date

import pytest
from sqlalchemy import func, select

from models.errors import Conflict
from models.ids import bucket_of
from models.jobs.enqueue import enqueue
from models.jobs.job import Job, JobState
from models.jobs.outbox import CHANNEL, Outbox
from models.jobs.queues import QueueName
from planners.spec import read_request, request_json
from tests.models.rows import NUTRITION, add_job, add_member

REQUEST = read_request(NUTRITION, today=date(2026, 11, 30))


def ask(session, member, request=REQUEST, key=None):
    return enqueue(
        session, tenant_id=member.tenant_id, member_id=member.id, request=request,
        queue=QueueName.INTERACTIVE, idempotency_key=key,
    )  # fmt: skip


def test_job_and_its_message_are_committed_together(cluster):
    with cluster.control() as session:
        job = add_job(session)
    with cluster.read(job.id) as session:
        stored = session.get_one(Job, job.id)
        owed = session.scalars(select(Outbox)).one()
    assert (stored.state, stored.attempts, stored.progress) == (JobState.QUEUED, 0, 0)
    assert stored.request == request_json(REQUEST)
    assert (owed.job_id, owed.queue, owed.tenant_id) == (job.id, QueueName.INTERACTIVE, job.tenant_id)


def test_neither_job_nor_message_is_left_by_a_transaction_that_fails(cluster):
    class Broken(Exception):
        pass

    with pytest.raises(Broken), cluster.control() as session:
        add_job(session)
        raise Broken
    with cluster.control() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 0
        assert session.scalar(select(func.count()).select_from(Outbox)) == 0


def test_job_lies_in_its_members_bucket(cluster):
    with cluster.control() as session:
        member = add_member(session)
        assert bucket_of(add_job(session, member).id) == bucket_of(member.id)


def test_commit_wakes_a_listener(cluster):
    with cluster.listen(CHANNEL) as heard:
        with cluster.control() as session:
            add_job(session)
        assert [n.channel for n in heard.notifies(timeout=5, stop_after=1)] == [CHANNEL]


def test_same_key_gives_the_first_job_back_and_sends_nothing_more(cluster):
    with cluster.control() as session:
        member = add_member(session)
        first = ask(session, member, key="k")
    with cluster.control() as session:
        second = ask(session, member, key="k")
        assert (first.new, second.new, second.job.id) == (True, False, first.job.id)
        assert session.scalar(select(func.count()).select_from(Outbox)) == 1


def test_same_key_for_another_request_is_a_conflict(cluster):
    other = read_request({**NUTRITION, "seed": 8}, today=date(2026, 11, 30))
    with cluster.control() as session:
        member = add_member(session)
        ask(session, member, key="k")
    with pytest.raises(Conflict, match="used for another request"), cluster.control() as session:
        ask(session, member, other, key="k")


def test_same_key_of_another_member_is_another_job(cluster):
    with cluster.control() as session:
        jobs = {ask(session, add_member(session), key="k").job.id for _ in range(2)}
    assert len(jobs) == 2
