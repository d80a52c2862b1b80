"""Parts of a running platform are killed while jobs wait: every accepted job gives one plan, and only one."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import redis

from operations.client import Client
from operations.demo_login import demo_login
from operations.running import Platform, running_platform
from operations.stack.folder import DataFolder
from operations.stack.lock import running_owner
from operations.stack.orphans import servers_of
from tests.faults.plans import ask, assert_one_plan_each


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
    jobs = ask(client)
    asleep.send_signal(signal.SIGSTOP)
    assert_one_plan_each(client, jobs)
    asleep.send_signal(signal.SIGCONT)
    later = ask(client, first_seed=100)
    assert_one_plan_each(client, jobs + later)
