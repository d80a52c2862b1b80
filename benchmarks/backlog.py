"""What a million waiting jobs cost those who claim, poll and dispatch one, beside a thousand."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from benchmarks.record import record
from benchmarks.systems import new_database
from models import migrations
from models.cluster import Cluster
from models.ids import new_bucket, new_id
from models.jobs.claim import claim
from models.jobs.job import Job
from models.jobs.queues import QueueName
from models.members.member import Member
from models.members.tenant import Tenant
from models.settings import Settings
from operations.stack.servers import Servers, start_servers
from workers.dispatch import MARK, NEXT_ROWS, TENANTS

FEW, MANY = 1_000, 1_000_000
AT_ONCE = 50_000  # rows of one statement
RUNS = 300
STEP = 7_919  # from one job that is measured to the next, in the order of making
ROOM = 10  # jobs of one dispatch
SLOWER = 1.5

FILL = text("""
WITH made AS (
    INSERT INTO job (id, tenant_id, member_id, kind, queue, request, fingerprint)
    SELECT (:prefix || substr(md5(n::text), 1, 20))::uuid, tenant_id, id, 'nutrition', 'interactive', '{}',
        sha256(n::text::bytea)
    FROM member, generate_series(CAST(:first AS int), CAST(:last AS int)) n
    RETURNING *
), owed AS (
    INSERT INTO outbox (job_id, tenant_id, queue, due_at) SELECT id, tenant_id, queue, due_at FROM made
)
SELECT id FROM made
""")

Move = Callable[[Session, UUID], object]
MOVES: Mapping[str, Move] = {
    "claim": lambda session, job_id: claim(session, [job_id], worker="w", lease_s=60),
    "poll": lambda session, job_id: session.scalars(select(Job).where(Job.id == job_id)).one(),
    "dispatch": lambda session, _: _dispatch(session),
}
QUEUE = {"queue": QueueName.INTERACTIVE}


def run() -> list[dict[str, Any]]:
    """Both backlogs in databases of their own, measured in turn, so that other work disturbs both alike."""
    with tempfile.TemporaryDirectory() as folder, start_servers(Path(folder) / "data", {}) as servers:
        few, many = (_backlog(servers, count) for count in (FEW, MANY))
        times: list[dict[str, list[float]]] = [{name: [] for name in MOVES} for _ in range(2)]
        for n in range(RUNS):
            for taken, (cluster, ids) in zip(times, (few, many), strict=True):
                for name, move in MOVES.items():
                    taken[name].append(_time_ms(cluster, move, ids[n * STEP % len(ids)]))
        few[0].close()
        many[0].close()
    small, large = ({name: statistics.median(of) for name, of in taken.items()} for taken in times)
    return [
        record("backlog", f"{name}, {MANY:,} jobs waiting", large[name], "ms", runs=RUNS,
               peer=f"{FEW:,} waiting", peer_value=small[name], ratio=large[name] / small[name],
               target=SLOWER, at_most=True)
        for name in MOVES
    ]  # fmt: skip


def _dispatch(session: Session) -> None:
    """What the relay asks of the database for the next jobs."""
    tenants = [row.id for row in session.execute(TENANTS, QUEUE)]
    rows = session.execute(NEXT_ROWS, {**QUEUE, "tenants": tenants, "room": ROOM}).all()
    session.execute(MARK, {"ids": [row.job_id for row in rows][:ROOM]})


def _backlog(servers: Servers, count: int) -> tuple[Cluster, list[UUID]]:
    """A database with so many jobs waiting, and their ids."""
    url = new_database(servers).set(drivername="postgresql").render_as_string(hide_password=False)
    settings = Settings(database_url=url, redis_url=servers.redis_url, database_timeout_s=120)
    cluster = Cluster(settings, name="benchmark")
    migrations.migrate(cluster.engine)
    with cluster.control() as session:
        tenant_id = session.scalars(select(Tenant.id)).one()
        session.add(Member(id=new_id(new_bucket()), tenant_id=tenant_id))
    ids: list[UUID] = []
    for first in range(1, count, AT_ONCE):
        told = {"prefix": new_id(0).hex[:12], "first": first, "last": min(first + AT_ONCE - 1, count)}
        with cluster.control() as session:
            ids += session.scalars(FILL, told)
    with cluster.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE job, outbox, member, tenant"))
    return cluster, ids


def _time_ms(cluster: Cluster, move: Move, job_id: UUID) -> float:
    """The time of the move's statements; nothing of it stays."""
    with Session(cluster.engine) as session:
        session.connection()
        begin = time.perf_counter()
        move(session, job_id)
        taken = time.perf_counter() - begin
        session.rollback()
    return taken * 1_000
