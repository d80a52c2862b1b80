"""Through pgbouncer in transaction mode, on one server connection for everybody: nobody sees anybody else."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import select, text
from sqlalchemy.engine import make_url

from models import tenancy
from models.cluster import Cluster
from models.grants import grant_to_web
from models.ids import new_id
from models.members.member import Member
from models.members.tenant import Tenant
from models.settings import Settings
from operations.stack.account import server_account
from operations.stack.postgres import WEB_ROLE
from operations.stack.servers import Servers
from tests.pooler.pgbouncer import pgbouncer
from tests.web.operators import add_tenant
from tests.web.people import BODY, NUTRITION, join
from web.app import create_app
from web.services import close


@pytest.fixture(scope="module")
def port(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a pgbouncer before the suite's PostgreSQL."""
    folder = tmp_path_factory.mktemp("pgbouncer")
    account = server_account(os.environ, servers.folder.cluster)
    with pgbouncer(folder, account, {"*": servers.folder.sockets}) as opened:
        yield opened


@pytest.fixture
def pooled(settings: Settings, cluster: Cluster, port: int) -> Settings:
    """Settings of a web process behind the pooler."""
    grant_to_web(cluster.engine, WEB_ROLE)
    name = make_url(settings.database_url).database
    key = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    url = f"postgresql://{WEB_ROLE}@127.0.0.1:{port}/{name}"
    return replace(settings, web_database_url=url, web_database_pooled=True, signing_key=key.decode())


@pytest.fixture
def web(pooled: Settings) -> Iterator[Cluster]:
    ours = Cluster(pooled, name="test web", by_request=True)
    yield ours
    tenancy.reach_nobody()
    ours.close()


def add_members(cluster: Cluster, count: int) -> list[UUID]:
    """As many tenants with a member each."""
    ids = [new_id(0) for _ in range(count)]
    with cluster.control() as session:
        session.add_all(Tenant(id=tenant_id, slug=f"t{at}", name="x") for at, tenant_id in enumerate(ids))
        session.flush()
        session.add_all(Member(id=new_id(7), tenant_id=tenant_id) for tenant_id in ids)
    return ids


def test_tenants_that_share_one_connection_see_their_own_rows(web: Cluster, cluster: Cluster) -> None:
    tenants = add_members(cluster, 8)

    def look(turn: int) -> tuple[bool, int]:
        own = tenants[turn % len(tenants)]
        tenancy.reach_tenant(own)
        with (web.read if turn % 3 else web.write)(own) as session:
            seen = session.scalars(select(Member.tenant_id)).all()
            return seen == [own], session.scalar(text("SELECT pg_backend_pid()"))

    with ThreadPoolExecutor(8) as threads:
        looks = list(threads.map(look, range(400)))
    assert {right for right, _ in looks} == {True}
    assert len({backend for _, backend in looks}) == 1


def test_the_next_client_of_the_connection_sees_nothing(
    web: Cluster, cluster: Cluster, pooled: Settings
) -> None:
    (own,) = add_members(cluster, 1)
    tenancy.reach_tenant(own)
    with web.read(own) as session:
        first = session.scalar(text("SELECT pg_backend_pid()"))
        assert session.scalar(text("SELECT count(*) FROM member")) == 1
    with psycopg.connect(pooled.web_database_url, prepare_threshold=None) as stranger:
        row = stranger.execute("SELECT pg_backend_pid(), (SELECT count(*) FROM member)").fetchone()
    assert row == (first, 0)


def test_a_timeout_holds_for_each_transaction(web: Cluster, pooled: Settings) -> None:
    with web.read(new_id(0)) as session:
        told = session.scalar(text("SELECT current_setting('statement_timeout')"))
    assert told == f"{pooled.database_timeout_s:.0f}s"


def test_the_interface_works_behind_it(pooled: Settings, cluster: Cluster) -> None:
    app = create_app(pooled)
    try:
        add_tenant(cluster, "elsewhere")
        anna = join(app, "anna@example.mil")
        zoe = join(app, "zoe@example.mil", tenant="elsewhere")
        for person in (anna, zoe, anna, zoe) * 3:  # more often than a statement is prepared by default
            assert person.put("/v1/profile", BODY).status_code == 200
            job = person.post("/v1/plans", {**NUTRITION, "seed": os.getpid()})
            assert person.get(job.headers["Location"]).status_code == 200
        other = anna if person is zoe else zoe
        assert other.get(job.headers["Location"]).status_code == 404
    finally:
        close(app)
