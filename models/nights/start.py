"""Starting a batch: its row and the jobs of all its chunks, in one transaction."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Sequence
from contextlib import ExitStack
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
from models.nights.batch import OPEN, Batch, BatchState
from models.nights.chunk import cut, make_chunks
from models.nights.control import close_older, one_at_a_time, refuse_beside_later
from models.nights.failure import BatchFailure
from models.nights.hours import Night, first_day, latest_night, night_of
from models.settings import Settings
from models.shards.exclusion import no_moves
from planners.spec import Kind

logger = logging.getLogger(__name__)

CLOCK = "the clock"

AGAIN = frozenset({BatchState.FINISHED, BatchState.CANCELLED})
"""What may be started once more, by hand: those whose inputs have not changed since are passed over."""


@dataclass(frozen=True, kw_only=True)
class Started:
    """The batch of a night, and whether this call has started it."""

    batch: Batch  # the row of the control database
    new: bool
    members: int = 0  # of all shards
    chunks: int = 0


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
            begun = _start_everywhere(cluster, tenant, kind, night, now, forced=forced, by=by)
            started.append(begun)
            if begun.new:
                _tell(begun, tenant)
        except Exception as error:
            told = {"action": "batch.start", "tenant": tenant.slug, "kind": kind}
            logger.error("the %s night of %s is not started: %r", kind, tenant.slug, error, extra=told)
            errors.append(error)
    if errors:
        raise errors[0]
    return started


def _start_everywhere(
    cluster: Cluster,
    tenant: Tenant,
    kind: Kind,
    night: Night,
    now: datetime.datetime,
    *,
    forced: bool,
    by: str,
) -> Started:
    """Start the batch's part on every shard, that of the control database first: it decides on the id.

    Whoever was interrupted between two shards comes again and starts the parts that are missing.
    """
    parts = cluster.every()
    options: dict[str, Any] = {"forced": forced, "by": by}
    with ExitStack() as held:
        if len(parts) > 1:
            held.enter_context(no_moves(cluster))
            if by != CLOCK and _is_open(parts, tenant, kind, night):
                options["again"] = False
        found: list[Started] = []
        for part in parts:
            with ExitStack() as both:
                if part.name != cluster.name:
                    options["log"] = both.enter_context(cluster.control())
                session = both.enter_context(part.control())
                begun = start_batch(session, cluster.settings, tenant, kind, night, now, **options)
            found.append(begun)
            options["batch_id"] = begun.batch.id
    new = [begun for begun in found if begun.new]
    return Started(
        batch=found[0].batch, new=bool(new), members=sum(begun.batch.members for begun in new),
        chunks=sum(begun.batch.chunks_left for begun in new),
    )  # fmt: skip


def _is_open(parts: Sequence[Cluster], tenant: Tenant, kind: Kind, night: Night) -> bool:
    key = {"date": night.date, "kind": kind, "tenant_id": tenant.id}
    for part in parts:
        with part.control() as session:
            open_part = select(Batch.id).filter_by(**key).where(Batch.state.in_(OPEN))
            if session.scalar(open_part) is not None:
                return True
    return False


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
    batch_id: UUID | None = None,
    again: bool = True,
    log: Session | None = None,
) -> Started:
    """Start this database's part of the tenant's batch; whoever comes second finds the first one's.

    One that has ended is started once more, except by the clock and without `again`. What is open of earlier
    nights is closed, which is written down in the audit log by the session `log`, else by `session`.

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
    row = {"id": batch_id or new_id(0), **key, **values}
    batch_id = session.scalar(insert(Batch).values(row).on_conflict_do_nothing().returning(Batch.id))
    if batch_id is None and again and by != CLOCK:
        batch_id = _start_again(session, key, values)
    batch = session.scalars(select(Batch).filter_by(**key).execution_options(populate_existing=True)).one()
    if batch_id is None:
        return Started(batch=batch, new=False)
    refuse_beside_later(session, batch)
    make_chunks(session, batch, ranges)
    close_older(session, batch, by=by, log=log or session)
    return Started(batch=batch, new=True, members=batch.members, chunks=batch.chunks_left)


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


def _tell(begun: Started, tenant: Tenant) -> None:
    batch = begun.batch
    told = {"action": "batch.start", "batch_id": batch.id, "by": batch.started_by, "members": begun.members}
    logger.info("%s of %s for %s starts", batch.kind, tenant.slug, batch.date, extra=told)
