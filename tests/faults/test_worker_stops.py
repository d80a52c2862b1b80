"""Workers that stand still with a job in hand, or with its rows locked: another does it, and they nothing."""

from __future__ import annotations

import signal
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import psutil
import pytest

from models.cluster import Cluster
from models.jobs.job import Job, JobState
from models.jobs.queues import QueueName
from models.settings import Settings
from tests.faults import odd_worker as odd
from tests.faults.processes import Kept, kept
from tests.faults.rows import ask, finished, plans

STEPS = pytest.mark.parametrize(
    "step",
    [odd.STOPS_ONCE_CLAIMED, odd.STOPS_ONCE_ITS_ROWS_ARE_LOCKED],
    ids=["once it has claimed", "once its rows are locked"],
)


@STEPS
def test_a_worker_stopped_at_any_step_loses_its_job_and_writes_nothing_when_it_wakes(
    settings: Settings, cluster: Cluster, tmp_path: Path, step: int
) -> None:
    quick = replace(settings, lease_s=2.0, resend_s=1.0)
    done = stop_and_wake(quick, cluster, tmp_path, step)
    assert (done.state, done.attempts) == (JobState.SUCCEEDED, 2)
    assert plans(cluster) == [done.id]


@pytest.mark.long
@STEPS
def test_a_stopped_workers_job_starts_again_within_ten_seconds_under_the_default_lease(
    settings: Settings, cluster: Cluster, tmp_path: Path, step: int
) -> None:
    done = stop_and_wake(settings, cluster, tmp_path, step)
    assert done.started_at is not None
    stopped = datetime.fromtimestamp((tmp_path / str(step)).stat().st_mtime, tz=done.started_at.tzinfo)
    assert done.attempts == 2
    assert (done.started_at - stopped).total_seconds() <= 10


def stop_and_wake(settings: Settings, cluster: Cluster, folder: Path, step: int) -> Job:
    """One of two workers stops at the step, and wakes and ends when the other has done the job: its row."""
    environ = {**settings.environment(), "ODD_FOLDER": str(folder)}
    odd_worker = ("tests.faults.odd_worker", QueueName.INTERACTIVE)
    with (
        kept("workers.relay", environ=environ),
        kept(*odd_worker, environ=environ) as one,
        kept(*odd_worker, environ=environ) as other,
    ):
        jobs = ask(cluster, step)
        done = finished(cluster, jobs)[step]
        (asleep,) = [worker for worker in (one, other) if stands_still(worker)]
        assert done.worker
        assert not done.worker.endswith(f":{asleep.process.pid}")
        asleep.process.send_signal(signal.SIGCONT)
        assert asleep.stop() == 0  # which it does when it has nothing more in hand
    assert facts(finished(cluster, jobs)[step]) == facts(done)
    return done


def stands_still(worker: Kept) -> bool:
    return psutil.Process(worker.process.pid).status() == psutil.STATUS_STOPPED


def facts(job: Job) -> tuple[object, ...]:
    return job.state, job.attempts, job.token, job.worker, job.plan_id, job.finished_at
