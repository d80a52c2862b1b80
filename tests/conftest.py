"""Real servers for the whole session, and a database and a Redis of its own for every test that asks."""

import base64
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import hypothesis
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url

from models import migrations
from models.cluster import Cluster, dialect_url
from models.redis import connect
from models.settings import Settings
from operations.stack.servers import Servers, start_servers

# `make fuzz`: tests that set no number of examples of their own draw many, other ones each time.
hypothesis.settings.register_profile("fuzz", max_examples=3_000, deadline=None, derandomize=False)

REFERENCE = os.environ.get("REVEILLE_REFERENCE_DATA", "")


def program(name: str) -> str | None:
    """The path of a program, also of those that only root has on PATH."""
    return shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")


PGBOUNCER = program("pgbouncer")
EDGES = ("nginx", "haproxy", "varnishd")

ROOT_KEY = base64.b64encode(bytes(range(32))).decode()

# What a folder needs beside Python: without it the folder is not collected, and the report's header says so.
NEEDS = {
    "reference": ("a folder named by REVEILLE_REFERENCE_DATA", REFERENCE),
    "web/identity_provider": ("node and npm", shutil.which("node") and shutil.which("npm")),
    "pooler": ("pgbouncer", PGBOUNCER),
    "edge": (", ".join(EDGES), all(map(program, EDGES))),
    "deploy": ("node, npm and systemd-analyze", all(map(program, ("node", "npm", "systemd-analyze")))),
}
collect_ignore = [folder for folder, (_, found) in NEEDS.items() if not found]


def pytest_report_header() -> list[str]:
    return [
        f"tests/{folder}: {what}: {found or 'not found, so this folder is left out'}"
        for folder, (what, found) in NEEDS.items()
    ]


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """The embedded PostgreSQL and Valkey, in a folder of this session."""
    with start_servers(tmp_path_factory.mktemp("servers"), {}) as started:
        yield started


@pytest.fixture(scope="session")
def template(servers: Servers) -> str:
    """The name of a database at the newest schema, from which every test's own is copied."""
    return make_template(servers)


def make_template(servers: Servers) -> str:
    url = make_url(dialect_url(servers.database_url))
    run_on(url, "CREATE DATABASE test_template")
    engine = create_engine(url.set(database="test_template"))
    migrations.migrate(engine)
    engine.dispose()
    return "test_template"


TOGETHER = 20
LEFT: list[str] = []
"""Databases of tests that are over, until they are dropped together."""


@contextmanager
def copied(servers: Servers, template: str, *, together: bool = False) -> Iterator[str]:
    """The address of a database of the block's own, copied from `template`; dropped at its end, or `together`
    with others of the same server, which then lives as long as the session."""
    url = make_url(dialect_url(servers.database_url))
    name = f"test_{uuid4().hex}"
    run_on(url, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield url.set(database=name, drivername="postgresql").render_as_string(hide_password=False)
    end_connections(url, name)
    if not together:
        drop(url, name)
        return
    LEFT.append(name)
    if len(LEFT) >= TOGETHER:
        drop_left(url)


def drop_left(url: URL) -> None:
    """Drop the databases that are done with: each waits for a checkpoint, those at once for one."""
    names, LEFT[:] = list(LEFT), []
    with ThreadPoolExecutor(TOGETHER) as threads:
        list(threads.map(lambda name: drop(url, name), names))


def end_connections(url: URL, name: str) -> None:
    """End what is still connected to a database."""
    held = f"SELECT pid FROM pg_stat_activity WHERE datname = '{name}' AND backend_type = 'client backend'"
    run_on(url, f"SELECT pg_terminate_backend(pid, 5000) FROM ({held}) AS held")


def drop(url: URL, name: str) -> None:
    """Drop a database; threads of its test may have come back to it meanwhile."""
    run_on(url, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    end_connections(url, name)
    # Not WITH (FORCE), which may not end an autovacuum worker; without it the server does.
    run_on(url, f"DROP DATABASE {name}")


@pytest.fixture
def settings(servers: Servers, template: str) -> Iterator[Settings]:
    """Settings of a database of the test's own, at the newest schema, and an empty Redis."""
    with copied(servers, template, together=True) as database_url:
        redis_url = f"{servers.redis_url.partition('?')[0]}?db=1"
        ours = Settings(database_url=database_url, redis_url=redis_url, root_keys=ROOT_KEY)
        with connect(ours) as client:
            client.flushdb()
        yield ours


@pytest.fixture
def cluster(settings: Settings) -> Iterator[Cluster]:
    ours = Cluster(settings, name="test")
    yield ours
    ours.close()


@pytest.fixture
def quick_lease(settings: Settings) -> Settings:
    """The same servers with a lease that runs out within the test."""
    return replace(settings, lease_s=1.0)


def run_on(url: object, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")  # type: ignore[arg-type]
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Flows last: when something basic is broken, the small tests say so first."""
    items.sort(key=lambda item: "flows" in Path(str(item.path)).parts)
