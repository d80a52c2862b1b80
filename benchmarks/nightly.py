"""A night of many members beside the bare planners on the same cores; the unchanged; one worker and two.

Everything shares the machine's cores: worker processes, relay, PostgreSQL and Valkey. So two workers are set
against one twice: by the clock, where the servers take their share from both, and by the workers' own
processor time, as if the servers had cores of their own. The members' diets, goals and tests are drawn at
random; each has a plan that is over, so that the night makes the next one.
The bare planners get the requests of a part of the members in the same order, in as many processes, and
nothing is saved. One worker is set against two on another tenant of fewer members, so that it stays short.
REVEILLE_NIGHTLY_MEMBERS=400 makes it short.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
from sqlalchemy import create_engine, insert, select

from benchmarks.members import TODAY, nutrition_request, workout_request
from benchmarks.record import record
from models import migrations
from models.cluster import Cluster, dialect_url
from models.ids import bucket_of, new_bucket, new_id
from models.members.member import Member
from models.members.tenant import Tenant
from models.nights.batch import Batch, BatchState
from models.nights.start import start_nights
from models.plans.plan import Plan
from models.plans.stored import packed_plan
from models.sealing.roots import new_root_key
from models.settings import Settings
from operations.stack.servers import start_servers
from planners.errors import PlannerError
from planners.make import make_plan
from planners.plan import plan_json
from planners.renewal.renew import likeness
from planners.spec import Kind, PlanRequest, request_json
from workers.warm import warm_up

MEMBERS = int(os.environ.get("REVEILLE_NIGHTLY_MEMBERS", "20000"))
SOME = min(MEMBERS, 2_000)  # of a tenant of their own, for one worker against two
BARE = min(MEMBERS, 5_000)  # whose requests the bare planners get
PROCESSES = 2
BEFORE = TODAY - timedelta(days=400)  # when the plans of before began: all are over
OF_THE_PLANNERS, UNCHANGED_A_SECOND, WORKERS_RATIO, WORKER_MB = 0.60, 5_000.0, 1.8, 400.0
EVERYBODY = 2_100_000
FEWER = "fewer"  # the tenant for one worker against two
ROOT = Path(__file__).parents[1]
MAKERS = {Kind.NUTRITION: nutrition_request, Kind.WORKOUT: workout_request}


@dataclass(frozen=True, kw_only=True)
class Night:
    """What a night of one kind did, its workers' processor seconds, and the largest worker's memory in MB."""

    planned: int
    failed: int
    done: int
    seconds: float
    cpu_s: float
    first_mb: float
    last_mb: float
    most_mb: float

    @property
    def rate(self) -> float:
        return self.done / self.seconds

    @property
    def by_processor(self) -> float:
        """Members a second of one worker's processor time."""
        return self.done / self.cpu_s


def run() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder, start_servers(Path(folder) / "servers", {}) as servers:
        settings = Settings(
            database_url=servers.database_url,
            redis_url=servers.redis_url,
            root_keys=new_root_key(),
            log_level="warning",
            worker_threads=1,
        )
        engine = create_engine(dialect_url(servers.database_url))
        migrations.migrate(engine)
        engine.dispose()
        cluster = Cluster(replace(settings, database_timeout_s=300), name="benchmark")
        fill(cluster, "default", MEMBERS)
        fill(cluster, FEWER, SOME)
        results = [line for kind in Kind for line in _of_kind(cluster, settings, kind)]
        cluster.close()
    return results


def _of_kind(cluster: Cluster, settings: Settings, kind: Kind) -> list[dict[str, Any]]:
    def told(metric: str, value: float, unit: str, **more: Any) -> dict[str, Any]:
        return record("nightly", f"{kind}: {metric}", value, unit, runs=1, **more)

    night = _night(cluster, settings, kind, PROCESSES)
    again = _night(cluster, settings, kind, PROCESSES)
    bare = _bare(kind, settings.chunk_members, PROCESSES)
    pair = [_night(cluster, settings, kind, n, tenant=FEWER, forced=True, day=2 + n) for n in (1, PROCESSES)]
    saved = night.planned / night.seconds
    hours = EVERYBODY / night.rate * os.cpu_count() / 3600  # type: ignore[operator]
    return [
        told(f"plans saved a second, {PROCESSES} workers and their servers", saved, "plans/s",
             peer=f"the planners alone, {PROCESSES} processes", peer_value=bare, ratio=saved / bare,
             target=OF_THE_PLANNERS),
        told("unchanged members skipped a second", again.rate, "members/s", target=UNCHANGED_A_SECOND),
        told("two workers against one, by the clock", pair[1].rate, "members/s", peer="one worker",
             peer_value=pair[0].rate, ratio=pair[1].rate / pair[0].rate),
        told("two workers against one, by their own processor time", PROCESSES * pair[1].by_processor,
             "members/s", peer="one worker", peer_value=pair[0].by_processor,
             ratio=PROCESSES * pair[1].by_processor / pair[0].by_processor, target=WORKERS_RATIO),
        told("largest worker, resident", night.most_mb, "MB", target=WORKER_MB, at_most=True),
        told("growth of a worker after the first tenth of the night", night.last_mb - night.first_mb, "MB"),
        told(f"core-hours for {EVERYBODY:,} members, servers included", hours, "core-hours"),
    ]  # fmt: skip


