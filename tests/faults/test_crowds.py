"""More work than workers: tenants share fairly, quotas bound the queue, the night does not slow the day."""

from __future__ import annotations

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
from tests.faults.rows import ask, finished
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


def crowd(cluster: Cluster, queue: QueueName) -> UUID:
    """A tenant's jobs that wait: one and 100,000 like it; the tenant."""
    with cluster.control() as session:
        job = add_job(session, queue=queue, seed=odd.TAKES_A_WHILE)
        session.execute(text("SET LOCAL statement_timeout = 60000"))
        session.execute(text(FILL), {"count": CROWD, "job_id": job.id})
        session.execute(text(OWE))
        session.execute(text("ANALYZE job, outbox"))
        return job.tenant_id


def ask_as_another(cluster: Cluster, seed: int) -> dict[int, UUID]:
    """A request of a tenant that has nothing waiting."""
    with cluster.control() as session:
        session.add(Tenant(id=(other := new_id(0)), slug=f"other-{seed}", name="Other"))
        session.flush()
        return {seed: add_job(session, add_member(session, other), seed=seed).id}


def started(cluster: Cluster, tenant_id: UUID) -> int:
    with cluster.control() as session:
        mine = (Job.tenant_id == tenant_id, Job.started_at.is_not(None))
        return session.scalar(select(func.count()).where(*mine)) or 0


@pytest.mark.long
def test_a_tenant_with_100_000_waiting_delays_anothers_request_by_one_job_at_most(
    cluster: Cluster, working: Working
) -> None:
    busy = crowd(cluster, QueueName.INTERACTIVE)
    with working(worker_threads=1, lease_s=10.0, resend_s=10.0):
        for seed in range(odd.TAKES_A_WHILE + 1, odd.TAKES_A_WHILE + 4):
            before = started(cluster, busy)
            while started(cluster, busy) < before + 2:
                pass  # until the worker is in the midst of the crowd
            lone = finished(cluster, ask_as_another(cluster, seed))[seed]
            with cluster.control() as session:
                between = (Job.started_at > lone.queued_at, Job.started_at < lone.started_at)
                ahead = session.scalar(select(func.count()).where(Job.tenant_id == busy, *between))
            assert lone.state == JobState.SUCCEEDED
            assert ahead <= 1


@pytest.mark.long
def test_a_night_of_100_000_waiting_jobs_does_not_hold_up_a_request(
    cluster: Cluster, working: Working
) -> None:
    crowd(cluster, QueueName.BATCH)
    with working():
        job = finished(cluster, ask(cluster, odd.TAKES_A_WHILE + 1))[odd.TAKES_A_WHILE + 1]
    assert job.state == JobState.SUCCEEDED
