"""Two primaries: the session's server as the control database, and a second server of the tests' own."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from models.cluster import Cluster
from models.settings import Settings
from operations.stack.servers import Servers, start_servers
from tests.conftest import copied, make_template
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
    return make_template(second)


@pytest.fixture
def other_url(second: Servers, second_template: str) -> Iterator[str]:
    """The address of a database at the newest schema on the second server."""
    with copied(second, second_template) as url:
        yield url


@pytest.fixture
def sharded(settings: Settings, other_url: str) -> Settings:
    """Settings that know the second server as the shard `east`; the map does not yet."""
    return replace(settings, shard_urls=f"{OTHER}={other_url}")


@pytest.fixture
def cluster(sharded: Settings) -> Iterator[Cluster]:
    ours = Cluster(sharded, name="test")
    yield ours
    ours.close()
