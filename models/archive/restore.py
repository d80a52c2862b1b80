"""Puts an archived plan back into the database, for as long as somebody needs it there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from models.archive.read import Archive, owners_in
from models.errors import Conflict, NotFound
from models.ids import bucket_of
from models.plans.plan import Plan, PlanState
from models.plans.stored import StoredPlan


def restore(session: Session, archive: Archive, plan_id: UUID, keep_until: datetime) -> StoredPlan:
    """Put the plan back; the archive keeps it too, and takes it again after `keep_until`.

    Raises
    ------
    Conflict
        When it is in the database.
    NotFound
        When the archive has no such plan, or its member is gone and nobody can open it.
    """
    if session.get(Plan, plan_id) is not None:
        raise Conflict(f"plan {plan_id} is in the database")
    found = archive.plan_of_any(session, plan_id, list(owners_in(session, bucket_of(plan_id))))
    if found is None:
        raise NotFound(f"the archive has no plan {plan_id} that can be opened")
    row = Plan(
        id=found.id, tenant_id=found.tenant_id, member_id=found.member_id, job_id=found.job_id,
        kind=found.kind, state=PlanState.SUPERSEDED, start_date=found.start_date, days=found.days,
        created_at=found.created_at, catalogue_id=found.catalogue.id, content=found.content,
        keep_until=keep_until,
    )  # fmt: skip
    session.add(row)
    return found
