"""Rows that tests start from."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.ids import new_bucket, new_id
from models.jobs.enqueue import enqueue
from models.jobs.job import Job
from models.jobs.queues import QueueName
from models.members.member import Member, profile_columns
from models.members.tenant import DEFAULT_TENANT, Tenant
from planners.spec import read_request

PROFILE = {"sex": "female", "age_years": 30, "height_cm": 168, "weight_kg": 66}
NUTRITION = {"kind": "nutrition", "seed": 7, "days": 1, "start_date": "2026-12-01", "member": PROFILE}


def default_tenant(session: Session) -> UUID:
    return session.scalars(select(Tenant.id).where(Tenant.slug == DEFAULT_TENANT)).one()


def add_member(session: Session, tenant_id: UUID | None = None, *, told: bool = True) -> Member:
    tenant_id = tenant_id or default_tenant(session)
    member_id = new_id(new_bucket())
    profile = profile_columns(session, tenant_id, member_id, PROFILE) if told else {}
    member = Member(id=member_id, tenant_id=tenant_id, **profile)
    session.add(member)
    session.flush()
    return member


def add_job(
    session: Session,
    member: Member | None = None,
    *,
    queue: QueueName = QueueName.INTERACTIVE,
    **changes: object,
) -> Job:
    member = member or add_member(session)
    request = read_request({**NUTRITION, **changes}, today=date(2026, 11, 30))
    return enqueue(session, tenant_id=member.tenant_id, member_id=member.id, request=request, queue=queue).job
