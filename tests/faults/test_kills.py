"""Parts of a running platform are killed while jobs wait: every accepted job gives one plan, and only one."""

from __future__ import annotations

import itertools
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID

import psutil
import pytest
import redis
from sqlalchemy import exists, select, text

from models.cluster import Cluster
from models.jobs.job import FINISHED, Job, JobState
from models.settings import Settings
from operations.client import Client
from operations.demo_login import demo_login
from operations.running import Platform, running_platform
from operations.stack.folder import DataFolder
from operations.stack.lock import running_owner
from operations.stack.orphans import servers_of
from tests.faults.plans import JOBS, ask, assert_one_plan_each

AT_WORK = text("""
SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name LIKE :like AND state = 'active')
""")


@pytest.fixture
def platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    """Two workers with short leases, so that what one loses the other soon has."""
    monkeypatch.setenv("REVEILLE_LEASE_S", "2")
    with running_platform(tmp_path / "data", "--workers", "2", "--batch-workers", "0") as running:
        yield running


@pytest.fixture
def client(platform: Platform) -> Client:
    return platform.client.login(*demo_login(platform.client, platform.data))


def processes(platform: Platform, *ends: str) -> list[psutil.Process]:
    """The platform's processes whose command line ends with one of these words."""
    everyone = psutil.Process(platform.process.pid).children(recursive=True)
    return [process for process in everyone if process.cmdline()[-1:] and process.cmdline()[-1] in ends]


def kill(found: list[psutil.Process]) -> None:
    assert found
    for process in found:
        process.kill()


def servers(platform: Platform, name: str) -> list[psutil.Process]:
    return [process for process in servers_of(DataFolder(path=platform.data)) if process.name() == name]


QUICK = ("postgresql", "workers", "everything")

KILLS: dict[str, Callable[[Platform], list[psutil.Process]]] = {
    "web and relay": lambda platform: processes(platform, "workers.relay", "web.app:create_app"),
    "postgresql": lambda platform: servers(platform, "postgres"),
    "valkey": lambda platform: servers(platform, "valkey-server"),
    "workers": lambda platform: processes(platform, "interactive"),
    "relay": lambda platform: processes(platform, "workers.relay"),
    "web": lambda platform: processes(platform, "web.app:create_app"),
    "everything": lambda platform: (
        processes(platform, "interactive", "workers.relay", "web.app:create_app", "scheduler")
        + servers_of(DataFolder(path=platform.data))
    ),
}


@pytest.mark.parametrize(
    "part", [pytest.param(part, marks=() if part in QUICK else pytest.mark.long) for part in KILLS]
)
def test_no_accepted_job_is_lost_or_done_twice_when_a_part_is_killed(
    part: str, platform: Platform, client: Client
) -> None:
    jobs = ask(client)
    kill(KILLS[part](platform))
    assert_one_plan_each(client, jobs)


def test_no_accepted_job_is_lost_when_redis_forgets_everything(platform: Platform, client: Client) -> None:
    jobs = ask(client)
    owner = running_owner(platform.data)
    assert owner is not None
    with redis.Redis.from_url(owner["REVEILLE_REDIS_URL"]) as server:
        server.flushall()
    assert_one_plan_each(client, jobs)


def test_a_worker_that_wakes_after_its_lease_writes_nothing(platform: Platform, client: Client) -> None:
    asleep = processes(platform, "interactive")[0]
    with database_of(platform) as cluster:
        jobs = stop_with_a_job_in_hand(cluster, client, asleep)
        taken = in_hand(cluster, asleep)
        assert_one_plan_each(client, jobs)
        done = [ending(cluster, job_id) for job_id in taken]
        assert all(attempts > 1 and not worker.endswith(f":{asleep.pid}") for attempts, worker, *_ in done)
        asleep.send_signal(signal.SIGCONT)
        later = ask(client, first_seed=10_000)
        assert_one_plan_each(client, later)
        assert_one_plan_each(client, jobs[-JOBS:])
        assert [ending(cluster, job_id) for job_id in taken] == done


@contextmanager
def database_of(platform: Platform) -> Iterator[Cluster]:
    owner = running_owner(platform.data)
    assert owner is not None
    cluster = Cluster(Settings(database_url=owner["REVEILLE_DATABASE_URL"]), name="test")
    yield cluster
    cluster.close()


def stop_with_a_job_in_hand(cluster: Cluster, client: Client, worker: psutil.Process) -> list[str]:
    """Ask until the worker stands still with a job in hand; what was asked last."""
    for first_seed in itertools.count(0, JOBS):
        jobs = ask(client, first_seed)
        while waiting(cluster):
            if in_hand(cluster, worker):
                worker.send_signal(signal.SIGSTOP)
                while worker.status() != psutil.STATUS_STOPPED or at_work(cluster, worker):
                    pass  # what it asked of the database before the signal came is done first
                if in_hand(cluster, worker):
                    return jobs
                worker.send_signal(signal.SIGCONT)
    raise AssertionError


def at_work(cluster: Cluster, worker: psutil.Process) -> bool:
    """Whether the database works on something for this process."""
    with cluster.control() as session:
        return bool(session.scalar(AT_WORK, {"like": f"%:{worker.pid}"}))


def waiting(cluster: Cluster) -> bool:
    with cluster.control() as session:
        return bool(session.scalar(select(exists().where(Job.state.not_in(FINISHED)))))


def in_hand(cluster: Cluster, worker: psutil.Process) -> list[UUID]:
    """The jobs that run in this process."""
    mine = (Job.state == JobState.RUNNING, Job.worker.endswith(f":{worker.pid}"))
    with cluster.control() as session:
        return list(session.scalars(select(Job.id).where(*mine)))


def ending(cluster: Cluster, job_id: UUID) -> tuple[int, str, int, UUID | None, datetime | None]:
    with cluster.control() as session:
        job = session.get_one(Job, job_id)
    return job.attempts, job.worker or "", job.token, job.plan_id, job.finished_at
