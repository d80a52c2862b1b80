"""Starting a batch: its row and the jobs of all its chunks, in one transaction."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.batch import Batch, BatchState
from models.batch_failure import BatchFailure
from models.chunk import cut, make_chunks
from models.ids import new_id
from models.nights import Night, first_day
from models.settings import Settings
from models.tenant import Tenant
from planners.spec import Kind

CLOCK = "the clock"

AGAIN = frozenset({BatchState.FINISHED, BatchState.CANCELLED})
"""What may be started once more, by hand: those whose inputs have not changed since are passed over."""


@dataclass(frozen=True, kw_only=True)
class Started:
    """The batch of a night, and whether this call has started it."""

    batch: Batch
    new: bool


def start_batch(
    session: Session,
    settings: Settings,
    tenant: Tenant,
    kind: Kind,
    night: Night,
    now: datetime.datetime,
    *,
    forced: bool,
    by: str,
) -> Started:
    """Start the tenant's batch of `kind` for `night`; whoever comes second finds the first one's.

    One that has ended is started once more, except by the clock.
    """
    ranges = cut(session, tenant.id, settings.chunk_members)
    values: dict[str, Any] = {
        "state": BatchState.RUNNING if ranges else BatchState.FINISHED,
        "first_day": first_day(night, now, tenant.zone),
        "ready_by": night.ready_by,
        "forced": forced,
        "started_by": by,
        "started_at": func.now(),
        "finished_at": None if ranges else func.now(),
        "members": sum(part.members for part in ranges),
        "chunks_left": len(ranges),
    }
    key = {"date": night.date, "kind": kind, "tenant_id": tenant.id}
    made = insert(Batch).values(id=new_id(0), **key, **values).on_conflict_do_nothing().returning(Batch.id)
    batch_id = session.scalar(made) or (None if by == CLOCK else _start_again(session, key, values))
    batch = session.scalars(select(Batch).filter_by(**key).execution_options(populate_existing=True)).one()
    if batch_id is None:
        return Started(batch=batch, new=False)
    make_chunks(session, batch, ranges)
    return Started(batch=batch, new=True)


def _start_again(session: Session, key: dict[str, Any], values: dict[str, Any]) -> UUID | None:
    ended = update(Batch).filter_by(**key).where(Batch.state.in_(AGAIN))
    counts = dict.fromkeys(("planned", "unchanged", "without", "overtaken", "failed"), 0)
    nothing = dict.fromkeys(("late_since", "ready_at", "workers_needed"))
    batch_id = session.scalar(ended.values(**values, **counts, **nothing).returning(Batch.id))
    if batch_id is not None:
        session.execute(delete(BatchFailure).where(BatchFailure.batch_id == batch_id))
    return batch_id
