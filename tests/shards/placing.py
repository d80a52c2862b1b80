"""Members on a shard that a test chooses, and buckets given to another shard without any rows."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from models.cluster import Cluster
from models.ids import new_id
from models.members.member import Member, profile_columns
from models.shards.change import disown, own, redraw
from tests.models.rows import PROFILE, default_tenant


def hand_over(cluster: Cluster, buckets: Collection[int], shard: str) -> None:
    """Give empty buckets to `shard`."""
    owners = cluster.map().owners
    with cluster.control() as session:
        epoch = redraw(session, buckets, shard)
    for giver in {owners[bucket] for bucket in buckets} - {shard}:
        with cluster.named(giver).work() as session:
            disown(session, [bucket for bucket in buckets if owners[bucket] == giver], epoch)
    with cluster.named(shard).work() as session:
        own(session, buckets, epoch)
    cluster.refresh()


def member_in(cluster: Cluster, bucket: int) -> UUID:
    """A new member of the default tenant in `bucket`."""
    member_id = new_id(bucket)
    with cluster.write(member_id) as session:
        tenant_id = default_tenant(session)
        told = profile_columns(session, tenant_id, member_id, PROFILE)
        session.add(Member(id=member_id, tenant_id=tenant_id, **told))
    return member_id
