"""A web process for the whole room."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy.engine import make_url

from models.cluster import dialect_url
from models.settings import Settings
from operations.stack.servers import Servers
from tests.attack import served as serving
from tests.attack.served import Served, new_key
from tests.conftest import ROOT_KEY, run_on

OFTEN = 100_000_000  # requests a minute: these tests are about what is answered, not how often


@pytest.fixture(scope="session")
def served(servers: Servers, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    url = make_url(dialect_url(servers.database_url))
    name = f"attack_{uuid4().hex}"
    run_on(url, f"CREATE DATABASE {name} TEMPLATE {template}")
    settings = Settings(
        database_url=url.set(database=name, drivername="postgresql").render_as_string(hide_password=False),
        redis_url=f"{servers.redis_url.partition('?')[0]}?db=3",
        signing_key=new_key(), root_keys=ROOT_KEY,
        access_token_s=86_400,
        rate_address=OFTEN, rate_account=OFTEN, rate_tenant=OFTEN, most_waiting=1_000_000,
        event_stream_s=0.2,
    )  # fmt: skip
    with serving.served(settings, tmp_path_factory.mktemp("web")) as running:
        yield running
