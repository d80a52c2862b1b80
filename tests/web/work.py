"""Finish jobs as a worker does: with a plan that is quick to make, or by a thread that works."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import select

from models.cluster import Cluster
from models.jobs.claim import Claim, claim
from models.jobs.finish import Made, fail, succeed
from models.jobs.job import Job, JobState
from planners.errors import Change, Infeasible
from planners.problems import problem_of
from workers.run_job import Bench, run_job

INFEASIBLE = problem_of(
    Infeasible(["the budget is too small"], [Change(change="budget_usd_per_day", to=9.4, text="raise it")])
)


def start(cluster: Cluster, job_id: UUID | str) -> Claim | None:
    """Claim the job for a minute."""
    with cluster.control() as session:
        return claim(session, [UUID(str(job_id))], worker="test", lease_s=60).get(UUID(str(job_id)))


def save(cluster: Cluster, held: Claim, body: dict[str, Any] | None = None) -> UUID | None:
    """Save a plan for a claimed job; return its id, or None when the claim is no longer good."""
    small = {"kind": str(held.kind), "start_date": held.request["start_date"], "days": [], "warnings": []}
    with cluster.control() as session:
        succeed(session, [Made(held=held, body=body or small)])
        return session.scalar(select(Job.plan_id).where(Job.id == held.id))


def finish(cluster: Cluster, job_id: UUID | str) -> UUID:
    """Claim the job and save a plan for it; return the plan's id."""
    plan_id = save(cluster, start(cluster, job_id))
    assert plan_id is not None
    return plan_id


def give_up(cluster: Cluster, job_id: UUID | str) -> None:
    """Claim the job and fail it: no plan can meet the request."""
    held = start(cluster, job_id)
    with cluster.control() as session:
        fail(session, held, INFEASIBLE)


@contextmanager
def working(cluster: Cluster, bench: Bench) -> Iterator[None]:
    """Work on whatever is queued until the end of the block."""
    done = threading.Event()

    def work() -> None:
        while not done.wait(0.02):
            with cluster.control() as session:
                waiting = session.scalars(select(Job.id).where(Job.state == JobState.QUEUED)).all()
            for job_id in waiting:
                run_job(job_id, bench)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        yield
    finally:
        done.set()
        worker.join()
