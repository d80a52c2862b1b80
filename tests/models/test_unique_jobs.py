"""Equal requests join the job that waits, and only that; keys remember the job that answered them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from psycopg.types.json import Jsonb
from sqlalchemy import func, select, text, update

from models.errors import Conflict
from models.jobs.cancel import cancel
from models.jobs.claim import claim
from models.jobs.dead import drop
from models.jobs.enqueue import enqueue
from models.jobs.fingerprint import fingerprint_of
from models.jobs.finish import retry_later
from models.jobs.idempotency import IdempotencyKey, answered
from models.jobs.job import Job, JobState
from models.jobs.outbox import Outbox
from models.jobs.queues import QueueName
from planners.spec import read_request, request_json
from tests.models.endings import PROBLEM, end_in_failure, end_well, take
from tests.models.rows import NUTRITION, add_member

OLD_ENQUEUE = text("""
WITH made AS (
    INSERT INTO job (id, tenant_id, member_id, kind, queue, priority, request, idempotency_key)
    SELECT gen_random_uuid(), tenant_id, id, 'nutrition', 'interactive', 0, :request, :key
    FROM member WHERE id = :member_id
    ON CONFLICT (member_id, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
    RETURNING *
), owed AS (
    INSERT INTO outbox (job_id, tenant_id, queue, priority, due_at)
    SELECT id, tenant_id, queue, priority, due_at FROM made
)
SELECT id FROM made
""")
"""How processes of the version before make a job."""


def request(seed=7):
    return read_request({**NUTRITION, "seed": seed}, today=date(2026, 11, 30))


def ask(cluster, member, seed=7, queue=QueueName.INTERACTIVE, key=None):
    with cluster.control() as session:
        made = enqueue(
            session, tenant_id=member.tenant_id, member_id=member.id, request=request(seed), queue=queue,
            idempotency_key=key,
        )  # fmt: skip
    return made.job.id, made.new


def count(cluster, table):
    with cluster.control() as session:
        return session.scalar(select(func.count()).select_from(table))


@pytest.fixture
def member(cluster):
    with cluster.control() as session:
        return add_member(session)


def test_equal_request_joins_the_one_that_waits(cluster, member):
    first, second = ask(cluster, member), ask(cluster, member)
    assert (first[1], second) == (True, (first[0], False))
    assert count(cluster, Job) == count(cluster, Outbox) == 1


def test_another_request_member_or_queue_makes_a_job_of_its_own(cluster, member):
    with cluster.control() as session:
        other = add_member(session)
    ask(cluster, member)
    assert [ask(cluster, *asked)[1] for asked in ((member, 8), (other,), (member, 7, QueueName.BATCH))] == [
        True, True, True,
    ]  # fmt: skip


def test_fingerprint_sees_the_content_and_not_the_order_of_the_fields(member):
    queue = QueueName.BATCH
    one = fingerprint_of(member.id, queue, {"kind": "nutrition", "seed": 1})
    assert fingerprint_of(member.id, queue, {"seed": 1, "kind": "nutrition"}) == one
    assert fingerprint_of(member.id, queue, {"seed": 2, "kind": "nutrition"}) != one


def put_back(cluster, job_id):
    held = take(cluster, job_id)
    with cluster.control() as session:
        retry_later(session, held, PROBLEM, base_s=60)


def be_cancelled(cluster, job_id):
    with cluster.control() as session:
        assert cancel(session, job_id)


@pytest.mark.parametrize("leave", [take, end_well, end_in_failure, be_cancelled, put_back])
def test_job_that_is_not_fresh_any_more_is_not_joined(cluster, member, leave):
    job_id, _ = ask(cluster, member)
    leave(cluster, job_id)
    second, new = ask(cluster, member)
    assert new
    assert second != job_id


def test_of_many_equal_requests_at_once_one_makes_the_job(cluster, member):
    with ThreadPoolExecutor(8) as pool:
        asked = list(pool.map(lambda _: ask(cluster, member), range(16)))
    assert len({job_id for job_id, _ in asked}) == 1
    assert [new for _, new in asked].count(True) == 1


def test_requests_and_claims_at_once_leave_no_request_without_a_job(cluster, member):
    def take_all(_):
        with cluster.control() as session:
            waiting = session.scalars(select(Job.id).where(Job.state == JobState.QUEUED)).all()
            return len(claim(session, waiting, worker="w", lease_s=60))

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(ask, cluster, member) for _ in range(40)]
        taken = [pool.submit(take_all, n) for n in range(40)]
        jobs = [future.result() for future in asked]
        assert sum(future.result() for future in taken) + take_all(0) == count(cluster, Job)
    assert {job_id for job_id, new in jobs if new} == {job_id for job_id, _ in jobs}


def test_key_of_a_request_that_joined_gives_the_joined_job_even_when_that_is_finished(cluster, member):
    first, _ = ask(cluster, member, key="a")
    assert ask(cluster, member, key="b") == (first, False)
    end_well(cluster, first)
    assert ask(cluster, member, key="b") == (first, False)
    assert ask(cluster, member, key="c") != (first, False)


def test_key_of_a_request_that_joined_is_refused_for_another_request(cluster, member):
    ask(cluster, member)
    ask(cluster, member, key="b")
    with pytest.raises(Conflict, match="used for another request"):
        ask(cluster, member, seed=8, key="b")


def test_key_of_a_dropped_job_is_free_again(cluster, member):
    first, _ = ask(cluster, member, key="a")
    end_in_failure(cluster, first)
    with cluster.control() as session:
        assert drop(session, first, by="test")
        assert answered(session, member.id, "a") is None
    second, new = ask(cluster, member, seed=8, key="a")
    assert new
    assert ask(cluster, member, seed=8, key="a") == (second, False)


def test_of_many_requests_at_once_with_the_key_of_a_dropped_job_one_makes_the_job(cluster, member):
    first, _ = ask(cluster, member, key="a")
    end_in_failure(cluster, first)
    with cluster.control() as session:
        drop(session, first, by="test")
    with ThreadPoolExecutor(8) as pool:
        asked = list(pool.map(lambda _: ask(cluster, member, key="a"), range(16)))
    assert len({job_id for job_id, _ in asked}) == 1


def test_key_says_when_it_was_used_not_when_the_joined_job_was_made(cluster, member):
    first, _ = ask(cluster, member)
    with cluster.control() as session:
        session.execute(update(Job).values(queued_at=func.now() - timedelta(days=3)))
    ask(cluster, member, key="b")
    with cluster.control() as session:
        kept = session.scalars(select(IdempotencyKey)).one()
        assert answered(session, member.id, "b").at == kept.created_at
        assert answered(session, member.id, "b").job.id == first


def make_as_before(cluster, member, key, seed=7):
    with cluster.control() as session:
        told = {"member_id": member.id, "key": key, "request": Jsonb(request_json(request(seed)))}
        return session.scalar(OLD_ENQUEUE, told)


def test_job_of_the_version_before_is_worked_on_and_nobody_joins_it(cluster, member):
    old = make_as_before(cluster, member, None)
    new_id, new = ask(cluster, member)
    assert new
    assert take(cluster, old).id == old
    assert new_id != old


def test_key_that_the_version_before_has_used_gives_its_job(cluster, member):
    old = make_as_before(cluster, member, "a")
    assert ask(cluster, member, key="a") == (old, False)
    with pytest.raises(Conflict, match="used for another request"):
        ask(cluster, member, seed=8, key="a")


def test_key_that_this_version_has_used_makes_no_job_in_the_version_before(cluster, member):
    ask(cluster, member, key="a")
    assert make_as_before(cluster, member, "a") is None
