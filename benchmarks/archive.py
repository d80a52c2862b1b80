"""What a stored plan weighs and how soon it is whole again; plans into the archive, and reads from it.

REVEILLE_BENCH_PLANS sets how many plans are archived; the target is for a million.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
import timeit
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select, text

from benchmarks.members import nutrition_request
from benchmarks.record import record
from models import migrations
from models.archive.read import Archive, find_plan
from models.archive.store import open_store
from models.archive.take import Archiver
from models.cluster import Cluster
from models.plans.catalogue import keep
from models.plans.months import reach_back
from models.plans.plan import Plan
from models.sealing.roots import new_root_key
from models.settings import Settings
from operations.stack.servers import start_servers
from planners.errors import Infeasible, InvalidRequest
from planners.lean import Packed, carried, pack, unpack
from planners.make import make_plan
from planners.plan import plan_json
from planners.spec import Kind, PlanRequest, read_request, request_json

PLANS = int(os.environ.get("REVEILLE_BENCH_PLANS", "1000000"))
PLANS_OF_A_MEMBER = 10
EACH = 40  # plans of a kind that are packed
READS, COLD_READS = 200, 5
MARCH, APRIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
GOALS = ("strength", "endurance", "weight_loss", "general_fitness", "fitness_test")
WEEK = ["mon", "tue", "wed", "thu", "fri", "sat"]
TOOLS = [["barbell", "dumbbell", "pull_up_bar"], [], ["dumbbell", "bench"], ["kettlebell", "box", "rower"]]

COLD = """
import os, sys, time
from uuid import UUID
import web.app
from models.archive.read import Archive, find_plan
from models.cluster import Cluster
from models.settings import Settings
cluster = Cluster(Settings(database_url=sys.argv[1], root_keys=sys.argv[5]), name="bench")
with cluster.control() as session:
    session.connection()
begin = time.perf_counter()
with cluster.control() as session:
    plan = find_plan(session, Archive(sys.argv[2]), UUID(sys.argv[3]), UUID(sys.argv[4]))
    assert plan.body["days"]
print(time.perf_counter() - begin)
"""


def run() -> list[dict[str, Any]]:
    packed = {kind: _packed(kind) for kind in Kind}
    with tempfile.TemporaryDirectory() as folder, start_servers(Path(folder) / "data", {}) as servers:
        settings = Settings(
            database_url=servers.database_url, archive_url=(Path(folder) / "archive").as_uri(),
            database_timeout_s=300, root_keys=new_root_key(),
        )  # fmt: skip
        cluster = Cluster(settings, name="bench")
        migrations.migrate(cluster.engine)
        _fill(cluster, packed[Kind.NUTRITION])
        with cluster.control() as session:
            some = session.execute(select(Plan.id, Plan.member_id).order_by(Plan.job_id).limit(READS)).all()
        begin = time.perf_counter()
        counts = Archiver(cluster=cluster, store=open_store(settings.archive_url)).months(APRIL)
        rate = counts["plans"] / (time.perf_counter() - begin)
        warm = _warm_s(cluster, settings, [(row.id, row.member_id) for row in some])
        cold = [_cold_s(settings, *row) for row in some[:COLD_READS]]
        cluster.close()
    if counts["plans"] != PLANS:
        raise RuntimeError(f"{counts['plans']} of {PLANS} plans were archived")
    return [
        *_sizes(packed),
        record("archive", f"{PLANS:,} plans written, verified and dropped", rate, "1/s", runs=1,
               target=20_000),
        record("archive", "archived plan read whole, warm, p95", _p95(warm), "s", runs=READS,
               target=0.050, at_most=True),
        record("archive", "archived plan read whole, first of a new process, worst", max(cold), "s",
               runs=COLD_READS, target=0.300, at_most=True),
    ]  # fmt: skip


def _packed(kind: Kind) -> list[tuple[Packed, float]]:
    """Plans of many members, and the seconds that each takes to be whole again, the best of five times."""
    found = []
    for n in range(EACH):
        request = nutrition_request(n) if kind is Kind.NUTRITION else _workout_request(n)
        try:
            body = plan_json(make_plan(request))
        except (Infeasible, InvalidRequest):
            continue
        packed = pack(body, request_json(request), carried(kind))
        if unpack(packed.content, packed.catalogue)[0] != body:
            raise RuntimeError(f"{kind} {n} does not come back as it was")
        found.append(
            (packed, min(timeit.repeat(partial(unpack, packed.content, packed.catalogue), number=1)))
        )
    return found


def _workout_request(n: int) -> PlanRequest:
    fields: dict[str, Any] = {
        "kind": "workout", "seed": n, "weeks": 8, "start_date": "2026-12-01", "goal": GOALS[n % 5],
        "days_per_week": 3 + n % 4, "available_days": WEEK, "minutes_per_day": (30, 45, 60, 90)[n % 4],
        "equipment": TOOLS[n % 4], "level": ("novice", "intermediate", "advanced")[n % 3],
        "member": {"sex": ("male", "female")[n % 2], "age_years": 19 + n % 25, "height_cm": 165 + n % 25,
                   "weight_kg": 60 + n % 30},
    }  # fmt: skip
    if fields["goal"] == "fitness_test":
        fields["test"] = {"name": ("aft", "usmc_pft", "navy_prt")[n % 3], "date": "2027-01-25"}
    return read_request(fields, date(2026, 11, 30))


def _sizes(packed: dict[Kind, list[tuple[Packed, float]]]) -> list[dict[str, Any]]:
    named = ((Kind.NUTRITION, "a week of menus", 3_000), (Kind.WORKOUT, "eight weeks of training", 6_000))
    told = []
    for kind, what, most in named:
        sizes = [len(p.content) for p, _ in packed[kind]]
        times = [seconds for _, seconds in packed[kind]]
        told += [
            record("archive", f"{what}: mean bytes of a row's plan and request", statistics.mean(sizes), "B",
                   runs=len(sizes), target=most, at_most=True),
            record("archive", f"{what}: whole again, the slowest plan", max(times), "s", runs=len(times),
                   target=0.005, at_most=True),
        ]  # fmt: skip
    return told


ID = """(lpad(to_hex({ms}), 12, '0') || '7' || lpad(to_hex({bucket}), 3, '0') || '8'
    || substr(md5({salt}), 1, 15))::uuid"""
MEMBER = ID.format(ms="1767225600000 + m", bucket="m % 4096", salt="'member' || m")
PLAN = ID.format(ms="CAST(:march AS bigint) + (n * 7919) % 2678400000", bucket="m % 4096", salt="'plan' || n")

MEMBERS = f"""
INSERT INTO member (id, tenant_id)
SELECT {MEMBER}, (SELECT id FROM tenant) FROM generate_series(0, CAST(:members AS bigint) - 1) m
"""  # noqa: S608 (of ours)
ROWS = f"""
INSERT INTO plan
    (id, tenant_id, member_id, job_id, kind, state, start_date, created_at, days, catalogue_id, content)
