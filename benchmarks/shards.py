"""Shards: what asking a shard for a bucket costs, two servers against one, and a move under load.

REVEILLE_BENCH_MOVED sets how many plans are moved; the target is for 100,000.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from sqlalchemy import create_engine, insert, text
from sqlalchemy.engine import make_url

from benchmarks.members import nutrition_request
from benchmarks.record import record
from models import migrations
from models.cluster import Cluster, dialect_url
from models.ids import new_id
from models.members.member import Member
from models.members.tenant import Tenant
from models.plans.stored import packed_plan
from models.settings import Settings
from models.shards.add import add_shard
from models.shards.moving import Moved, move
from models.shards.verify import see_shards
from operations.stack.postgres import programs
from operations.stack.servers import Servers, start_servers
from planners.make import make_plan
from planners.plan import plan_json
from planners.spec import request_json

PLANS = int(os.environ.get("REVEILLE_BENCH_MOVED", "100000"))
BUCKETS = range(64)
MEMBERS = 2_000
TRANSACTIONS, ROUNDS = 2_000, 5
CLIENTS, WRITE_S = 8, 8
BEFORE_S = 15.0

LOOK = text("SELECT logged FROM member WHERE id = :id")

# What a request writes: a job, and what is owed for it.
SCRIPT = """
\\set member random(1, :members)
WITH one AS (SELECT id, tenant_id FROM member ORDER BY id OFFSET :member - 1 LIMIT 1), made AS (
    INSERT INTO job (id, tenant_id, member_id, kind, queue, request)
    SELECT gen_random_uuid(), tenant_id, id, 'nutrition', 'interactive',
        jsonb_build_object('x', repeat('x', 600))
    FROM one RETURNING id, tenant_id, queue
) INSERT INTO outbox (job_id, tenant_id, queue) SELECT id, tenant_id, queue FROM made
"""


def run() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder, _two(Path(folder)) as (servers, settings):
        cluster = Cluster(settings, name="bench")
        add_shard(cluster, "east")
        found = [*_fence(cluster), *_writes(servers), *_move(cluster, settings)]
        cluster.close()
    return found


@contextmanager
def _two(folder: Path) -> Iterator[tuple[list[Servers], Settings]]:
    with start_servers(folder / "one", {}) as one, start_servers(folder / "two", {}) as two:
        for each in (one, two):
            engine = create_engine(dialect_url(each.database_url))
            migrations.migrate(engine)
            engine.dispose()
        shards = f"east={two.database_url}"
        yield [one, two], Settings(database_url=one.database_url, redis_url=one.redis_url, shard_urls=shards)


def _fence(cluster: Cluster) -> list[dict[str, Any]]:
    """A transaction that looks at a member's row, without and with the question for its bucket, in turn.

    It writes nothing, so that no disk is waited for.
    """
    member_id = _member(cluster)
    shard = cluster.shard_of(member_id)
    ways: dict[str, Callable[[], Any]] = {"plain": shard.work, "fenced": lambda: cluster.write(member_id)}
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            begin = time.perf_counter()
            for _ in range(TRANSACTIONS // ROUNDS):
                with way() as session:
                    session.execute(LOOK, {"id": member_id})
            taken[name].append((time.perf_counter() - begin) / (TRANSACTIONS // ROUNDS))
    plain, fenced = (median(taken[name]) * 1e6 for name in ways)
    return [
        record("shards", "transaction with the question for its bucket", fenced, "µs", peer="without it",
               peer_value=plain, ratio=fenced / plain, runs=ROUNDS),
    ]  # fmt: skip


def _member(cluster: Cluster, bucket: int = 0) -> Any:
    member_id = new_id(bucket)
    with cluster.control() as session:
        tenant = session.scalars(text("SELECT id FROM tenant")).one()
    with cluster.write(member_id) as session:
        session.execute(insert(Member), [{"id": member_id, "tenant_id": tenant}])
    return member_id


def _writes(servers: Sequence[Servers]) -> list[dict[str, Any]]:
    """pgbench on one server, then on both at once with as many clients in all; the median of some turns."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(SCRIPT)
        script.flush()
        for server in servers:
            _fill_members(server.database_url)
        one, two, busy = [], [], []
        for _ in range(3):
            one.append(sum(_pgbench(servers[:1], script.name)))
            psutil.cpu_percent()
            two.append(sum(_pgbench(servers, script.name)))
            busy.append(psutil.cpu_percent())
    for server in servers:
        _empty(server.database_url)
    return [
        record("shards", f"writes on two servers (processors {median(busy):.0f} % busy)", median(two), "1/s",
               peer="one server", peer_value=median(one), ratio=median(two) / median(one), runs=3),
    ]  # fmt: skip


