"""The primary dies and a replica is promoted: everybody finds it, and nobody goes back to the old one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import create_engine, func, select, text

from models import migrations
from models.cluster import Cluster, dialect_url
from models.errors import Unavailable
from models.members.member import Member
from models.replicas.timelines import Timelines
from models.settings import Settings
from operations.stack import postgres
from tests.eventually import eventually
from tests.replicas.nodes import follow, new_primary, new_replica, several_hosts
from tests.replicas.test_reading import SERVER, Nodes, names, servers_of
from tests.shards.placing import member_in


@pytest.fixture
def trio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    """A primary and two replicas of the test's own. Each commit waits for one replica to have it."""
    more = {"synchronous_standby_names": "ANY 1 (*)", "wal_keep_size": "256MB"}
    primary = new_primary(tmp_path_factory.mktemp("first"), {"wal_keep_size": "256MB"})
    one, two = (new_replica(tmp_path_factory.mktemp(name), primary) for name in ("second", "third"))
    for node in (primary, one, two):
        for name, value in more.items():
            node.ask(f"ALTER SYSTEM SET {name} = '{value}'")
        node.ask("SELECT pg_reload_conf()")
    follow(one, primary, two)
    follow(two, primary, one)
    engine = create_engine(dialect_url(primary.url(postgres.DATABASE)))
    migrations.migrate(engine)
    engine.dispose()
    yield primary, one, two
    for node in (two, one, primary):
        node.stop()


@pytest.fixture
def shared(trio: Nodes, settings: Settings) -> Settings:
    """Settings that name all three servers, of which the platform finds the primary."""
    urls = " ".join(f"main={node.url(postgres.DATABASE)}" for node in trio[1:])
    url = several_hosts(trio, postgres.DATABASE)
    return replace(settings, database_url=url, replica_urls=urls, replica_lag_s=1.0)


def server_of(cluster: Cluster) -> str:
    with cluster.control() as session:
        return str(session.scalar(SERVER))


def answers(cluster: Cluster) -> bool:
    try:
        server_of(cluster)
    except Unavailable:
        return False
    return True


def fail_over(trio: Nodes) -> None:
    trio[0].kill()
    trio[1].promote()


def test_a_pool_finds_the_promoted_replica_and_what_was_confirmed_is_there(
    trio: Nodes, shared: Settings
) -> None:
    cluster = Cluster(shared, name="test")
    members = {member_in(cluster, bucket) for bucket in range(20)}
    assert server_of(cluster) == trio[0].name
    fail_over(trio)
    eventually(lambda: answers(cluster))
    assert server_of(cluster) == trio[1].name
    with cluster.control() as session:
        assert members <= set(session.scalars(select(Member.id)))
    member_in(cluster, 1)
    cluster.close()


def test_reads_that_may_lag_leave_the_replica_that_was_promoted(trio: Nodes, shared: Settings) -> None:
    cluster = Cluster(shared, name="test")
    member_id = member_in(cluster, 9)
    eventually(lambda: servers_of(cluster, member_id) == names(*trio[1:]))
    fail_over(trio)
    eventually(lambda: answers(cluster))
    eventually(lambda: servers_of(cluster, member_id) == names(trio[2]))
    cluster.close()


def test_nobody_goes_back_to_the_primary_that_was_left_behind(trio: Nodes, shared: Settings) -> None:
    cluster = Cluster(shared, name="test")
    fail_over(trio)
    eventually(lambda: answers(cluster))
    trio[0].start_alone()
    cluster.close()
    later = Cluster(shared, name="later")  # a process that knows nothing but what Redis says
    assert server_of(later) == trio[1].name
    with later.own_connection("own") as connection:
        assert connection.execute(SERVER.text).fetchone() == (trio[1].name,)
    later.close()
    alone = Cluster(
        replace(shared, database_url=several_hosts((trio[0], trio[0]), postgres.DATABASE)), name="alone"
    )
    with pytest.raises(Unavailable) as told:
        server_of(alone)
    assert "left behind by a promotion" in told.value.cause
    alone.close()


def test_without_redis_a_process_still_knows_what_it_has_seen(trio: Nodes, shared: Settings) -> None:
    timelines = Timelines(replace(shared, redis_url=""))
    with timelines.connect(5.0, shared.database_url) as connection:
        assert timelines.is_newest(connection)
    fail_over(trio)
    timelines.connect(5.0, shared.database_url).close()
    trio[0].start_alone()
    with timelines.connect(5.0, shared.database_url) as connection:
        assert connection.info.host == str(trio[1].sockets)


def test_a_server_that_became_a_replica_under_its_pool_is_an_outage_and_not_a_fault(
    trio: Nodes, shared: Settings
) -> None:
    cluster = Cluster(replace(shared, database_url=trio[1].url(postgres.DATABASE)), name="test")
    with pytest.raises(Unavailable), cluster.control() as session:
        session.execute(text("DELETE FROM run"))
    with cluster.control() as session:
        assert session.scalar(select(func.count()).select_from(Member)) == 0
    cluster.close()


def test_an_asynchronous_replica_lacks_what_came_after_its_last_position_and_nothing_before(
    trio: Nodes, shared: Settings
) -> None:
    for node in trio:
        node.ask("ALTER SYSTEM SET synchronous_standby_names = ''")
        node.ask("SELECT pg_reload_conf()")
    cluster = Cluster(shared, name="test")
    before = {member_in(cluster, bucket) for bucket in range(5)}
    written = trio[0].ask("SELECT pg_current_wal_lsn()")
    eventually(lambda: trio[1].ask(f"SELECT pg_last_wal_replay_lsn() >= '{written}'"))
    trio[1].ask("ALTER SYSTEM SET primary_conninfo = 'host=/nowhere'")
    trio[1].ask("SELECT pg_reload_conf()")
    eventually(lambda: not trio[1].ask("SELECT count(*) FROM pg_stat_wal_receiver"))
    after = {member_in(cluster, bucket) for bucket in range(5)}
    fail_over(trio)
    eventually(lambda: answers(cluster))
    with cluster.control() as session:
        found = set(session.scalars(select(Member.id)))
    assert before <= found
    assert not after & found
    cluster.close()
