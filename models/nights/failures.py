"""Which members of a batch got no new plan, as operators see it: a reason without the member's own data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.jobs.seen import Fault, fault_of
from models.nights.failure import BatchFailure


@dataclass(frozen=True, kw_only=True)
class SeenFailure:
    """A member of a batch who kept the plan of before."""

    member_id: UUID
    at: datetime
    fault: Fault


def see_failures(
    session: Session, batch_id: UUID, *, limit: int, after: UUID | None = None
) -> list[SeenFailure]:
    """The failures of a batch in the order of their members, from the one after `after` on."""
    columns = (BatchFailure.member_id, BatchFailure.at, BatchFailure.problem)
    wanted = select(*columns).where(BatchFailure.batch_id == batch_id)
    if after is not None:
        wanted = wanted.where(BatchFailure.member_id > after)
    rows = session.execute(wanted.order_by(BatchFailure.member_id).limit(limit))
    return [SeenFailure(member_id=row.member_id, at=row.at, fault=fault_of(row.problem)) for row in rows]
