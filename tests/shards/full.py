"""A member with a row in every table that members have, and all that a cluster holds on members."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text

from models.archive.key import ArchiveKey
from models.cluster import Cluster
from models.events.webhook import Webhook, WebhookDelivery
from models.ids import new_id
from models.jobs.claim import claim
from models.jobs.enqueue import enqueue
from models.jobs.finish import fail
from models.jobs.queues import QueueName
from models.members.food_feedback import FoodFeedback, Verdict
from models.members.intake_log import IntakeLog
from models.members.legal_hold import LegalHold
from models.members.logs import write_entry
from models.members.weight_log import WeightLog
from models.members.workout_log import WorkoutLog
from models.nights.batch import Batch, BatchState
from models.nights.failure import BatchFailure
from models.nights.renewal import Renewal
from models.plans.plan import Plan, PlanState
from models.plans.stored import PackedPlan, packed_plan
from models.sealing.place import place_of
from models.sealing.ring import ring_of
from models.shards.copying import KEPT_ASIDE, TABLES, key_of
from planners.make import make_plan
from planners.plan import plan_json
from planners.spec import Kind, read_request, request_json
from tests.models.rows import NUTRITION, default_tenant
from tests.shards.placing import member_in

PROBLEM = {"type": "/problems/job-fault", "title": "x", "status": 500, "detail": "told"}


@cache
def packed() -> PackedPlan:
    request = read_request(NUTRITION, today=date(2026, 11, 30))
    return packed_plan(request.kind, plan_json(make_plan(request)), request_json(request))


def full_member(cluster: Cluster, bucket: int) -> UUID:
    """A new member in `bucket` of whom there is something in every table."""
    member_id = member_in(cluster, bucket)
    with cluster.write(member_id) as session:
        tenant = default_tenant(session)
        mine: dict[str, Any] = {"member_id": member_id, "tenant_id": tenant}
        for state in PlanState:
            row = {"id": new_id(bucket), "kind": Kind.NUTRITION, "state": state, **packed().columns(session)}
            session.execute(insert(Plan), [{**mine, **row}])
        day = date(2026, 11, 28)
        for table, values in (
            (WeightLog, {"date": day, "entry": {"weight_kg": 80.1}}),
            (IntakeLog, {"date": day, "entry": {"kcal": 2100.5, "protein_g": None}}),
            (WorkoutLog, {"id": new_id(bucket), "date": day, "entry": {"status": "done", "text": "ünï"}}),
            (FoodFeedback, {"food_code": 1, "verdict": Verdict.LIKED}),
        ):
            write_entry(session, table, **mine, values=values)
        ring, hook_id = ring_of(session), new_id(bucket)
        session.add(ArchiveKey(**mine, key=ring.seal(place_of(ArchiveKey.key, tenant, member_id), b"k" * 32)))
        session.add(LegalHold(**mine, reason="asked for", placed_by="test"))
        session.add(Renewal(**mine, kind=Kind.NUTRITION, inputs=b"i" * 32))
        batch = Batch(
            id=new_id(0), date=date(2026, 1, 1 + bucket % 28), kind=Kind.NUTRITION, tenant_id=tenant,
            first_day=day, ready_by=datetime.now(UTC), forced=False, started_by="test", members=1,
            chunks_left=0, failed=1, state=BatchState.FINISHED, finished_at=datetime.now(UTC),
        )  # fmt: skip
        session.add(batch)
        session.flush()
        session.add(BatchFailure(**mine, batch_id=batch.id, problem=PROBLEM))
        hook = Webhook(
            id=hook_id,
            **mine,
            url="https://hooks.example/x",
            events=["job.failed"],
            secret=ring.seal(place_of(Webhook.secret, tenant, hook_id), b"s"),
        )
        session.add(hook)
        session.flush()
        jobs = [_ask(session, member_id, tenant, seed, f"key {seed}") for seed in range(4)]
        held = claim(session, jobs[1:], worker="w", lease_s=600)
        fail(session, held[jobs[1]], PROBLEM)  # which owes the webhook a delivery
        fail(session, held[jobs[2]], PROBLEM)
        done = {"state": "delivered", "delivered_at": datetime.now(UTC)}
        session.execute(
            WebhookDelivery.__table__.update().where(WebhookDelivery.job_id == jobs[2]).values(done)
        )
    return member_id


def _ask(session: Any, member_id: UUID, tenant: UUID, seed: int, key: str) -> UUID:
    request = read_request({**NUTRITION, "seed": seed}, today=date(2026, 11, 30))
    told = {"tenant_id": tenant, "member_id": member_id, "queue": QueueName.INTERACTIVE}
    return enqueue(session, request=request, idempotency_key=key, **told).job.id


def everything(cluster: Cluster, member_ids: Iterable[UUID]) -> dict[str, list[str]]:
    """All rows of these members by table, as text; the marks of what was sent are left aside."""
    found: dict[str, list[str]] = {}
    for member_id in member_ids:
        with cluster.write(member_id) as session:
            for table in TABLES:
                wanted = text(f"SELECT row::text FROM {table.name} row WHERE {key_of(table)} = :id")
                found.setdefault(table.name, []).extend(session.scalars(wanted, {"id": member_id}))
            owed = (
                "SELECT o.job_id::text FROM outbox o JOIN job ON job.id = o.job_id WHERE job.member_id = :id"
            )
            found.setdefault("outbox", []).extend(session.scalars(text(owed), {"id": member_id}))
    assert KEPT_ASIDE.keys() <= found.keys()
    return {name: sorted(rows) for name, rows in found.items()}


def rows_on(cluster: Cluster, name: str) -> int:
    """How many rows of members a shard has in all."""
    with cluster.named(name).work() as session:
        counts = [
            session.scalar(text(f"SELECT count(*) FROM {table.name} WHERE {key_of(table)} IS NOT NULL"))
            for table in TABLES
        ]
        counts.append(session.scalar(select(text("count(*)")).select_from(text("outbox"))))
    return sum(count or 0 for count in counts)
