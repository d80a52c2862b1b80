"""Tenants' shares of the workers and their quotas of waiting requests: an operator's to see and to set."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from models.cluster import Cluster
from models.jobs.outbox import Outbox
from models.members.tenant import Tenant, TenantState
from models.shards.gather import on_each
from planners.reading import limits

LEAST_WEIGHT, MOST_WEIGHT = 0.001, 1_000.0
MOST_QUOTA = 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class Share:
    """A tenant's share of the workers, its quota, and what waits of it."""

    slug: str = limits("The tenant's short name.")
    state: TenantState
    weight: float = limits("Its share of the workers beside the others', who have 1.", least=0)
    most_waiting: int | None = limits("Requests that may wait at once; null: as the settings say.", least=0)
    waiting: int = limits("Its jobs that wait now, in every queue.", least=0)


def see_shares(cluster: Cluster, *within: ColumnElement[bool]) -> list[Share]:
    """The shares of the tenants that meet `within`, by their short names; what waits, on every shard."""
    owed = select(Outbox.tenant_id, func.count()).group_by(Outbox.tenant_id)
    waiting: Counter[UUID] = Counter()
    for counts in on_each(cluster, lambda shard: shard.execute(owed).all()):
        waiting.update({row[0]: row[1] for row in counts})
    with cluster.control() as session:
        tenants = session.scalars(select(Tenant).where(*within).order_by(Tenant.slug)).all()
    return [
        Share(
            slug=row.slug, state=row.state, weight=row.weight, most_waiting=row.most_waiting,
            waiting=waiting[row.id],
        )
        for row in tenants
    ]  # fmt: skip


def set_share(session: Session, slug: str, **changes: Any) -> bool:
    """Set `weight` or `most_waiting` of the tenant; False when there is none of this short name."""
    changed = update(Tenant).where(Tenant.slug == slug).values(changes).returning(Tenant.id)
    return session.scalar(changed) is not None
