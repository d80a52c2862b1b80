"""Two primaries: the session's server as the control database, and a second server of the tests' own."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from models import migrations
from models.cluster import Cluster, dialect_url
from models.settings import Settings
from operations.stack.servers import Servers, start_servers
from tests.conftest import run_on
from tests.web.conftest import signing_key

__all__ = ["signing_key"]

OTHER = "east"


@pytest.fixture(scope="session")
def second(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """A second PostgreSQL, in a folder of this session."""
    with start_servers(tmp_path_factory.mktemp("second"), {}) as started:
        yield started


@pytest.fixture(scope="session")
def second_template(second: Servers) -> str:
    url = make_url(dialect_url(second.database_url))
    run_on(url, "CREATE DATABASE test_template")
    engine = create_engine(url.set(database="test_template"))
    migrations.migrate(engine)
    engine.dispose()
    return "test_template"


@pytest.fixture
def other_url(second: Servers, second_template: str) -> Iterator[str]:
    """The address of a database at the newest schema on the second server."""
    url = make_url(dialect_url(second.database_url))
    name = f"test_{uuid4().hex}"
    run_on(url, f"CREATE DATABASE {name} TEMPLATE {second_template}")
    yield url.set(database=name, drivername="postgresql").render_as_string(hide_password=False)
    held = f"SELECT pid FROM pg_stat_activity WHERE datname = '{name}' AND backend_type = 'client backend'"
    run_on(url, f"SELECT pg_terminate_backend(pid, 5000) FROM ({held}) AS held")
    run_on(url, f"DROP DATABASE {name}")


@pytest.fixture
def sharded(settings: Settings, other_url: str) -> Settings:
    """Settings that know the second server as the shard `east`; the map does not yet."""
    return replace(settings, shard_urls=f"{OTHER}={other_url}")


@pytest.fixture
def cluster(sharded: Settings) -> Iterator[Cluster]:
    ours = Cluster(sharded, name="test")
    yield ours
    ours.close()
