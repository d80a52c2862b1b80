"""Starting a batch: its row and the jobs of all its chunks, in one transaction."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.cluster import Cluster
from models.ids import new_id
from models.jobs.job import Job, JobState
from models.members.tenant import Tenant, TenantState
from models.nights.batch import Batch, BatchState
from models.nights.chunk import cut, make_chunks
from models.nights.control import close_older, one_at_a_time, refuse_beside_later
from models.nights.failure import BatchFailure
from models.nights.hours import Night, first_day, latest_night, night_of
from models.settings import Settings
from planners.spec import Kind

logger = logging.getLogger(__name__)

CLOCK = "the clock"

AGAIN = frozenset({BatchState.FINISHED, BatchState.CANCELLED})
"""What may be started once more, by hand: those whose inputs have not changed since are passed over."""


@dataclass(frozen=True, kw_only=True)
class Started:
    """The batch of a night, and whether this call has started it."""

    batch: Batch
    new: bool


def start_nights(
    cluster: Cluster,
    settings: Settings,
    now: datetime.datetime,
    *tenants: ColumnElement[bool],
    by: str,
    kinds: Sequence[Kind] = tuple(Kind),
    day: datetime.date | None = None,
    forced: bool = False,
) -> list[Started]:
    """Start the nights that lead to `day`, else the latest ones, of the active tenants that meet `tenants`.

    The clock, the command line and the interface all come here. When a night cannot be started, the others
    are, and then the first error is raised.
    """
    with cluster.control() as session:
        active = select(Tenant).where(Tenant.state == TenantState.ACTIVE, *tenants).order_by(Tenant.slug)
        found = session.scalars(active).all()
    started: list[Started] = []
    errors: list[Exception] = []
    for tenant, kind in product(found, kinds):
        try:
            night = (
                latest_night(now, tenant.zone, settings)
                if day is None
                else night_of(day, tenant.zone, settings)
            )
            with cluster.control() as session:
                begun = start_batch(session, settings, tenant, kind, night, now, forced=forced, by=by)
            started.append(begun)
            if begun.new:
                _tell(begun.batch, tenant)
        except Exception as error:
            told = {"action": "batch.start", "tenant": tenant.slug, "kind": kind}
            logger.error("the %s night of %s is not started: %r", kind, tenant.slug, error, extra=told)
            errors.append(error)
    if errors:
        raise errors[0]
    return started


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

    One that has ended is started once more, except by the clock. What is open of earlier nights is closed.

    Raises
    ------
    Conflict
        While a later night of the same tenant and kind is under way.
    """
    one_at_a_time(session, tenant.id, kind)
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
    refuse_beside_later(session, batch)
    make_chunks(session, batch, ranges)
    close_older(session, batch, by=by)
    return Started(batch=batch, new=True)


def _start_again(session: Session, key: dict[str, Any], values: dict[str, Any]) -> UUID | None:
    ended = update(Batch).filter_by(**key).where(Batch.state.in_(AGAIN))
    counts = dict.fromkeys(("planned", "unchanged", "without", "overtaken", "failed"), 0)
    nothing = dict.fromkeys(("late_since", "ready_at", "workers_needed"))
    batch_id = session.scalar(ended.values(**values, **counts, **nothing).returning(Batch.id))
    if batch_id is not None:
        session.execute(delete(BatchFailure).where(BatchFailure.batch_id == batch_id))
        # Whoever is in a chunk that was given up then is in one of the new chunks now.
        session.execute(delete(Job).where(Job.batch_id == batch_id, Job.state == JobState.FAILED))
    return batch_id


def _tell(batch: Batch, tenant: Tenant) -> None:
    told = {"action": "batch.start", "batch_id": batch.id, "by": batch.started_by, "members": batch.members}
    logger.info("%s of %s for %s starts", batch.kind, tenant.slug, batch.date, extra=told)
