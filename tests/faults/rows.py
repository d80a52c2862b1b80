"""Jobs for the odd worker, by the seeds that tell it what to do."""

from __future__ import annotations

import time
from uuid import UUID

from sqlalchemy import select

from models.cluster import Cluster
from models.jobs.job import FINISHED, Job
from models.plans.plan import Plan
from tests.models.rows import add_job

PATIENCE_S = 90.0


def ask(cluster: Cluster, *seeds: int) -> dict[int, UUID]:
    with cluster.control() as session:
        return {seed: add_job(session, seed=seed).id for seed in seeds}


def finished(cluster: Cluster, jobs: dict[int, UUID]) -> dict[int, Job]:
    """The rows, by seed, once every job is finished."""
    give_up = time.monotonic() + PATIENCE_S
    while True:
        with cluster.control() as session:
            rows = {seed: session.get_one(Job, job_id) for seed, job_id in jobs.items()}
        if all(job.state in FINISHED for job in rows.values()):
            return rows
        assert time.monotonic() < give_up, {seed: (job.state, job.attempts) for seed, job in rows.items()}


def plans(cluster: Cluster) -> list[UUID]:
    """The jobs that have a plan, one entry for each plan."""
    with cluster.control() as session:
        return sorted(job_id for job_id in session.scalars(select(Plan.job_id)) if job_id)
