"""What webhooks are owed when jobs end."""

from threading import Event, Thread

import pytest
from sqlalchemy import delete, select, text

from models.events.webhook import DeliveryState, Webhook, WebhookDelivery, WebhookEvent, WebhookState
from models.ids import new_id
from models.jobs.finish import fail, retry_later
from models.jobs.job import Job, JobState
from models.members.tenant import Tenant
from tests.models.endings import (
    PROBLEM,
    add_webhook,
    end_by_cancelling,
    end_in_failure,
    end_well,
    end_with_an_answer,
    end_with_its_worker,
    new_job,
    take,
)
from tests.models.rows import add_member

WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


@pytest.fixture
def member(cluster):
    with cluster.control() as session:
        return add_member(session)


def owed(cluster):
    with cluster.control() as session:
        return session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.webhook_id)).all()


@pytest.mark.parametrize(
    ("end", "event", "problem"),
    [
        (end_well, WebhookEvent.SUCCEEDED, None),
        (end_with_an_answer, WebhookEvent.SUCCEEDED, None),
        (end_in_failure, WebhookEvent.FAILED, "/problems/infeasible"),
        (end_with_its_worker, WebhookEvent.FAILED, "/problems/worker-lost"),
        (end_by_cancelling, WebhookEvent.CANCELLED, None),
    ],
)
def test_every_end_of_a_job_owes_one_delivery(cluster, member, end, event, problem):
    webhook_id = add_webhook(cluster, member)
    job_id = new_job(cluster, member)
    end(cluster, job_id)
    (row,) = owed(cluster)
    with cluster.control() as session:
        job = session.get_one(Job, job_id)
    assert (row.webhook_id, row.job_id, row.token) == (webhook_id, job_id, job.token)
    assert (row.event, row.problem, row.plan_id) == (event, problem, job.plan_id)
    assert (row.state, row.attempts, row.ended_at) == (DeliveryState.OWED, 0, job.finished_at)
    assert (row.tenant_id, row.member_id, row.kind) == (job.tenant_id, job.member_id, job.kind)


def test_a_retry_owes_nothing(cluster, member):
    add_webhook(cluster, member)
    held = take(cluster, new_job(cluster, member))
    with cluster.control() as session:
        retry_later(session, held, PROBLEM, base_s=1)
    assert owed(cluster) == []


def test_what_is_rolled_back_owes_nothing(cluster, member):
    add_webhook(cluster, member)
    held = take(cluster, new_job(cluster, member))
    with pytest.raises(ZeroDivisionError), cluster.control() as session:
        fail(session, held, PROBLEM)
        raise ZeroDivisionError
    assert owed(cluster) == []


def test_only_the_events_that_were_asked_for_are_owed(cluster, member):
    add_webhook(cluster, member, events=["job.failed"])
    end_well(cluster, new_job(cluster, member))
    assert owed(cluster) == []
    end_in_failure(cluster, new_job(cluster, member))
    assert [row.event for row in owed(cluster)] == [WebhookEvent.FAILED]


def test_a_disabled_webhook_is_owed_nothing(cluster, member):
    add_webhook(cluster, member, state=WebhookState.DISABLED, reason="gone")
    end_well(cluster, new_job(cluster, member))
    assert owed(cluster) == []


def test_a_tenants_webhook_is_told_of_all_its_members_and_of_nobody_elses(cluster, member):
    theirs = add_webhook(cluster, member, of_tenant=True)
    with cluster.control() as session:
        colleague = add_member(session)
        session.add(Tenant(id=(other := new_id(0)), slug="other", name="Other"))
        session.flush()
        stranger = add_member(session, other)
    for somebody in (member, colleague, stranger):
        end_well(cluster, new_job(cluster, somebody))
    assert {(row.webhook_id, row.member_id) for row in owed(cluster)} == {
        (theirs, member.id),
        (theirs, colleague.id),
    }


def test_a_members_webhook_is_not_told_of_a_colleague(cluster, member):
    add_webhook(cluster, member)
    with cluster.control() as session:
        colleague = add_member(session)
    end_well(cluster, new_job(cluster, colleague))
    assert owed(cluster) == []


def test_several_webhooks_are_each_owed_their_own(cluster, member):
    ids = {add_webhook(cluster, member, of_tenant=of_tenant) for of_tenant in (False, False, True)}
    end_well(cluster, new_job(cluster, member))
    assert {row.webhook_id for row in owed(cluster)} == ids


def test_a_webhook_that_is_being_deleted_does_not_fail_the_jobs_end(cluster, member):
    webhook_id = add_webhook(cluster, member)
    job_id = new_job(cluster, member)
    thread = Thread(target=end_well, args=(cluster, job_id))
    with cluster.control() as session:
        session.execute(delete(Webhook).where(Webhook.id == webhook_id))
        thread.start()
        with cluster.control() as looking:
            while not looking.scalar(WAITING):  # until the end of the job waits for the deletion
                Event().wait(0.001)
    thread.join(20)
    with cluster.control() as session:
        assert session.get_one(Job, job_id).state == JobState.SUCCEEDED
    assert owed(cluster) == []