def _fill_members(url: str) -> None:
    engine = create_engine(dialect_url(url))
    with engine.begin() as connection:
        connection.execute(text("SET app.tenant = '*'"))
        connection.execute(text(
            "INSERT INTO member (id, tenant_id) SELECT gen_random_uuid(), tenant.id "
            "FROM tenant, generate_series(1, 200)"
        ))  # fmt: skip
    engine.dispose()


def _empty(url: str) -> None:
    engine = create_engine(dialect_url(url))
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE outbox, member CASCADE"))
    engine.dispose()


def _pgbench(servers: Sequence[Servers], script: str) -> list[float]:
    """Transactions a second of each server, measured at the same time."""
    clients = str(CLIENTS // len(servers))
    command = [str(programs() / "pgbench"), "-n", "-f", script, "-c", clients, "-j", "1", "-T", str(WRITE_S),
               "-D", "members=200", "-M", "prepared"]  # fmt: skip
    running = []
    for server in servers:
        url = make_url(dialect_url(server.database_url)).set(drivername="postgresql")
        environ = {**os.environ, "PGOPTIONS": "-c app.tenant=*"}
        running.append(subprocess.Popen(
            [*command, url.render_as_string(hide_password=False)], env=environ, stdout=-1, text=True
        ))  # fmt: skip
    told = [process.communicate()[0] for process in running]
    return [float(words.rpartition("tps = ")[2].split()[0]) for words in told]


def _move(cluster: Cluster, settings: Settings) -> list[dict[str, Any]]:
    ids = _fill(cluster)
    end = threading.Event()
    with _load(settings, ids) as told:
        time.sleep(BEFORE_S)
        began = time.time()
        done = move(cluster, BUCKETS, "east", by="bench")
        ended = time.time()
    end.set()
    before = [took for at, took, _ in told if at < began]
    during = [took for at, took, _ in told if began <= at <= ended]
    failed = sum(not right for _, _, right in told)
    faults = [fault for shard in see_shards(cluster, closely=True) for fault in shard.faults]
    if faults or done.rows < PLANS:
        raise RuntimeError(f"{done.rows} rows were moved; {faults}")
    return [*_told(done, ended - began), *_latency(before, during), record(
        "shards", "requests that failed during the move", failed, "requests", runs=len(told), target=0,
        at_most=True,
    )]  # fmt: skip


def _told(done: Moved, seconds: float) -> list[dict[str, Any]]:
    return [
        record("shards", f"move of {done.buckets} buckets with {PLANS:,} plans, longest pause",
               max(done.pauses_s), "s", runs=1, target=1.0, at_most=True),
        record("shards", "rows moved, verified and deleted at their source", done.rows / seconds, "1/s",
               runs=1),
    ]  # fmt: skip


def _latency(before: Sequence[float], during: Sequence[float]) -> list[dict[str, Any]]:
    was, now = (sorted(taken)[round(0.99 * (len(taken) - 1))] for taken in (before, during))
    return [
        record("shards", "request during the move, p99", now * 1e3, "ms", peer="before it",
               peer_value=was * 1e3, ratio=now / was, runs=len(during), target=3.0, at_most=True),
        record("shards", "longest request during the move", max(during), "s", peer="before it",
               peer_value=max(before), ratio=max(during) / max(before), runs=len(during)),
    ]  # fmt: skip


def _fill(cluster: Cluster) -> list[Any]:
    request = nutrition_request(0)
    packed = packed_plan(request.kind, plan_json(make_plan(request)), request_json(request))
    ids = [new_id(bucket % len(BUCKETS)) for bucket in range(MEMBERS)]
    each = PLANS // MEMBERS
    with cluster.control() as session:
        tenant = session.query(Tenant).one().id
        session.execute(insert(Member), [{"id": m, "tenant_id": tenant} for m in ids])
        columns = packed.columns(session)
        session.execute(text("""
        INSERT INTO plan (id, tenant_id, member_id, kind, state, start_date, days, catalogue_id, content)
        SELECT overlay(gen_random_uuid()::text PLACING left(m.id::text, 18) FROM 1 FOR 18)::uuid,
            m.tenant_id, m.id, 'nutrition', CASE n WHEN 1 THEN 'current' ELSE 'superseded' END, :start,
            :days, :catalogue, :content
        FROM member m, generate_series(1, :each) n WHERE m.id = ANY(:ids)
        """), {"each": each, "start": columns["start_date"], "days": columns["days"], "ids": ids,
               "catalogue": columns["catalogue_id"], "content": columns["content"]})  # fmt: skip
    with cluster.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return ids


LOAD = """
import json, sys, threading, time
from datetime import date
from uuid import UUID
from models.cluster import Cluster
from models.members.logs import write_entry
from models.members.member import Member
from models.members.weight_log import WeightLog
from models.plans.plan import Plan
from models.settings import Settings
from sqlalchemy import select

told = json.loads(sys.stdin.readline())
ids = [UUID(each) for each in told["ids"]]
cluster = Cluster(Settings(**told["settings"]), name="load")
lock = threading.Lock()

def work(start):
    at = start
    while True:
        at += 1
        member_id = ids[(at * 7919) % len(ids)]
        begin = time.time()
        try:
            if at % 2:
                with cluster.read(member_id) as session:
                    found = session.scalars(select(Plan).where(Plan.member_id == member_id).limit(5)).all()
                    right = len(found) == 5
            else:
                with cluster.write(member_id) as session:
                    tenant = session.get_one(Member, member_id).tenant_id
                    entry = {"weight_kg": 80.0}
                    values = {"date": date.fromordinal(700_000 + at % 9000), "entry": entry}
                    whose = {"tenant_id": tenant, "member_id": member_id}
                    write_entry(session, WeightLog, **whose, values=values)
                    right = True
        except Exception as error:
            print(error, file=sys.stderr)
            right = False
        with lock:
            print(json.dumps([begin, time.time() - begin, right]), flush=True)
        time.sleep(0.03)

for n in range(4):
    threading.Thread(target=work, args=(n * 1_000_000,), daemon=True).start()
sys.stdin.read()
"""


@contextmanager
def _load(settings: Settings, ids: Sequence[Any]) -> Iterator[list[tuple[float, float, bool]]]:
    """Members read plans and log weights in a process of their own: (when, how long, whether right)."""
    told: list[tuple[float, float, bool]] = []
    with subprocess.Popen([sys.executable, "-c", LOAD], stdin=-1, stdout=-1, text=True) as process:
        assert process.stdin is not None and process.stdout is not None  # noqa: PT018, S101
        given = {"database_url": settings.database_url, "shard_urls": settings.shard_urls}
        process.stdin.write(json.dumps({"ids": list(map(str, ids)), "settings": given}) + "\n")
        process.stdin.flush()

        def read() -> None:
            for line in process.stdout or ():
                told.append(tuple(json.loads(line)))

        reader = threading.Thread(target=read)
        reader.start()
        yield told
        process.stdin.close()
        reader.join()
