"""More work than workers: tenants share fairly, quotas bound the queue, the night does not slow the day."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from models.cluster import Cluster
from models.ids import new_id
from models.jobs.job import Job, JobState
from models.jobs.queues import QueueName
from models.members.tenant import Tenant
from tests.faults import odd_worker as odd
from tests.faults.conftest import Working
from tests.faults.rows import finished
from tests.models.rows import add_job, add_member

CROWD = 100_000

FILL = """
INSERT INTO job (id, tenant_id, member_id, kind, queue, request)
SELECT gen_random_uuid(), tenant_id, member_id, kind, queue, request
FROM job, generate_series(1, CAST(:count AS int)) WHERE id = :job_id
"""
OWE = """
INSERT INTO outbox (job_id, tenant_id, queue, due_at)
SELECT id, tenant_id, queue, due_at FROM job ON CONFLICT DO NOTHING
"""


def crowd(cluster: Cluster, queue: QueueName, seed: int) -> UUID:
    """A tenant's jobs that wait: one of the seed and 100,000 like it; the tenant."""
    with cluster.control() as session:
        job = add_job(session, queue=queue, seed=seed)
        session.execute(text("SET LOCAL statement_timeout = 60000"))
        session.execute(text(FILL), {"count": CROWD, "job_id": job.id})
        session.execute(text(OWE))
        session.execute(text("ANALYZE job, outbox"))
        return job.tenant_id


def ask_as_another(cluster: Cluster, seed: int) -> tuple[dict[int, UUID], datetime]:
    """A request of a tenant that has nothing waiting, and the moment at which it is committed."""
    with cluster.control() as session:
        session.add(Tenant(id=(other := new_id(0)), slug=f"other-{seed}", name="Other"))
        session.flush()
        asked = {seed: add_job(session, add_member(session, other), seed=seed).id}
        return asked, session.scalar(select(func.clock_timestamp()))


def started(cluster: Cluster, tenant_id: UUID) -> int:
    with cluster.control() as session:
        mine = (Job.tenant_id == tenant_id, Job.started_at.is_not(None))
        return session.scalar(select(func.count()).where(*mine)) or 0


def started_before(cluster: Cluster, busy: UUID, seed: int) -> int:
    """How many of the crowd, in the midst of it, start between another tenant's request and its start."""
    before = started(cluster, busy)
    while started(cluster, busy) < before + 2:
        pass
    asked, at = ask_as_another(cluster, seed)
    lone = finished(cluster, asked)[seed]
    assert lone.state == JobState.SUCCEEDED
    between = (Job.started_at > at, Job.started_at < lone.started_at)
    with cluster.control() as session:
        return session.scalar(select(func.count()).where(Job.tenant_id == busy, *between)) or 0


@pytest.mark.long
def test_a_tenant_with_100_000_waiting_delays_anothers_request_by_one_job_at_most(
    cluster: Cluster, working: Working
) -> None:
    busy = crowd(cluster, QueueName.INTERACTIVE, odd.TAKES_A_SECOND)
    with working(worker_threads=1, lease_s=10.0, resend_s=10.0):
        for seed in range(odd.TAKES_A_WHILE + 1, odd.TAKES_A_WHILE + 4):
            assert started_before(cluster, busy, seed) <= 1


@pytest.mark.long
def test_a_night_of_100_000_waiting_jobs_delays_a_request_by_one_jobs_time_at_most(
    cluster: Cluster, working: Working
) -> None:
    busy = crowd(cluster, QueueName.BATCH, odd.TAKES_A_SECOND)
    one = {"worker_threads": 1, "lease_s": 10.0, "resend_s": 10.0}
    with working(QueueName.BATCH, **one), working(QueueName.INTERACTIVE, **one):
        for seed in range(odd.TAKES_A_WHILE + 1, odd.TAKES_A_WHILE + 4):
            assert started_before(cluster, busy, seed) <= 1
