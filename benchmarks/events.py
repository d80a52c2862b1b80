"""What events cost: three ways to lay them out in Redis, and their price for a worker."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import redis

from benchmarks.record import record
from models import migrations
from models.cluster import Cluster
from models.events.event import Event, EventType, event, event_text
from models.events.events import publish
from models.events.publisher import Publisher
from models.ids import new_bucket, new_id
from models.jobs.claim import claim
from models.jobs.enqueue import enqueue
from models.jobs.finish import Made, succeed
from models.jobs.job import Job
from models.jobs.queues import QueueName
from models.members.member import Member
from models.members.tenant import Tenant
from models.redis import connect
from models.settings import Settings
from operations.stack.servers import start_servers
from planners.spec import read_request

JOBS = 2_500
STEPS = (EventType.QUEUED, EventType.STARTED, EventType.PROGRESS, EventType.SUCCEEDED)
GROUP = 8  # events that a busy worker tells together
STREAMS = 16
ROUNDS = 5
BATCH = 400  # jobs of one round
REQUEST = {
    "kind": "nutrition", "start_date": "2026-12-01",
    "member": {"sex": "male", "age_years": 24, "height_cm": 178, "weight_kg": 82},
}  # fmt: skip
BODY = {"kind": "nutrition", "start_date": "2026-12-01", "days": []}

Layout = Callable[[redis.Redis, Sequence[Event]], object]


def run() -> list[dict[str, Any]]:
    """Measure on embedded servers, in CPU time, which other work on the machine disturbs least."""
    with tempfile.TemporaryDirectory() as folder, start_servers(Path(folder) / "data", {}) as servers:
        settings = Settings(database_url=servers.database_url, redis_url=servers.redis_url)
        publisher = Publisher(connect(settings))
        cluster = Cluster(settings, name="benchmark", publish=publisher.publish)
        quiet = Cluster(settings, name="benchmark")
        migrations.migrate(quiet.engine)
        try:
            with connect(settings) as client:
                return [*_layouts(client, quiet), *_price(cluster, quiet)]
        finally:
            publisher.close()
            cluster.close()
            quiet.close()


def _layouts(client: redis.Redis, cluster: Cluster) -> Iterator[dict[str, Any]]:
    events = _events(cluster)
    measured = {name: _cost(client, layout, events) for name, layout in LAYOUTS.items()}
    ours = measured.pop("one stream, an entry for a group")
    for peer, theirs in measured.items():
        for metric, unit in (("publisher", "us"), ("server", "us"), ("memory", "byte")):
            yield record(
                "events", f"{metric}, for each event", ours[metric], unit, runs=len(events), peer=peer,
                peer_value=theirs[metric], ratio=ours[metric] / theirs[metric],
            )  # fmt: skip


def _cost(client: redis.Redis, layout: Layout, events: Sequence[Event]) -> dict[str, float]:
    client.flushall()
    cpu, server = time.process_time(), _server_cpu_s(client)
    for start in range(0, len(events), GROUP):
        layout(client, events[start : start + GROUP])
    cpu, server = time.process_time() - cpu, _server_cpu_s(client) - server
    held = sum(client.memory_usage(key, samples=0) or 0 for key in client.scan_iter(count=1_000))
    count = len(events)
    return {"publisher": cpu / count * 1e6, "server": server / count * 1e6, "memory": held / count}


def _server_cpu_s(client: redis.Redis) -> float:
    used = client.info("cpu")
    return float(used["used_cpu_user"] + used["used_cpu_sys"])


def _for_each_job(client: redis.Redis, events: Sequence[Event]) -> None:
    with client.pipeline(transaction=False) as pipeline:
        for told in events:
            key = f"events:{told.job_id}"
            pipeline.xadd(key, {"event": event_text(told)}, maxlen=100, approximate=True)
            pipeline.expire(key, 3_600)
        pipeline.execute()


def _for_each_bucket(client: redis.Redis, events: Sequence[Event]) -> None:
    with client.pipeline(transaction=False) as pipeline:
        for told in events:
            entry: Any = {"job": told.job_id.bytes, "event": event_text(told)}
            pipeline.xadd(f"events:{told.job_id.int % STREAMS}", entry, maxlen=100_000, approximate=True)
        pipeline.execute()


LAYOUTS: dict[str, Layout] = {
    "one stream, an entry for a group": publish,
    "a stream for each job": _for_each_job,
    f"{STREAMS} streams, an entry for each event": _for_each_bucket,
}


def _price(telling: Cluster, quiet: Cluster) -> list[dict[str, Any]]:
    """The CPU time of claiming and finishing a job, with its two events published and without."""
    told, untold = [], []
    for seed in range(ROUNDS):
        told.append(_claim_and_finish(telling, _ask(quiet, seed, 0)))
        untold.append(_claim_and_finish(quiet, _ask(quiet, seed, 1)))
    ours, theirs = statistics.median(told), statistics.median(untold)
    return [
        record("events", "claim and finish, CPU of the worker for each job", ours, "us", runs=ROUNDS,
               peer="the same without events", peer_value=theirs, ratio=ours / theirs)
    ]  # fmt: skip


def _claim_and_finish(cluster: Cluster, jobs: Sequence[UUID]) -> float:
    cpu = time.process_time()
    for start in range(0, len(jobs), GROUP):
        with cluster.control() as session:
            held = claim(session, jobs[start : start + GROUP], worker="benchmark", lease_s=60)
        with cluster.control() as session:
            succeed(session, [Made(held=each, body=BODY) for each in held.values()])
    return (time.process_time() - cpu) / len(jobs) * 1e6


def _ask(cluster: Cluster, seed: int, half: int) -> list[UUID]:
    return [job.id for job in _jobs(cluster, range((2 * seed + half) * BATCH, (2 * seed + half + 1) * BATCH))]


def _events(cluster: Cluster) -> list[Event]:
    jobs = _jobs(cluster, range(1_000_000, 1_000_000 + JOBS))
    return [event(job, kind) for job in jobs for kind in STEPS]


def _jobs(cluster: Cluster, seeds: Iterable[int]) -> list[Job]:
    request = read_request(REQUEST, today=date(2026, 11, 30))
    with cluster.control() as session:
        tenant_id = session.query(Tenant.id).scalar()
        member = Member(id=new_id(new_bucket()), tenant_id=tenant_id)
        session.add(member)
        session.flush()
        asked = {"tenant_id": tenant_id, "member_id": member.id, "queue": QueueName.INTERACTIVE}
        return [enqueue(session, request=replace(request, seed=seed), **asked).job for seed in seeds]
