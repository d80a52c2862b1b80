"""The real application on a database of the test's own, and people who have an account there."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from flask import Flask
from sqlalchemy import create_engine

from models.cluster import Cluster, dialect_url
from models.migrations import migrate
from models.settings import Settings
from operations.stack.servers import Servers
from tests.conftest import ROOT_KEY
from tests.web.people import Person, join
from web.app import create_app
from web.services import close
from workers.keeper import LeaseKeeper
from workers.run_job import Bench


@pytest.fixture(scope="session")
def signing_key() -> str:
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture(scope="session")
def house(servers: Servers, signing_key: str) -> Iterator[Flask]:
    """One application for all tests that do not mind what others left behind."""
    redis_url = f"{servers.redis_url.partition('?')[0]}?db=2"
    shared = Settings(
        database_url=servers.database_url,
        redis_url=redis_url,
        signing_key=signing_key,
        access_token_s=86_400,
        root_keys=ROOT_KEY,
    )
    engine = create_engine(dialect_url(servers.database_url))
    migrate(engine)
    engine.dispose()
    app = create_app(shared)
    yield app
    close(app)


@pytest.fixture(scope="session")
def guest(house: Flask) -> Person:
    return join(house, "guest@example.mil")


@pytest.fixture
def web_settings(settings: Settings, signing_key: str) -> Settings:
    return replace(settings, signing_key=signing_key)


@pytest.fixture
def make_app(web_settings: Settings) -> Iterator[Callable[..., Flask]]:
    """An application with some settings changed."""
    made = []

    def make(**changes: object) -> Flask:
        made.append(create_app(replace(web_settings, **changes)))
        return made[-1]

    yield make
    for app in made:
        close(app)


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app()


@pytest.fixture
def anna(app: Flask) -> Person:
    return join(app, "anna@example.mil")


@pytest.fixture
def ben(app: Flask) -> Person:
    return join(app, "ben@example.mil")


@pytest.fixture
def bench(cluster: Cluster, settings: Settings) -> Bench:
    """What a worker works with."""
    keeper = LeaseKeeper(cluster, lease_s=settings.lease_s, deadline_s=settings.job_deadline_s)
    return Bench(cluster, keeper, settings, "test")
