"""Configured addresses that are wrong: one sentence each, what to do, and never the password."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from operations.stack.errors import StackError
from operations.stack.servers import start_servers
from operations.stack.urls import check_database, check_redis


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port that is bound, so that nobody else takes it, and where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def test_a_database_that_does_not_answer_is_named_without_its_password(closed_port: int) -> None:
    with pytest.raises(StackError) as caught:
        check_database(f"postgresql+psycopg://ann:pa55word@127.0.0.1:{closed_port}/x")
    assert str(caught.value) == (
        f"PostgreSQL at 127.0.0.1:{closed_port} does not answer (Connection refused): start it, or correct "
        "REVEILLE_DATABASE_URL."
    )


def test_a_redis_that_does_not_answer_is_named_without_its_password(closed_port: int) -> None:
    with pytest.raises(StackError) as caught:
        check_redis(f"redis://:pa55word@127.0.0.1:{closed_port}/0")
    assert str(caught.value).startswith(f"Redis at 127.0.0.1:{closed_port} does not answer (")
    assert str(caught.value).endswith("start it, or correct REVEILLE_REDIS_URL.")
    assert "pa55word" not in str(caught.value)


@pytest.mark.parametrize("url", ["mysql://h/x", "host:5432", "postgresql://h:port/x", "postgresql://[::1/x"])
def test_what_is_no_address_of_postgresql_is_shown_one(url: str) -> None:
    with pytest.raises(StackError, match=r"write it as postgresql://user@host:5432/name\.$"):
        check_database(url)


@pytest.mark.parametrize("url", ["http://h/x", "localhost", "redis://h:port/0"])
def test_what_is_no_address_of_redis_is_shown_one(url: str) -> None:
    with pytest.raises(StackError, match=r"write it as redis://host:6379/0\.$"):
        check_redis(url)


def test_a_server_of_another_kind_is_no_redis(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(StackError, match=rf"^Redis at 127.0.0.1:{port} does not answer"):
            check_redis(f"redis://127.0.0.1:{port}/0")


def test_a_wrong_address_starts_nothing(tmp_path: Path, closed_port: int) -> None:
    with pytest.raises(StackError, match="^Redis at"):
        start_servers(tmp_path / "data", {"REVEILLE_REDIS_URL": f"redis://127.0.0.1:{closed_port}/0"})
    assert not (tmp_path / "data").exists()
