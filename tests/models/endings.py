"""Every way in which a job ends, as the platform ends it; and webhooks that are to be told."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, update

from models.cluster import Cluster
from models.events.webhook import Webhook, WebhookEvent
from models.ids import bucket_of, new_id
from models.jobs.cancel import cancel
from models.jobs.claim import Claim, claim
from models.jobs.finish import Made, fail, reply, succeed
from models.jobs.job import Job
from models.jobs.rescue import rescue
from models.members.member import Member
from models.sealing.place import place_of
from models.sealing.ring import ring_of
from tests.models.rows import add_job

BODY = {"kind": "nutrition", "start_date": "2026-12-01", "days": []}
PROBLEM = {"type": "/problems/infeasible", "title": "x", "status": 422, "detail": "about somebody's body"}
EVERY = [str(event) for event in WebhookEvent]


def add_webhook(cluster: Cluster, member: Member, *, of_tenant: bool = False, **values: object) -> UUID:
    webhook_id = new_id(bucket_of(member.id))
    with cluster.control() as session:
        told = {"url": "https://hooks.example/x", "events": EVERY, "secret": b"s" * 32, **values}
        for column in (Webhook.secret, Webhook.old_secret):
            if plain := told.get(column.key):
                place = place_of(column, member.tenant_id, webhook_id)
                told[column.key] = ring_of(session).seal(place, plain)
        row = Webhook(
            id=webhook_id,
            tenant_id=member.tenant_id,
            member_id=None if of_tenant else member.id,
            **told,
        )
        session.add(row)
        session.flush()
        return row.id


def new_job(cluster: Cluster, member: Member) -> UUID:
    with cluster.control() as session:
        return add_job(session, member).id


def take(cluster: Cluster, job_id: UUID) -> Claim:
    with cluster.write(job_id) as session:
        return claim(session, [job_id], worker="w", lease_s=60)[job_id]


def end_well(cluster: Cluster, job_id: UUID) -> None:
    held = take(cluster, job_id)
    with cluster.control() as session:
        succeed(session, [Made(held=held, body=BODY)])


def end_with_an_answer(cluster: Cluster, job_id: UUID) -> None:
    held = take(cluster, job_id)
    with cluster.control() as session:
        reply(session, held, new_id(bucket_of(held.member)), {"alternatives": []})


def end_in_failure(cluster: Cluster, job_id: UUID) -> None:
    held = take(cluster, job_id)
    with cluster.control() as session:
        fail(session, held, PROBLEM)


def end_by_cancelling(cluster: Cluster, job_id: UUID) -> None:
    with cluster.control() as session:
        assert cancel(session, job_id)


def end_with_its_worker(cluster: Cluster, job_id: UUID) -> None:
    take(cluster, job_id)
    with cluster.control() as session:
        past = func.now() - timedelta(seconds=1)
        session.execute(update(Job).where(Job.id == job_id).values(lease_until=past))
    with cluster.control() as session:
        assert rescue(session, max_attempts=1)["abandoned"] == 1
