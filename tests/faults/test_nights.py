"""Any process is killed at any moment of a night; after it everybody has one plan, and counts are right."""

from __future__ import annotations

import json
import random
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import psutil
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.cluster import Cluster
from models.errors import ModelError
from models.nights.batch import Batch, BatchState
from models.nights.failure import BatchFailure
from models.plans.plan import Plan, PlanState
from models.settings import Settings
from operations.running import REVEILLE, Platform, running_platform
from operations.stack.folder import DataFolder
from operations.stack.lock import running_owner
from operations.stack.orphans import servers_of
from tests.models.nights import give_plans

MEMBERS = 240
PATIENCE_S = 600.0  # the night's workers are the last whom a busy machine serves
LOOK_S = 0.1


@pytest.fixture
def platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    for name, value in {"LEASE_S": "2", "CHUNK_MEMBERS": "20", "WORKER_THREADS": "1"}.items():
        monkeypatch.setenv(f"REVEILLE_{name}", value)
    with running_platform(tmp_path / "data", "--workers", "1", "--batch-workers", "2") as running:
        yield running


@pytest.fixture
def cluster(platform: Platform) -> Iterator[Cluster]:
    owner = running_owner(platform.data)
    assert owner is not None
    made = Cluster(Settings.from_environment(owner), name="test")
    yield made
    made.close()


def processes(platform: Platform, *ends: str) -> list[psutil.Process]:
    everyone = psutil.Process(platform.process.pid).children(recursive=True)
    return [process for process in everyone if process.cmdline()[-1:] and process.cmdline()[-1] in ends]


def servers(platform: Platform, name: str) -> list[psutil.Process]:
    return [process for process in servers_of(DataFolder(path=platform.data)) if process.name() == name]


KILLS: dict[str, Callable[[Platform], list[psutil.Process]]] = {
    "a worker": lambda platform: processes(platform, "batch")[:1],
    "all workers": lambda platform: processes(platform, "batch"),
    "relay and scheduler": lambda platform: processes(platform, "workers.relay", "scheduler"),
    "postgresql": lambda platform: servers(platform, "postgres"),
    "valkey": lambda platform: servers(platform, "valkey-server"),
}


def run_batch(platform: Platform) -> UUID:
    command = [str(REVEILLE), "batch", "run", "--kind", "nutrition", "--json", "--data", str(platform.data)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return UUID(json.loads(done.stdout)["batches"][0]["id"])


def look(cluster: Cluster, see: Callable[[Session], object]) -> object:
    """What `see` finds, or None while the database is away."""
    try:
        with cluster.control() as session:
            return see(session)
    except ModelError:
        return None


@pytest.mark.long
@pytest.mark.parametrize("part", KILLS)
@pytest.mark.parametrize("moment", [0.15, 0.6])
def test_everybody_has_one_plan_after_a_kill(
    part: str, moment: float, platform: Platform, cluster: Cluster
) -> None:
    today = datetime.now(UTC).date()
    members = give_plans(cluster, MEMBERS, start_date=today.replace(year=today.year - 1).isoformat())
    batch_id = run_batch(platform)
    rng, give_up, killed = random.Random(f"{part} {moment}"), time.monotonic() + PATIENCE_S, False
    while True:
        batch = look(cluster, lambda session: session.get(Batch, batch_id))
        assert time.monotonic() < give_up, vars(batch) if isinstance(batch, Batch) else batch
        if isinstance(batch, Batch) and batch.state == BatchState.FINISHED:
            break
        with suppress(subprocess.TimeoutExpired):
            platform.process.wait(LOOK_S)
        if isinstance(batch, Batch) and not killed and batch.done >= MEMBERS * moment * rng.uniform(0.8, 1.2):
            for process in KILLS[part](platform):
                process.kill()
            killed = True
    assert killed
    assert (batch.planned, batch.done, batch.chunks_left) == (MEMBERS, MEMBERS, 0)
    assert look(cluster, lambda s: s.scalars(select(BatchFailure)).all()) == []
    current = select(Plan.member_id, Plan.start_date).where(Plan.state == PlanState.CURRENT)
    found = look(cluster, lambda s: [tuple(row) for row in s.execute(current)])
    assert sorted(member for member, _ in found) == sorted(members)  # type: ignore[attr-defined]
    assert {day for _, day in found} == {batch.first_day}  # type: ignore[attr-defined]
