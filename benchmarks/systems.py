"""Four job queues under one face: ours, Celery, Procrastinate and bare Dramatiq, on the same two servers.

Each runs two worker processes whose jobs do nothing (benchmarks/peers/ledger.py). Ours, Procrastinate's and
Dramatiq's work on eight at a time, Celery's on one, with which it was quickest here. Each is given jobs one
by one, and many by the best that it has: ours `enqueue_many`, Procrastinate `batch_defer`, Celery a held
connection, for it knows no batches; Dramatiq has neither. The servers keep their promises as they stand:
PostgreSQL syncs every commit, Valkey its log every second.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import ClassVar, Protocol
from uuid import uuid4

import procrastinate
import psutil
import redis
from celery import Celery
from celery.result import AsyncResult
from sqlalchemy import URL, create_engine, text
from sqlalchemy.engine import make_url

from models import migrations
from models.cluster import Cluster, dialect_url
from models.ids import new_bucket, new_id
from models.jobs.enqueue import enqueue
from models.jobs.enqueue_many import Wanted, enqueue_many
from models.jobs.queues import QueueName
from models.members.member import Member
from models.sealing.roots import new_root_key
from models.settings import Settings
from operations.stack.servers import Servers
from planners.spec import PlanRequest, read_request

PROCESSES = 2
AT_A_TIME = 8
ROOT = Path(__file__).parents[1]
MEMBERS = 200
REQUEST = {
    "kind": "nutrition",
    "start_date": "2026-12-01",
    "member": {"sex": "male", "age_years": 24, "height_cm": 178, "weight_kg": 82},
}


class System(Protocol):
    """One job queue: start it, put jobs in, look how many are done and when each began, stop it."""

    name: ClassVar[str]
    slots: ClassVar[int]  # jobs that it works on at a time

    @property
    def workers(self) -> Workers: ...
    def start(self) -> None: ...
    def start_workers(self) -> None: ...
    def put(self) -> None: ...
    def put_many(self, count: int) -> None: ...
    def done(self) -> int: ...
    def stop(self) -> None: ...


class Workers:
    """The worker processes of a system."""

    def __init__(self) -> None:
        self.processes: list[subprocess.Popen[bytes]] = []

    def spawn(self, environ: Mapping[str, str], *arguments: str) -> None:
        self.processes.append(
            subprocess.Popen(
                [sys.executable, *arguments], cwd=ROOT, env={**os.environ, **environ},
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
        )  # fmt: skip

    def kill(self) -> None:
        """Kill every process, with its children, and forget them."""
        for process in self.everybody():
            process.kill()
        for process in self.processes:
            process.wait()
        self.processes.clear()

    def everybody(self) -> list[psutil.Process]:
        """The processes and their children."""
        heads = [psutil.Process(process.pid) for process in self.processes]
        return [each for head in heads for each in (head, *head.children(recursive=True))]

    def end(self) -> None:
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            process.wait()


def new_database(servers: Servers) -> URL:
    """An empty database of its own."""
    url = make_url(dialect_url(servers.database_url))
    name = f"bench_{uuid4().hex}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return url.set(database=name)


class Ours:
    """enqueue in a transaction of its own, relay, claim, finish with a plan row."""

    name = "reveille"
    slots = PROCESSES * AT_A_TIME

    def __init__(self, servers: Servers) -> None:
        url = new_database(servers).set(drivername="postgresql").render_as_string(hide_password=False)
        self.settings = Settings(
            database_url=url, redis_url=servers.redis_url.replace("db=0", "db=1"), worker_threads=AT_A_TIME,
            log_level="warning", root_keys=new_root_key(),
        )  # fmt: skip
        self.cluster = Cluster(self.settings, name="benchmark")
        self.workers = Workers()
        self.request: PlanRequest = read_request(REQUEST, today=date(2026, 11, 30))
        self.members: list[Member] = []
        self.count = 0

    def start(self) -> None:
        migrations.migrate(self.cluster.engine)
        with self.cluster.control() as session:
            tenant = session.execute(text("SELECT id FROM tenant")).scalar_one()
            self.members = [Member(id=new_id(new_bucket()), tenant_id=tenant) for _ in range(MEMBERS)]
            session.add_all(self.members)
        self.start_workers()

    def start_workers(self) -> None:
        for _ in range(PROCESSES):
            self.workers.spawn(self.settings.environment(), "-m", "benchmarks.noop_worker")
        self.workers.spawn(self.settings.environment(), "-m", "workers.relay")

    def put(self) -> None:
        wanted = self._wanted()
        with self.cluster.write(wanted.member_id) as session:
            enqueue(
                session, tenant_id=wanted.tenant_id, member_id=wanted.member_id, request=wanted.request,
                queue=QueueName.INTERACTIVE,
            )  # fmt: skip

    def put_many(self, count: int) -> None:
        with self.cluster.control() as session:
            enqueue_many(session, [self._wanted() for _ in range(count)], queue=QueueName.INTERACTIVE)

    def _wanted(self) -> Wanted:
        self.count += 1
        member = self.members[self.count % MEMBERS]
        request = replace(self.request, seed=self.count)  # equal requests would join
        return Wanted(tenant_id=member.tenant_id, member_id=member.id, request=request)

    def done(self) -> int:
        with self.cluster.control() as session:
            done = text("SELECT count(*) FROM job WHERE state = 'succeeded'")
            return int(session.execute(done).scalar_one())

    def last_wait_s(self) -> float:
        """From the enqueue of the latest job to its start, in seconds."""
        latest = "SELECT extract(epoch FROM started_at - queued_at) FROM job ORDER BY id DESC LIMIT 1"
        with self.cluster.control() as session:
            return float(session.execute(text(latest)).scalar_one())

    def stop(self) -> None:
        self.workers.end()
        self.cluster.close()


class CeleryPeer:
    """Acknowledged late, results in PostgreSQL, messages in the same Valkey."""

    name = "celery"
    slots = PROCESSES

    def __init__(self, servers: Servers) -> None:
        self.database = new_database(servers)
        path = servers.redis_url.removeprefix("unix://").partition("?")[0]
        self.environ = {
            "PEER_REDIS": f"redis+socket://{path}?virtual_host=2",
            "PEER_DATABASE": self.database.render_as_string(hide_password=False),
        }
        backend = "db+" + self.environ["PEER_DATABASE"]
        self.app = Celery("peer", broker=self.environ["PEER_REDIS"], backend=backend)
        self.latest: tuple[float, AsyncResult] | None = None
        self.count = 0
        self.engine = create_engine(self.database)
        self.workers = Workers()

    def start(self) -> None:
        self.start_workers()

    def start_workers(self) -> None:
        options = ["-c", str(PROCESSES), "-P", "prefork", "--without-gossip", "--without-mingle"]
        arguments = ["-m", "celery", "-A", "benchmarks.peers.celery_app", "worker", *options]
        self.workers.spawn(self.environ, *arguments)

    def put(self) -> None:
        at = time.time()
        self.count += 1
        self.latest = at, self.app.send_task("noop", args=(self.count,))

    def put_many(self, count: int) -> None:
        with self.app.producer_pool.acquire(block=True) as producer:
            for _ in range(count):
                self.count += 1
                self.app.send_task("noop", args=(self.count,), producer=producer)

    def done(self) -> int:
        with self.engine.connect() as connection:
            if not connection.scalar(text("SELECT to_regclass('celery_taskmeta')")):
                return 0  # the worker makes its table with its first result
            return int(
                connection.scalar(text("SELECT count(*) FROM celery_taskmeta WHERE status = 'SUCCESS'"))
            )

    def last_wait_s(self) -> float:
        """From the enqueue of the latest job to its start, in seconds; the job gives its start back."""
        at, result = self.latest or (0.0, None)
        return float(result.get(timeout=10)) - at if result else 0.0

    def stop(self) -> None:
        self.workers.end()
        self.engine.dispose()


class ProcrastinatePeer:
    """PostgreSQL alone: each job is inserted, fetched and finished by transactions."""

    name = "procrastinate"
    slots = PROCESSES * AT_A_TIME

    def __init__(self, servers: Servers) -> None:
        database = new_database(servers)
        self.environ = {"PEER_DATABASE": database.render_as_string(hide_password=False)}
        conninfo = database.set(drivername="postgresql").render_as_string(hide_password=False)
        self.app = procrastinate.App(connector=procrastinate.SyncPsycopgConnector(conninfo=conninfo))
        self.task = self.app.configure_task("noop", queue="noop")
        self.engine = create_engine(database)
        self.workers = Workers()
        self.count = 0

    def start(self) -> None:
        self.app.open()
        self.app.schema_manager.apply_schema()
        self.start_workers()

    def start_workers(self) -> None:
        arguments = ["-m", "procrastinate", "--app", "benchmarks.peers.procrastinate_app.app", "worker"]
        for _ in range(PROCESSES):
            self.workers.spawn(self.environ, *arguments, "--concurrency", str(AT_A_TIME))

    def put(self) -> None:
        self.count += 1
        self.task.defer(number=self.count)

    def put_many(self, count: int) -> None:
        numbers = range(self.count + 1, self.count + count + 1)
        self.count += count
        self.task.batch_defer(*({"number": number} for number in numbers))

    def done(self) -> int:
        with self.engine.connect() as connection:
            done = text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'succeeded'")
            return int(connection.scalar(done))

    def stop(self) -> None:
        self.workers.end()
        self.app.close()
        self.engine.dispose()


class BareDramatiq:
    """No database at all: a message and a counter in Valkey."""

    name = "dramatiq"
    slots = PROCESSES * AT_A_TIME

    def __init__(self, servers: Servers) -> None:
        url = servers.redis_url.replace("db=0", "db=3")
        self.environ = {"PEER_REDIS_URL": url}
        self.client = redis.Redis.from_url(url)
        self.workers = Workers()
        self.count = 0

    def start(self) -> None:
        self.client.flushdb()
        os.environ.update(self.environ)
        self.start_workers()

    def start_workers(self) -> None:
        arguments = ["-m", "dramatiq", "benchmarks.peers.dramatiq_app", "--processes", str(PROCESSES)]
        self.workers.spawn(self.environ, *arguments, "--threads", str(AT_A_TIME))

    def put(self) -> None:
        from benchmarks.peers.dramatiq_app import noop  # its module reads the address when it is imported

        self.count += 1
        noop.send(self.count)

    def put_many(self, count: int) -> None:
        for _ in range(count):
            self.put()

    def done(self) -> int:
        return int(self.client.get("bare:done") or 0)

    def stop(self) -> None:
        self.workers.end()
