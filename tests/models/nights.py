"""Members with plans, and a night for them: what the tests of nights start from."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, insert, select, update

from models.cluster import Cluster
from models.ids import bucket_of, new_bucket, new_id
from models.jobs.claim import claim
from models.jobs.job import Job, JobState
from models.jobs.rescue import rescue
from models.members.member import Member, profile_columns
from models.members.tenant import DEFAULT_TENANT, Tenant
from models.nights.batch import Batch
from models.nights.hours import night_of
from models.nights.start import start_batch
from models.plans.plan import Plan, PlanState
from models.plans.stored import packed_plan
from models.settings import Settings
from planners.make import make_plan
from planners.plan import plan_json
from planners.spec import Kind, read_request, request_json
from tests.models.rows import NUTRITION, PROFILE, default_tenant

NIGHT = date(2026, 12, 2)
EVENING = datetime(2026, 12, 1, 20, 0, tzinfo=UTC)


def give_plan(cluster: Cluster, **changes: object) -> UUID:
    """A new member who has a real plan; his id."""
    (member_id,) = give_plans(cluster, 1, **changes)
    return member_id


def give_plans(cluster: Cluster, count: int, **changes: object) -> list[UUID]:
    """New members who have the same real plan; their ids."""
    request = read_request({**NUTRITION, **changes}, today=date(2026, 11, 30))
    packed = packed_plan(request.kind, plan_json(make_plan(request)), request_json(request))
    ids = [new_id(new_bucket()) for _ in range(count)]
    with cluster.control() as session:
        tenant_id = default_tenant(session)
        told = [profile_columns(session, tenant_id, m, PROFILE) for m in ids]
        rows = [{"id": m, "tenant_id": tenant_id, **more} for m, more in zip(ids, told, strict=True)]
        session.execute(insert(Member), rows)
        shared = {"tenant_id": tenant_id, "kind": request.kind, **packed.columns(session)}
        own = [{"id": new_id(bucket_of(m)), "member_id": m, "job_id": new_id(0)} for m in ids]
        session.execute(insert(Plan), [{**shared, **row} for row in own])
    return ids


def start(cluster: Cluster, settings: Settings, kind: Kind = Kind.NUTRITION, **more: object) -> UUID:
    """The night of the default tenant that leads to `NIGHT`, started by hand; its batch's id."""
    options = {"forced": False, "by": "test", **more}
    with cluster.control() as session:
        tenant = session.scalars(select(Tenant).where(Tenant.slug == DEFAULT_TENANT)).one()
        night = night_of(NIGHT, tenant.zone, settings)
        return start_batch(session, settings, tenant, kind, night, EVENING, **options).batch.id


def batch_row(cluster: Cluster, batch_id: UUID) -> Batch:
    with cluster.control() as session:
        return session.get_one(Batch, batch_id)


def counts(cluster: Cluster, batch_id: UUID) -> dict[str, int]:
    """The counts that are not 0."""
    batch = batch_row(cluster, batch_id)
    names = ("planned", "unchanged", "without", "overtaken", "failed")
    return {name: getattr(batch, name) for name in names if getattr(batch, name)}


def queued_chunks(cluster: Cluster) -> list[UUID]:
    with cluster.control() as session:
        queued = (Job.batch_id.is_not(None), Job.state == JobState.QUEUED)
        return list(session.scalars(select(Job.id).where(*queued).order_by(Job.id)))


def lose(cluster: Cluster, *job_ids: UUID) -> dict[str, int]:
    """Claim chunks, and let the worker's lease run out."""
    with cluster.control() as session:
        held = claim(session, job_ids, worker="w", lease_s=60.0)
        gone = {"lease_until": func.now() - timedelta(seconds=1)}
        session.execute(update(Job).where(Job.id.in_(held)).values(gone))
    with cluster.control() as session:
        return rescue(session, max_attempts=5)


def current_plans(cluster: Cluster) -> dict[UUID, int]:
    """How many current plans each member has that has any."""
    with cluster.control() as session:
        current = select(Plan.member_id, func.count()).where(Plan.state == PlanState.CURRENT)
        return {row[0]: row[1] for row in session.execute(current.group_by(Plan.member_id))}