SELECT {PLAN}, (SELECT id FROM tenant), {MEMBER}, gen_random_uuid(), 'nutrition', 'superseded', '2026-03-01',
    '2026-03-01', 7, :catalogue_id, (CAST(:contents AS bytea[]))[1 + n % CAST(:kinds AS int)]
FROM (
    SELECT n, n % CAST(:members AS bigint) AS m FROM generate_series(0, CAST(:plans AS bigint) - 1) n
) numbered
"""  # noqa: S608 (of ours)


def _fill(cluster: Cluster, packed: Sequence[tuple[Packed, float]]) -> None:
    """Plans of one month, of members in every bucket, with the contents of real plans."""
    contents = [p.content for p, _ in packed]
    told = {
        "members": max(1, PLANS // PLANS_OF_A_MEMBER), "plans": PLANS, "kinds": len(contents),
        "march": int(MARCH.timestamp() * 1000), "contents": contents,
        "catalogue_id": packed[0][0].catalogue.id,
    }  # fmt: skip
    with cluster.engine.begin() as connection:
        reach_back(connection, MARCH, datetime.now(UTC))
    with cluster.control() as session:
        session.execute(text("SET LOCAL statement_timeout = 0"))
        keep(session, packed[0][0].catalogue)
        session.execute(text(MEMBERS), {"members": told["members"]})
        rows = text(ROWS).bindparams(bindparam("catalogue_id", type_=Uuid))
        session.execute(rows, told)


def _warm_s(cluster: Cluster, settings: Settings, wanted: Sequence[tuple[UUID, UUID]]) -> list[float]:
    archive, times = Archive(settings.archive_url), []
    for nth, (plan_id, member_id) in enumerate([wanted[0], *wanted]):
        begin = time.perf_counter()
        with cluster.control() as session:
            plan = find_plan(session, archive, plan_id, member_id)
            if plan is None or not plan.body["days"]:
                raise RuntimeError(f"plan {plan_id} is not found in the archive")
        times += [time.perf_counter() - begin] if nth else []
    return times


def _cold_s(settings: Settings, plan_id: UUID, member_id: UUID) -> float:
    arguments = (
        settings.database_url,
        settings.archive_url,
        str(plan_id),
        str(member_id),
        settings.root_keys,
    )
    command = [sys.executable, "-c", COLD, *arguments]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]
