"""Logging in tells nobody which addresses have an account: not by its answer, a lock, or what it does."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event, select

from models.access.audit import AuditEntry, verify
from models.cluster import Cluster
from models.sealing.data_key import PLATFORM
from tests.web.people import login, register
from web.services import NAME

KNOWN, UNKNOWN = "anna@example.mil", "nobody@example.mil"


@pytest.fixture
def there(app: Flask) -> Flask:
    """An application where one of the two addresses has an account."""
    register(app, KNOWN)
    return app


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """What is said to the database meanwhile."""
    said: list[str] = []
    engine = app.extensions[NAME].cluster.engine

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(engine, "before_cursor_execute", hear)
    yield said
    event.remove(engine, "before_cursor_execute", hear)


def test_five_tries_are_answered_alike(there: Flask) -> None:
    answers = [[login(there, email, "wrong wrong") for _ in range(5)] for email in (KNOWN, UNKNOWN)]
    for known, unknown in zip(*answers, strict=True):
        assert known.status_code == unknown.status_code
        assert set(known.headers.keys()) == set(unknown.headers.keys())
        assert known.json["detail"].split()[:3] == unknown.json["detail"].split()[:3]
    assert [answer.status_code for answer in answers[1]] == [401, 401, 401, 429, 429]


def test_a_lock_of_an_address_without_account_outlasts_its_registration(app: Flask) -> None:
    for _ in range(3):
        login(app, UNKNOWN, "wrong wrong")
    register(app, UNKNOWN)
    assert login(app, UNKNOWN).status_code == 429


def test_the_same_is_done_for_both(there: Flask) -> None:
    login(there, KNOWN), login(there, UNKNOWN)  # whatever is done once is done
    kinds = []
    for email in (KNOWN, UNKNOWN):
        with statements(there) as said:
            login(there, email, "wrong wrong")
        kinds.append([" ".join(statement.split()[:3]) for statement in said])
    assert kinds[0] == kinds[1]


def test_a_try_with_an_unknown_address_is_written_down_without_the_address(
    there: Flask, cluster: Cluster
) -> None:
    login(there, UNKNOWN, "wrong wrong")
    with cluster.control() as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.tenant_id == PLATFORM))
        assert (entry.actor, entry.action) == ("nobody", "login_refused")
        assert UNKNOWN not in entry.subject
        assert verify(session, PLATFORM).broken_at is None
