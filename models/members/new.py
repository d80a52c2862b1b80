"""New members: in a bucket of their tenant's region, on the shard that has it."""

from __future__ import annotations

import secrets
from uuid import UUID

from sqlalchemy import inspect
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.cluster import Cluster
from models.errors import Unavailable
from models.ids import new_id
from models.members.member import Member
from models.members.tenant import Tenant


def new_member_id(cluster: Cluster, tenant: Tenant) -> UUID:
    """An id for a new member of the tenant: its bucket is one of the tenant's region, at random.

    Raises
    ------
    Unavailable
        When no shard of the region has a bucket.
    """
    buckets = cluster.map().of_region(tenant.region)
    if not buckets:
        cause = f"no shard of the region {tenant.region} has a bucket: move some to one"
        raise Unavailable("there is no place for new members at the moment; try again", cause=cause)
    return new_id(secrets.choice(buckets))


def add_member(session: Session, member_id: UUID, tenant: Tenant) -> None:
    """Add a member on his shard, where his tenant may be so new that it is not copied yet."""
    columns = {column.key: getattr(tenant, column.key) for column in inspect(Tenant).column_attrs}
    session.execute(insert(Tenant).values(columns).on_conflict_do_nothing())
    session.add(Member(id=member_id, tenant_id=tenant.id))
    session.flush()
