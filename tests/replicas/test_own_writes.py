"""Whatever the order of writes and reads, and whichever replica stands still: what was written is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from models.cluster import Cluster
from models.events.event import Event
from models.jobs.claim import claim
from models.jobs.finish import Made, succeed
from models.jobs.job import Job, JobState
from models.members.member import Member
from models.redis import connect
from models.replicas.position import NOWHERE, Position
from models.replicas.positions import Positions
from models.settings import Settings
from tests.eventually import eventually
from tests.models.endings import BODY
from tests.models.rows import add_job
from tests.replicas.nodes import Node
from tests.replicas.test_reading import Nodes, names, read_by, servers_of
from tests.shards.placing import member_in

STEPS = st.lists(st.sampled_from(("write", "read", "read elsewhere", "stop", "go")), min_size=4, max_size=24)


@pytest.fixture
def processes(replicated: Settings) -> Iterator[tuple[Cluster, Cluster]]:
    """Two processes of the platform, as far as the database can tell."""
    both = Cluster(replicated, name="one"), Cluster(replicated, name="two")
    yield both
    for each in both:
        each.close()


def write(cluster: Cluster, member: Member, number: int) -> None:
    with cluster.write(member.id) as session:
        session.execute(update(Member).where(Member.id == member.id).values(logged=number))


def read(cluster: Cluster, member: Member) -> int:
    with cluster.read(member.id, may_lag=True) as session:
        return session.scalars(select(Member.logged).where(Member.id == member.id)).one()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_no_order_of_steps_reads_less_than_was_written(
    processes: tuple[Cluster, Cluster], nodes: Nodes, steps: list[str]
) -> None:
    here, there = processes
    stopping: Node = nodes[1]
    member = Member(id=member_in(here, 5))
    written = 0
    for step in steps:
        match step:
            case "write":
                written += 1
                write(here, member, written)
            case "stop":
                stopping.pause()
            case "go":
                stopping.resume()
            case where:
                assert read(here if where == "read" else there, member) == written
    stopping.resume()


def test_whoever_is_told_of_the_end_of_a_job_reads_its_end(replicated: Settings, nodes: Nodes) -> None:
    told: list[Event] = []
    worker = Cluster(replicated, name="worker", publish=told.extend)
    web = Cluster(replicated, name="web")
    with worker.write(member_in(worker, 6)) as session:
        job_id = add_job(session).id
    read_by(web, nodes[1], nodes[2])
    nodes[1].pause()
    nodes[2].pause()
    with worker.control() as session:  # names no bucket: what it tells of does
        (held,) = claim(session, [job_id], worker="w", lease_s=60).values()
        succeed(session, [Made(held=held, body=BODY)])
    assert told
    with web.read(job_id, may_lag=True) as session:
        assert session.get_one(Job, job_id).state == JobState.SUCCEEDED
    worker.close()
    web.close()


def test_a_redis_that_has_lost_its_positions_makes_reads_the_primarys(
    processes: tuple[Cluster, Cluster], replicated: Settings, nodes: Nodes
) -> None:
    here, there = processes
    member = Member(id=member_in(here, 5))
    read_by(there, nodes[1], nodes[2])
    nodes[1].pause()
    nodes[2].pause()
    write(here, member, 1)
    with connect(replicated) as client:
        client.flushdb()
    assert read(there, member) == 1
    assert servers_of(there, member.id) == names(nodes[0])


def test_without_redis_reads_are_the_primarys_and_writes_go_on(replicated: Settings, nodes: Nodes) -> None:
    away = replace(replicated, redis_url="redis://127.0.0.1:1/0")
    cluster = Cluster(away, name="test")
    member = Member(id=member_in(cluster, 5))
    write(cluster, member, 1)
    assert read(cluster, member) == 1
    assert servers_of(cluster, member.id) == names(nodes[0])
    cluster.close()


def test_a_later_position_is_not_replaced_by_an_earlier_one(replicated: Settings) -> None:
    positions = Positions(replicated)
    eventually(lambda: positions.of([7]) != NOWHERE)
    for written in (5, 300, 20):
        positions.raise_to(Position(shard="main", bytes=written), [7, 8])
    assert positions.of([7]) == positions.of([7, 8]) == Position(shard="main", bytes=300)
    positions.raise_to(Position(shard="east", bytes=4), [8])
    assert positions.of([8]) == Position(shard="east", bytes=4)
    assert positions.of([7, 8]) == NOWHERE
    assert positions.of([9]) is None
    positions.close()
