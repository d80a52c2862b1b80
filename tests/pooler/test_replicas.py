"""Replicas behind pgbouncer, with one server connection each: reads go there, and see what was written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.engine import make_url

from models import tenancy
from models.cluster import Cluster
from models.grants import grant_to_web
from models.members.member import Member
from models.settings import Settings
from operations.stack.postgres import WEB_ROLE
from tests.pooler.pgbouncer import pgbouncer
from tests.replicas.conftest import nodes, replicated
from tests.replicas.test_reading import Nodes, read_by
from tests.shards.placing import member_in

__all__ = ["nodes", "replicated"]  # fixtures of this module too


@pytest.fixture
def owner(replicated: Settings) -> Iterator[Cluster]:
    """A process beside the web, which is not pooled."""
    ours = Cluster(replicated, name="worker")
    yield ours
    ours.close()


@pytest.fixture
def web(replicated: Settings, owner: Cluster, nodes: Nodes, tmp_path: Path) -> Iterator[Cluster]:
    """The web's side, which knows only the pooler."""
    grant_to_web(owner.engine, WEB_ROLE)
    servers = {name: node.sockets for name, node in zip(("primary", "one", "two"), nodes, strict=True)}
    with pgbouncer(
        tmp_path, nodes[0].account, servers, str(make_url(replicated.database_url).database)
    ) as port:
        primary, *others = (f"postgresql://{WEB_ROLE}@127.0.0.1:{port}/{name}" for name in servers)
        pooled = replace(
            replicated, web_database_url=primary, web_database_pooled=True,
            web_replica_urls=" ".join(f"main={url}" for url in others),
        )  # fmt: skip
        ours = Cluster(pooled, name="web", by_request=True)
        tenancy.reach_every_tenant()
        yield ours
        tenancy.reach_nobody()
        ours.close()


def test_the_web_reads_from_replicas_behind_a_pooler(web: Cluster, nodes: Nodes) -> None:
    read_by(web, nodes[1], nodes[2])


def test_and_sees_what_it_and_others_wrote_though_they_stand_still(
    web: Cluster, owner: Cluster, nodes: Nodes
) -> None:
    member_id = member_in(owner, 3)
    read_by(web, nodes[1], nodes[2])
    nodes[1].pause()
    nodes[2].pause()
    for number, writer in enumerate((web, owner), 1):
        with writer.write(member_id) as session:
            session.execute(update(Member).where(Member.id == member_id).values(logged=number))
        with web.read(member_id, may_lag=True) as session:
            assert session.scalar(select(Member.logged).where(Member.id == member_id)) == number
