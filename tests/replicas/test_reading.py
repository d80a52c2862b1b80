"""Reads that may lag are the replicas', as long as these are near enough and have what was written before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select, text, update

from models.cluster import Cluster
from models.ids import new_id
from models.members.member import Member
from models.settings import Settings
from tests.eventually import eventually
from tests.replicas.nodes import Node
from tests.shards.placing import member_in

Nodes = tuple[Node, Node, Node]

SERVER = text("SELECT current_setting('cluster_name')")


@pytest.fixture
def cluster(replicated: Settings) -> Iterator[Cluster]:
    ours = Cluster(replicated, name="test")
    yield ours
    ours.close()


def server_of(cluster: Cluster, row_id: UUID) -> str:
    """Where a read that may lag is answered."""
    with cluster.read(row_id, may_lag=True) as session:
        return str(session.scalar(SERVER))


def names(*nodes: Node) -> set[str]:
    return {node.name for node in nodes}


def servers_of(cluster: Cluster, row_id: UUID) -> set[str]:
    return {server_of(cluster, row_id) for _ in range(20)}


def read_by(cluster: Cluster, *nodes: Node) -> None:
    """Wait until reads are answered by exactly these servers."""
    eventually(lambda: servers_of(cluster, new_id(9)) == names(*nodes))


def test_reads_that_may_lag_are_the_replicas_and_others_the_primarys(cluster: Cluster, nodes: Nodes) -> None:
    primary, one, two = nodes
    read_by(cluster, one, two)
    with cluster.read(new_id(9)) as session:
        assert session.scalar(SERVER) == primary.name
    with cluster.write(new_id(9)) as session:
        assert session.scalar(SERVER) == primary.name


def test_without_replicas_they_are_the_primarys(replicated: Settings, nodes: Nodes) -> None:
    alone = Cluster(replace(replicated, replica_urls=""), name="test")
    assert servers_of(alone, new_id(9)) == names(nodes[0])
    alone.close()


def test_a_replica_that_falls_behind_is_dropped_and_taken_back(cluster: Cluster, nodes: Nodes) -> None:
    primary, one, two = nodes
    read_by(cluster, one, two)
    one.pause()
    member_in(cluster, 3)  # from now on it is behind
    read_by(cluster, two)
    two.pause()
    member_in(cluster, 3)
    read_by(cluster, primary)
    one.resume()
    two.resume()
    read_by(cluster, one, two)


def test_a_replica_that_is_killed_costs_no_read(cluster: Cluster, nodes: Nodes) -> None:
    _, one, two = nodes
    read_by(cluster, one, two)
    one.kill()
    assert servers_of(cluster, new_id(9)) <= names(two, nodes[0])
    one.start()
    read_by(cluster, one, two)


def test_what_was_written_is_read_though_both_replicas_stand_still(cluster: Cluster, nodes: Nodes) -> None:
    _, one, two = nodes
    member_id = member_in(cluster, 3)
    read_by(cluster, one, two)
    one.pause()
    two.pause()
    for unit in ("a", "b"):
        with cluster.write(member_id) as session:
            session.execute(update(Member).where(Member.id == member_id).values(unit=unit))
        with cluster.read(member_id, may_lag=True) as session:
            assert session.scalar(select(Member.unit).where(Member.id == member_id)) == unit


def test_one_replica_that_stands_still_leaves_the_read_to_the_other(cluster: Cluster, nodes: Nodes) -> None:
    _, one, two = nodes
    member_id = member_in(cluster, 3)
    read_by(cluster, one, two)
    one.pause()
    with cluster.write(member_id) as session:
        session.execute(update(Member).where(Member.id == member_id).values(unit="new"))
    eventually(lambda: servers_of(cluster, member_id) == names(two))
