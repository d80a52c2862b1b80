"""A row is found on the shard that owns its bucket, and on no other; an old map writes to no wrong one."""

import time
from dataclasses import replace

import pytest
from sqlalchemy import func, select, text

from models.cluster import Cluster
from models.errors import Conflict, Unavailable, WrongShard
from models.ids import new_id
from models.members.member import Member
from models.shards.add import add_shard
from models.shards.map import BrokenMap, owners_of
from models.shards.placement import PLACES
from models.shards.rows import MAIN
from models.tables import Base
from tests.shards.conftest import OTHER
from tests.shards.placing import hand_over, member_in


def members_on(cluster: Cluster, name: str) -> int:
    with cluster.named(name).work() as session:
        return session.scalar(select(func.count()).select_from(Member)) or 0


def test_every_table_has_its_place() -> None:
    assert {table.name for table in Base.metadata.sorted_tables} == PLACES.keys()


def test_a_new_shard_is_known_and_has_no_bucket(cluster: Cluster) -> None:
    add_shard(cluster, OTHER)
    add_shard(cluster, OTHER)  # once more changes nothing
    assert cluster.map().regions == {MAIN: "home", OTHER: "home"}
    assert [shard.name for shard in cluster.shards()] == [MAIN]


def test_a_database_in_use_becomes_no_other_shard(cluster: Cluster, sharded) -> None:
    member_in(cluster, 1)
    wrong = Cluster(replace(sharded, shard_urls=f"west={sharded.database_url}"), name="wrong")
    with pytest.raises(Conflict, match="is the shard main already"):
        add_shard(wrong, "west")
    wrong.close()


def test_a_member_lives_on_the_shard_of_his_bucket_alone(cluster: Cluster) -> None:
    add_shard(cluster, OTHER)
    hand_over(cluster, range(2048, 4096), OTHER)
    here, there = member_in(cluster, 2047), member_in(cluster, 2048)
    assert (members_on(cluster, MAIN), members_on(cluster, OTHER)) == (1, 1)
    for member_id in (here, there):
        with cluster.read(member_id) as session:
            assert session.get(Member, member_id) is not None


def test_a_process_with_an_old_map_finds_the_row_where_it_is_now(cluster: Cluster, sharded) -> None:
    add_shard(cluster, OTHER)
    old = Cluster(sharded, name="old")
    assert set(old.map().owners) == {MAIN}
    hand_over(cluster, [7], OTHER)
    member_id = member_in(old, 7)
    assert (members_on(cluster, MAIN), members_on(cluster, OTHER)) == (0, 1)
    with old.read(member_id) as session:
        assert session.get(Member, member_id) is not None
    old.close()


def test_a_shard_refuses_what_it_does_not_own(cluster: Cluster) -> None:
    for how in (cluster.named(OTHER).write, cluster.named(OTHER).read):
        add_shard(cluster, OTHER)
        with pytest.raises(WrongShard), how([7]):
            pass


def test_a_bucket_that_nobody_owns_for_a_moment_is_waited_for_and_then_unavailable(cluster: Cluster) -> None:
    add_shard(cluster, OTHER)
    with cluster.control() as session:
        session.execute(text("UPDATE shard_self SET buckets = '{}'"))
    began = time.monotonic()
    with pytest.raises(Unavailable), cluster.write(new_id(7)):
        pass
    assert 1.0 < time.monotonic() - began < 5.0


def test_a_writer_waits_for_a_move_at_most_a_second(cluster: Cluster) -> None:
    with cluster.control() as moving:
        moving.execute(text("SELECT pg_advisory_xact_lock(7265766, 7 / 64)"))
        with pytest.raises(Unavailable, match="moving"), cluster.write(new_id(7)):
            pass
        with cluster.write(new_id(64)):  # of another lock
            pass


def test_who_waited_for_a_move_sees_what_came_of_it(cluster: Cluster) -> None:
    """The look comes after the lock, in a snapshot of its own."""
    with cluster.named(MAIN).own_connection("mover") as mover, cluster.engine.connect() as writer:
        mover.execute("BEGIN")
        mover.execute("SELECT pg_advisory_xact_lock(7265766, 0)")
        mover.execute("UPDATE shard_self SET buckets = buckets - '{[7,8)}'")
        raw = writer.connection.driver_connection
        asked = raw.cursor()
        raw.pgconn.send_query(b"SELECT hold_buckets('{7}')")
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        while not mover.execute(waiting).fetchone()[0]:
            pass
        mover.execute("COMMIT")
        assert raw.pgconn.get_result().get_value(0, 0) == b"f"
        assert raw.pgconn.get_result() is None
        asked.close()


def test_a_map_with_a_gap_is_refused() -> None:
    for broken in ([(0, 5, "a"), (7, 4095, "a")], [(0, 5, "a")], [(0, 5, "a"), (5, 4095, "b")]):
        with pytest.raises(BrokenMap):
            owners_of(broken)
