"""Rows on every shard are sealed with keys of the control database, and sealed anew wherever they are."""

from sqlalchemy import func, select

from models.cluster import Cluster
from models.members.member import Member, profile_of
from models.sealing.data_key import DataKey
from models.sealing.ring import version_of
from models.sealing.rotate import begin_rotation, data_keys, seal_anew
from models.shards.add import add_shard
from tests.models.rows import PROFILE
from tests.shards.conftest import OTHER
from tests.shards.placing import hand_over, member_in


def test_a_rotation_reaches_every_shard(cluster: Cluster) -> None:
    add_shard(cluster, OTHER)
    hand_over(cluster, range(2048, 4096), OTHER)
    members = [member_in(cluster, bucket) for bucket in (2047, 2048)]
    tenants = set()
    for member_id in members:
        with cluster.read(member_id) as session:
            tenants.add(session.get_one(Member, member_id).tenant_id)
    for tenant_id in tenants:
        list(seal_anew(cluster, begin_rotation(cluster, tenant_id)))
    for member_id in members:
        with cluster.read(member_id) as session:
            member = session.get_one(Member, member_id)
            assert version_of(member.profile) == 2
            assert profile_of(session, member) == PROFILE
    assert sum(line.rows for line in data_keys(cluster) if line.version == 2) == 2
    with cluster.named(OTHER).work() as session:
        assert session.scalar(select(func.count()).select_from(DataKey)) == 0
