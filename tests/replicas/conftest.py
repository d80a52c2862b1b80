"""A primary and two streaming replicas for the session, and a database on them for each test."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import create_engine

from models import migrations
from models.cluster import dialect_url
from models.settings import Settings
from operations.stack import postgres
from tests.eventually import eventually
from tests.replicas.nodes import Node, new_primary, new_replica

LAG_S = 1.0


@pytest.fixture(scope="session")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Node, Node, Node]]:
    """The primary, and its two replicas."""
    primary = new_primary(tmp_path_factory.mktemp("primary"), {"wal_keep_size": "256MB"})
    replicas = [new_replica(tmp_path_factory.mktemp(f"replica_{number}"), primary) for number in (1, 2)]
    engine = create_engine(dialect_url(primary.url(postgres.DATABASE)))
    migrations.migrate(engine)
    engine.dispose()
    yield primary, replicas[0], replicas[1]
    for node in (*replicas, primary):
        node.stop()


@pytest.fixture
def replicated(nodes: tuple[Node, Node, Node], settings: Settings) -> Iterator[Settings]:
    """Settings of a database with two replicas, and the Redis of the test."""
    primary, *replicas = nodes
    name = f"test_{uuid4().hex}"
    primary.ask(f"CREATE DATABASE {name} TEMPLATE {postgres.DATABASE} OWNER {postgres.ROLE}")
    urls = " ".join(f"main={node.url(name)}" for node in replicas)
    for node in replicas:
        eventually(lambda node=node: node.ask(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))
    yield replace(settings, database_url=primary.url(name), replica_urls=urls, replica_lag_s=LAG_S)
    for node in replicas:
        node.resume()
    primary.ask(f"DROP DATABASE {name} WITH (FORCE)")
