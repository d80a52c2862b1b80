"""Nights on real processes: poison among 500 members, a killed worker, chunks that outlive their deadline."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from models.cluster import Cluster
from models.jobs.job import Job, JobState
from models.members.member import Member, profile_columns
from models.nights.batch import Batch, BatchState
from models.nights.failure import BatchFailure
from models.plans.plan import Plan, PlanState
from models.settings import Settings
from tests.flows.poison_worker import POISON
from tests.models.nights import NIGHT, batch_row, counts, current_plans, give_plans, start

ROOT = Path(__file__).parents[2]
STEADY, ENDING = 400, 99  # members whose menu reaches far enough, and whose comes to its end
CROWD = 150  # a chunk of some seconds
PATIENCE_S = 240.0
LOOK_S = 0.2


class Crew:
    """Workers that are started again when they die, as a supervisor would, and a relay."""

    def __init__(self, settings: Settings, workers: int) -> None:
        self._environ = {**os.environ, **settings.environment()}
        self._relay = self._spawn("workers.relay")
        self.workers = [self._spawn("tests.flows.poison_worker") for _ in range(workers)]
        self.deaths = 0

    def _spawn(self, module: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", module], cwd=ROOT, env=self._environ)

    def look(self) -> None:
        """Wait a little for a death, and start anew whoever has died."""
        with suppress(subprocess.TimeoutExpired):
            self.workers[-1].wait(LOOK_S)
        for n, worker in enumerate(self.workers):
            if worker.poll() is not None:
                self.deaths += 1
                self.workers[n] = self._spawn("tests.flows.poison_worker")

    def end(self) -> None:
        for process in (*self.workers, self._relay):
            process.terminate()
        for process in (*self.workers, self._relay):
            process.wait()


@pytest.fixture
def night_settings(settings: Settings) -> Settings:
    return replace(settings, lease_s=1.0, chunk_members=8, worker_threads=1, log_level="error")


@pytest.fixture
def crew(night_settings: Settings) -> Iterator[Crew]:
    made = Crew(night_settings, workers=2)
    yield made
    made.end()


def spoil(cluster: Cluster, member_id: UUID) -> None:
    """Let a member's profile say what no plan can be made from."""
    with cluster.control() as session:
        tenant_id = session.get_one(Member, member_id).tenant_id
        told = profile_columns(session, tenant_id, member_id, {"age_years": 5})
        changed = {**told, "version": Member.version + 1, "updated_at": func.now()}
        session.execute(update(Member).where(Member.id == member_id).values(changed))


def finish(cluster: Cluster, crew: Crew, batch_id: UUID) -> None:
    """Wait for the end of the batch."""
    give_up = time.monotonic() + PATIENCE_S
    while batch_row(cluster, batch_id).state != BatchState.FINISHED:
        assert time.monotonic() < give_up, counts(cluster, batch_id)
        crew.look()


def see_through(cluster: Cluster, crew: Crew, batch_id: UUID, kill_at: int) -> None:
    """Wait for the end of the batch; kill a worker once `kill_at` members are done."""
    give_up, killed = time.monotonic() + PATIENCE_S, False
    while (batch := batch_row(cluster, batch_id)).state != BatchState.FINISHED:
        assert time.monotonic() < give_up, counts(cluster, batch_id)
        if not killed and batch.done >= kill_at:
            crew.workers[0].kill()
            killed = True
        crew.look()
    assert killed


def test_night_gives_everybody_a_plan_but_those_whose_data_fails(
    cluster: Cluster, night_settings: Settings, crew: Crew
) -> None:
    steady = give_plans(cluster, STEADY, days=7)
    members = give_plans(cluster, ENDING)
    (killer,) = give_plans(cluster, 1, seed=POISON)
    sick = {members[17], members[60]}
    for member_id in sick:
        spoil(cluster, member_id)
    batch_id = start(cluster, night_settings)
    see_through(cluster, crew, batch_id, kill_at=STEADY + ENDING // 3)

    assert counts(cluster, batch_id) == {"unchanged": STEADY, "planned": ENDING - 2, "failed": 3}
    assert current_plans(cluster) == dict.fromkeys([*steady, *members, killer], 1)
    assert new_plans(cluster) == set(members) - sick
    assert reasons(cluster) == {
        killer: "/problems/worker-lost", **dict.fromkeys(sick, "/problems/invalid-request"),
    }  # fmt: skip
    assert crew.deaths > 2
    assert open_chunks(cluster, batch_id) == 0


def new_plans(cluster: Cluster) -> set[UUID]:
    with cluster.control() as session:
        current = (Plan.state == PlanState.CURRENT, Plan.start_date == NIGHT)
        return set(session.scalars(select(Plan.member_id).where(*current)))


def reasons(cluster: Cluster) -> dict[UUID, str]:
    with cluster.control() as session:
        return {row.member_id: row.problem["type"] for row in session.scalars(select(BatchFailure))}


def open_chunks(cluster: Cluster, batch_id: UUID) -> int:
    with cluster.control() as session:
        still = (Job.batch_id == batch_id, Job.state.in_((JobState.QUEUED, JobState.RUNNING)))
        left = session.scalar(select(Batch.chunks_left).where(Batch.id == batch_id))
        return (session.scalar(select(func.count()).where(*still)) or 0) + (left or 0)


def test_chunk_of_more_members_than_its_deadline_allows_is_done_in_parts(
    cluster: Cluster, settings: Settings
) -> None:
    members = give_plans(cluster, CROWD, days=7, start_date="2025-12-01")
    hurried = replace(settings, chunk_members=CROWD, job_deadline_s=2.0, worker_threads=1, log_level="error")
    batch_id = start(cluster, hurried)
    crew = Crew(hurried, workers=1)
    try:
        finish(cluster, crew, batch_id)
    finally:
        crew.end()
    assert counts(cluster, batch_id) == {"planned": CROWD}
    assert current_plans(cluster) == dict.fromkeys(members, 1)
    assert (crew.deaths, open_chunks(cluster, batch_id)) == (0, 0)
    with cluster.control() as session:
        chunks = session.scalars(select(Job).where(Job.batch_id == batch_id)).all()
    assert len(chunks) > 1
    assert sum(chunk.request["members"] for chunk in chunks) == CROWD
    assert {chunk.state for chunk in chunks} == {JobState.SUCCEEDED}
