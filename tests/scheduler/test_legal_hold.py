"""What tells of a member under a legal hold stays, whoever would delete it; spent keys go as ever."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from models.errors import Conflict
from models.events.webhook import WebhookDelivery
from models.jobs.dead import drop
from models.jobs.enqueue import enqueue
from models.jobs.idempotency import KEPT, IdempotencyKey
from models.jobs.job import Job
from models.jobs.queues import QueueName
from models.members.legal_hold import lift_hold, place_hold
from models.members.logs import remove_entry, write_entry
from models.members.tenant import Tenant
from models.members.weight_log import WeightLog
from models.nights.batch import Batch
from models.nights.failure import BatchFailure
from planners.spec import read_request
from scheduler.prune import run_once
from tests.models.endings import add_webhook, end_in_failure, end_well, new_job
from tests.models.nights import lose, queued_chunks, start
from tests.models.rows import NUTRITION, add_member

NOW = datetime.now(UTC)
LONG_SINCE = NOW + timedelta(days=400)  # everything of today is past its time by then


@pytest.fixture
def members(cluster):
    """Two members, the first of whom is under a hold."""
    with cluster.control() as session:
        both = [add_member(session) for _ in range(2)]
        place_hold(session, both[0].id, "a case", "test")
    return both


def left(cluster, column):
    with cluster.control() as session:
        return set(session.scalars(select(column)))


def test_deliveries_and_jobs_of_who_is_held_stay_until_the_hold_is_lifted(cluster, settings, members):
    held = members[0].id
    for member in members:
        add_webhook(cluster, member)
        end_well(cluster, new_job(cluster, member))
    counts = run_once(cluster, settings, LONG_SINCE)
    assert (counts["jobs"], counts["webhook_deliveries"]) == (1, 1)
    assert left(cluster, WebhookDelivery.member_id) == left(cluster, Job.member_id) == {held}
    with cluster.control() as session:
        lift_hold(session, held)
    counts = run_once(cluster, settings, LONG_SINCE)
    assert (counts["jobs"], counts["webhook_deliveries"]) == (1, 1)


def test_reasons_of_who_is_held_keep_their_night(cluster, settings, members):
    start(cluster, settings)
    for _ in range(20):
        if chunks := queued_chunks(cluster):
            lose(cluster, *chunks)
    assert left(cluster, BatchFailure.member_id) == {member.id for member in members}
    assert run_once(cluster, settings, LONG_SINCE)["batches"] == 0
    assert members[0].id in left(cluster, BatchFailure.member_id)
    with cluster.control() as session:
        lift_hold(session, members[0].id)
    assert run_once(cluster, settings, LONG_SINCE)["batches"] == 1
    assert left(cluster, Batch.id) == set()


def test_key_of_a_request_of_who_is_held_goes_after_its_day_as_ever(cluster, settings, members):
    request = read_request(NUTRITION, today=NOW.date())
    with cluster.control() as session:
        enqueue(
            session, tenant_id=members[0].tenant_id, member_id=members[0].id, request=request,
            queue=QueueName.INTERACTIVE, idempotency_key="a key",
        )  # fmt: skip
    assert run_once(cluster, settings, datetime.now(UTC) + KEPT)["idempotency_keys"] == 1
    assert left(cluster, IdempotencyKey.key) == set()
    assert left(cluster, Job.member_id) == {members[0].id}


def test_nobody_deletes_what_is_held_by_hand(cluster, members):
    entry = {"date": date(2026, 11, 1), "entry": {"weight_kg": 70.0}}
    jobs = []
    for member in members:
        jobs.append(new_job(cluster, member))
        end_in_failure(cluster, jobs[-1])
        with cluster.control() as session:
            write_entry(session, WeightLog, tenant_id=member.tenant_id, member_id=member.id, values=entry)
    for act in (
        lambda session, n: drop(session, jobs[n], by="test"),
        lambda session, n: remove_entry(session, WeightLog, members[n].id, entry["date"]),
    ):
        with cluster.control() as session, pytest.raises(Conflict, match="under a legal hold"):
            act(session, 0)
        with cluster.control() as session:
            assert act(session, 1)
    assert left(cluster, WeightLog.member_id) == left(cluster, Job.member_id) == {members[0].id}


def test_a_tenant_that_keeps_jobs_shorter_keeps_deliveries_and_nights_so_long_too(cluster, settings):
    with cluster.control() as session:
        member = add_member(session)
        session.execute(update(Tenant).where(Tenant.id == member.tenant_id).values(job_days=3))
    add_webhook(cluster, member)
    end_well(cluster, new_job(cluster, member))
    start(cluster, settings)
    for _ in range(3):
        lose(cluster, *queued_chunks(cluster))
    for days, gone in ((2, 0), (4, 1)):
        counts = run_once(cluster, settings, NOW + timedelta(days=days))
        assert (counts["webhook_deliveries"], counts["batches"]) == (gone, gone)