def fill(cluster: Cluster, slug: str, members: int) -> None:
    """Members of a tenant who each have a menu and a training plan that are over."""
    bodies = {kind: _old_body(kind) for kind in Kind}
    tenant_id = _tenant(cluster, slug)
    with ProcessPoolExecutor(PROCESSES) as pool:
        for start in range(0, members, 1_000):
            numbers = range(start, min(members, start + 1_000))
            ids = [new_id(new_bucket()) for _ in numbers]
            with cluster.control() as session:
                session.execute(insert(Member), [{"id": i, "tenant_id": tenant_id} for i in ids])
            for kind in Kind:
                packed = pool.map(
                    _packed, [kind] * len(ids), numbers, [bodies[kind]] * len(ids), chunksize=50
                )
                with cluster.control() as session:
                    rows = [_row(session, tenant_id, i, kind, p) for i, p in zip(ids, packed, strict=True)]
                    session.execute(insert(Plan), rows)
    with cluster.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")


def _tenant(cluster: Cluster, slug: str) -> UUID:
    with cluster.control() as session:
        found = session.scalar(select(Tenant.id).where(Tenant.slug == slug))
        if found is None:
            made = Tenant(id=new_id(0), slug=slug, name=slug)
            session.add(made)
            found = made.id
        return found


def _old_body(kind: Kind) -> dict[str, Any]:
    return plan_json(make_plan(_old(kind, 0)))


def _old(kind: Kind, number: int) -> PlanRequest:
    return replace(MAKERS[kind](number, BEFORE), start_date=BEFORE)


def _packed(kind: Kind, number: int, body: dict[str, Any]) -> Any:
    return packed_plan(kind, body, request_json(_old(kind, number)))


def _row(session: Any, tenant_id: UUID, member_id: UUID, kind: Kind, packed: Any) -> dict[str, Any]:
    named = {"id": new_id(bucket_of(member_id)), "tenant_id": tenant_id, "member_id": member_id, "kind": kind}
    return {**named, **packed.columns(session)}


def _night(
    cluster: Cluster,
    settings: Settings,
    kind: Kind,
    workers: int,
    *,
    tenant: str = "default",
    forced: bool = False,
    day: int = 1,
) -> Night:
    """Start the tenant's night that leads to the day `day` from the members' today; see it through."""
    with _processes(settings, workers) as running:
        (begun,) = start_nights(
            cluster, settings, datetime.now(UTC), Tenant.slug == tenant, by="benchmark", kinds=(kind,),
            forced=forced, day=datetime.now(UTC).date() + timedelta(days=day),
        )  # fmt: skip
        before_s = _cpu_s(running)
        sizes: list[float] = []
        while True:
            with cluster.control() as session:
                batch = session.get_one(Batch, begun.batch.id, populate_existing=True)
            sizes.append(max(p.memory_info().rss for p in running) / 2**20)
            if batch.state == BatchState.FINISHED:
                break
            time.sleep(0.2)
        cpu_s = _cpu_s(running) - before_s
    assert batch.finished_at is not None  # noqa: S101 (for the type checker)
    return Night(
        planned=batch.planned, failed=batch.failed, done=batch.done,
        seconds=(batch.finished_at - batch.started_at).total_seconds(), cpu_s=cpu_s,
        first_mb=sizes[len(sizes) // 10], last_mb=sizes[-1], most_mb=max(sizes),
    )  # fmt: skip


def _cpu_s(processes: Sequence[psutil.Process]) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in processes)


@contextmanager
def _processes(settings: Settings, workers: int) -> Iterator[list[psutil.Process]]:
    """Batch workers and a relay, warm."""
    environ = {**os.environ, **settings.environment(), "MALLOC_ARENA_MAX": "2"}
    relay = subprocess.Popen([sys.executable, "-m", "workers.relay"], cwd=ROOT, env=environ)
    batch = [
        subprocess.Popen([sys.executable, "-m", "workers", "batch"], cwd=ROOT, env=environ)
        for _ in range(workers)
    ]
    found = [psutil.Process(process.pid) for process in batch]
    while not all(any(c.type for c in p.net_connections(kind="unix")) for p in found):  # warm, and connected
        time.sleep(0.1)
    try:
        yield found
    finally:
        for process in (*batch, relay):
            process.send_signal(signal.SIGTERM)
        for process in (*batch, relay):
            process.wait()


def _bare(kind: Kind, chunk: int, processes: int) -> float:
    """Plans a second of the planners alone: the same requests in the same order, in as many processes."""
    chunks = [range(start, min(BARE, start + chunk)) for start in range(0, BARE, chunk)]
    with ProcessPoolExecutor(processes, initializer=warm_up) as pool:
        list(pool.map(_nothing, range(4 * processes)))
        begin = time.perf_counter()
        made = sum(pool.map(_plan_all, [kind] * len(chunks), chunks))
        return made / (time.perf_counter() - begin)


def _nothing(_: int) -> None:
    time.sleep(0.2)


def _plan_all(kind: Kind, numbers: Sequence[int]) -> int:
    requests = [replace(MAKERS[kind](n, TODAY), start_date=TODAY) for n in numbers]
    requests.sort(key=lambda request: likeness(request_json(request)))
    return sum(_is_planned(request) for request in requests)


def _is_planned(request: PlanRequest) -> bool:
    try:
        make_plan(request)
    except PlannerError:
        return False
    return True
