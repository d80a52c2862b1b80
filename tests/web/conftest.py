"""The real application on a database of the test's own, and people who have an account there."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from flask import Flask

from models.settings import Settings
from tests.web.people import Person, join
from web.app import create_app
from web.services import close


@pytest.fixture(scope="session")
def signing_key() -> str:
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


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
