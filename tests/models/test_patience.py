"""A server that falls silent is given up; one that is only slow, and a migration, are not."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from models.cluster import Cluster, dialect_url
from models.errors import Unavailable
from models.patience import MARGIN_S, take_all_time
from models.settings import Settings
from operations.faults.platform import unix_dial
from operations.faults.proxy import Proxy
from operations.stack.servers import Servers

LIMIT_S = 0.5


@pytest.fixture
def link(servers: Servers) -> Iterator[Proxy]:
    with Proxy(unix_dial(servers.folder.sockets / ".s.PGSQL.5432")) as proxy:
        yield proxy


@pytest.fixture
def behind(link: Proxy, settings: Settings) -> Iterator[Cluster]:
    """A cluster whose link goes through the proxy."""
    name = make_url(dialect_url(settings.database_url)).database
    url = f"postgresql://reveille@127.0.0.1:{link.port}/{name}"
    ours = Cluster(replace(settings, database_url=url, database_timeout_s=LIMIT_S), name="behind")
    yield ours
    ours.close()


def ask(cluster: Cluster, statement: str = "SELECT 1") -> None:
    with cluster.control() as session:
        session.execute(text(statement))


def test_a_silent_server_is_given_up_and_the_next_connection_works(link: Proxy, behind: Cluster) -> None:
    ask(behind)
    link.half_open()
    begin = time.monotonic()
    ask(behind)  # the pool looks whether its connection lives, gives it up and makes another
    assert LIMIT_S + MARGIN_S <= time.monotonic() - begin < 3 * (LIMIT_S + MARGIN_S)


def test_silence_in_the_midst_of_a_transaction_is_unavailable(link: Proxy, behind: Cluster) -> None:
    with pytest.raises(Unavailable, match="does not answer"), behind.control() as session:
        session.execute(text("SELECT 1"))
        link.half_open()
        session.execute(text("SELECT 1"))


def test_the_servers_own_limit_of_a_statement_comes_first(behind: Cluster) -> None:
    begin = time.monotonic()
    with pytest.raises(Unavailable):
        ask(behind, "SELECT pg_sleep(20)")
    assert time.monotonic() - begin < LIMIT_S + MARGIN_S


def test_a_migration_may_take_its_time(behind: Cluster) -> None:
    with behind.engine.connect() as connection:
        take_all_time(connection)
        connection.execute(text(f"SELECT pg_sleep({LIMIT_S + 0.1})"))
        assert connection.connection.driver_connection.silence_s is None
