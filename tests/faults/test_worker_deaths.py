"""Workers that die at every step, and jobs that kill them: real processes, one plan a job, no crash loop."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from models.cluster import Cluster
from models.jobs.job import Job, JobState
from models.jobs.queues import QueueName
from models.jobs.rescue import LOST
from models.settings import Settings
from tests.faults import odd_worker as odd
from tests.faults.conftest import Working
from tests.faults.processes import kept
from tests.faults.rows import PATIENCE_S, ask, finished, plans
from workers.keeper import STUCK


@pytest.mark.parametrize(
    ("step", "attempts"),
    [(odd.DIES_ONCE_CLAIMED, 2), (odd.DIES_ONCE_PLANNED, 2), (odd.DIES_ONCE_SAVED, 1)],
    ids=["once it has claimed", "once it has planned", "once it has saved"],
)
def test_a_worker_killed_at_any_step_leaves_one_plan(
    working: Working, cluster: Cluster, step: int, attempts: int
) -> None:
    jobs = ask(cluster, step)
    with working() as worker:
        job = finished(cluster, jobs)[step]
        while not worker.ends:  # the row is there before the death is told
            assert worker.process.wait(PATIENCE_S) is not None
    assert (job.state, job.attempts) == (JobState.SUCCEEDED, attempts)
    assert plans(cluster) == [job.id]


@pytest.mark.long
def test_a_killed_workers_job_is_picked_up_within_ten_seconds_under_the_default_lease(
    settings: Settings, cluster: Cluster, tmp_path: Path
) -> None:
    jobs = ask(cluster, odd.DIES_ONCE_CLAIMED)
    environ = {**settings.environment(), "ODD_FOLDER": str(tmp_path)}
    with (
        kept("workers.relay", environ=environ),
        kept("tests.faults.odd_worker", QueueName.INTERACTIVE, environ=environ),
        kept(
            "tests.faults.odd_worker", QueueName.INTERACTIVE, environ=environ
        ),  # for one that is free when the other dies
    ):
        job = finished(cluster, jobs)[odd.DIES_ONCE_CLAIMED]
    assert job.attempts == 2
    assert job.started_at is not None
    died = datetime.fromtimestamp(
        (tmp_path / str(odd.DIES_ONCE_CLAIMED)).stat().st_mtime, tz=job.started_at.tzinfo
    )
    assert (job.started_at - died).total_seconds() <= 10


@pytest.mark.long
def test_a_job_that_kills_its_worker_is_a_dead_letter_and_its_neighbours_finish(
    working: Working, cluster: Cluster
) -> None:
    neighbours = range(odd.TAKES_A_WHILE, odd.TAKES_A_WHILE + 8)
    jobs = ask(cluster, odd.KILLS, *neighbours)
    with working() as worker:
        done = finished(cluster, jobs)
        ends = list(worker.ends)
    poison = done.pop(odd.KILLS)
    assert (poison.state, poison.attempts) == (JobState.FAILED, 5)
    assert poison.error["type"] == "/problems/worker-lost"
    assert [entry["attempt"] for entry in poison.history] == [1, 2, 3, 4, 5]
    assert {job.state for job in done.values()} == {JobState.SUCCEEDED}
    assert plans(cluster) == sorted(job.id for job in done.values())
    assert len(ends) == 5  # once for each attempt, and no more


@pytest.mark.parametrize(
    ("seed", "reason", "ends"),
    [
        (odd.EATS, "an unexpected MemoryError", []),
        pytest.param(
            odd.OBEYS_ITS_DEADLINE, "the planner was stopped before it had a plan", [], marks=pytest.mark.long
        ),
        pytest.param(odd.IGNORES_ITS_DEADLINE, LOST["detail"], [STUCK] * 2, marks=pytest.mark.long),
        pytest.param(odd.HOLDS_THE_INTERPRETER, LOST["detail"], [1, 1], marks=pytest.mark.long),
    ],
    ids=["out of memory", "deadline", "deadline ignored", "deadline in C"],
)
def test_a_job_that_cannot_end_well_is_a_dead_letter_with_its_reason(
    working: Working, cluster: Cluster, seed: int, reason: str, ends: list[int]
) -> None:
    jobs = ask(cluster, seed)
    with working(max_attempts=2, job_deadline_s=1.0) as worker:
        job = finished(cluster, jobs)[seed]
        after = ask(cluster, odd.TAKES_A_WHILE)  # for the worker that is there, or the one after it
        assert finished(cluster, after)[odd.TAKES_A_WHILE].state == JobState.SUCCEEDED
        seen = list(worker.ends)
    assert (job.state, job.attempts, len(job.history)) == (JobState.FAILED, 2, 2)
    assert job.error["detail"] == reason
    assert seen == ends


def test_a_worker_told_to_end_finishes_what_it_has_in_hand(working: Working, cluster: Cluster) -> None:
    jobs = ask(cluster, *range(odd.TAKES_A_WHILE, odd.TAKES_A_WHILE + 20))
    with working() as worker:
        until_running(cluster)
        worker.process.terminate()
        done = finished(cluster, jobs)
        assert worker.ends == [0]
    assert {(job.state, job.attempts) for job in done.values()} == {(JobState.SUCCEEDED, 1)}
    assert plans(cluster) == sorted(jobs.values())


def until_running(cluster: Cluster) -> None:
    running = 0
    while running == 0:
        with cluster.control() as session:
            running = session.scalar(select(func.count()).where(Job.state == JobState.RUNNING)) or 0
