"""Row-level security: every table with a tenant has it, and a query that forgets to ask sees nobody else."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from models import tenancy
from models.cluster import Cluster, dialect_url
from models.grants import grant_to_web
from models.ids import new_id
from models.jobs.job import Job
from models.members.member import Member
from models.members.tenant import Tenant
from models.migrations.policies import POLICY
from models.settings import Settings
from models.tables import Base
from operations.stack.postgres import WEB_ROLE
from tests.models.rows import add_job

WITHOUT_TENANT = {
    "catalogue": "foods and exercises, the same for everybody",
    "queue": "whether a queue is paused; it serves every tenant",
    "login_failure": "tries to log in, of addresses that may have no account and so no tenant",
    "run": "what the timetable has started; it counts rows and names nobody",
    "alembic_version": "the schema's own",
    "arrivals": "how many jobs came and ended; it counts and names nobody",
    "fixed_pool": "how many workers an operator wants",
    "worker": "the worker processes that there are",
    "bucket_map": "the version of the map of buckets",
    "bucket_range": "which shard has which buckets; the web's role cannot change it",
    "shard": "the shards' names",
    "shard_arriving": "rows of a bucket that moves, for seconds; the web's role cannot change it",
    "shard_change": "members of a bucket that moves, by their ids",
    "shard_move": "which buckets move where",
    "shard_self": "what a shard owns",
}

PROTECTED = text(
    "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AND EXISTS ("
    "  SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = :policy"
    "  AND p.polqual IS NOT NULL AND p.polwithcheck IS NOT NULL AND p.polcmd = '*') "
    "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
)


@pytest.fixture
def web(settings: Settings, cluster: Cluster) -> Iterator[Cluster]:
    """The database as the web reaches it: by its own role, and only the rows of its request."""
    grant_to_web(cluster.engine, WEB_ROLE)
    url = make_url(dialect_url(settings.database_url)).set(username=WEB_ROLE)
    theirs = replace(settings, web_database_url=url.render_as_string(hide_password=False))
    ours = Cluster(theirs, name="test web", by_request=True)
    tenancy.reach_nobody()
    yield ours
    tenancy.reach_nobody()
    ours.close()


@contextmanager
def reaching(tenant_id: UUID) -> Iterator[None]:
    tenancy.reach_tenant(tenant_id)
    yield
    tenancy.reach_nobody()


@pytest.fixture
def tenants(cluster: Cluster) -> tuple[UUID, UUID]:
    """Two tenants, each with a member and a job."""
    made = []
    with cluster.control() as session:
        for slug in ("one", "two"):
            tenant = Tenant(id=new_id(0), slug=slug, name=slug)
            session.add(tenant)
            session.flush()
            member = Member(id=new_id(7), tenant_id=tenant.id)
            session.add(member)
            session.flush()
            add_job(session, member)
            made.append(tenant.id)
    return made[0], made[1]


def test_every_table_has_a_policy_or_says_why_not(cluster: Cluster) -> None:
    with cluster.engine.connect() as connection:
        found = {name: bool(held) for name, held in connection.execute(PROTECTED, {"policy": POLICY})}
    assert {name for name, held in found.items() if not held} == WITHOUT_TENANT.keys()
    with_tenant = {table.name for table in Base.metadata.sorted_tables if "tenant_id" in table.c}
    assert not with_tenant & WITHOUT_TENANT.keys()


def test_a_query_that_forgets_to_ask_sees_the_own_tenant_alone(
    web: Cluster, tenants: tuple[UUID, UUID]
) -> None:
    for own in tenants:
        with reaching(own), web.read(own) as session:
            for table in (Member, Job):
                assert set(session.scalars(select(table.tenant_id))) == {own}
            assert session.scalars(select(Tenant.id)).all() == [own]


def test_who_says_nothing_sees_nothing(web: Cluster, tenants: tuple[UUID, UUID]) -> None:
    for how in (web.control, lambda: web.read(tenants[0]), lambda: web.write(tenants[0])):
        with how() as session:
            for table in (Member, Job, Tenant):
                assert session.scalar(select(func.count()).select_from(table)) == 0
    with web.engine.connect() as connection:  # past every session of ours
        assert connection.scalar(text("SELECT count(*) FROM member")) == 0


def test_another_tenants_rows_are_neither_changed_nor_deleted(
    web: Cluster, cluster: Cluster, tenants: tuple[UUID, UUID]
) -> None:
    one, two = tenants
    with reaching(one), web.write(one) as session:
        assert session.execute(update(Member).values(version=9)).rowcount == 1
        assert session.execute(delete(Job).where(Job.tenant_id == two)).rowcount == 0
    with cluster.control() as session:
        versions = dict(session.execute(select(Member.tenant_id, Member.version)).all())
        assert (versions[one], versions[two]) == (9, 1)


def test_nothing_is_written_into_another_tenant(web: Cluster, tenants: tuple[UUID, UUID]) -> None:
    one, two = tenants
    there = insert(Member).values(id=new_id(7), tenant_id=two)
    for statement in (there, update(Member).values(tenant_id=two)):
        with pytest.raises(DBAPIError, match="row-level security"), reaching(one), web.write(one) as session:
            session.execute(statement)
        tenancy.reach_nobody()


def test_what_is_set_ends_with_its_transaction(web: Cluster, tenants: tuple[UUID, UUID]) -> None:
    with reaching(tenants[0]), web.read(tenants[0]) as session:
        first = session.scalar(text("SELECT pg_backend_pid()"))
    with web.engine.connect() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) == first
        assert connection.scalar(text("SELECT current_setting('app.tenant', true)")) in ("", None)
        assert connection.scalar(text("SELECT count(*) FROM member")) == 0


def test_the_webs_role_owns_nothing_and_cannot_undo_it(web: Cluster, tenants: tuple[UUID, UUID]) -> None:
    tenancy.reach_tenant(tenants[0])
    for statement in (
        "ALTER TABLE member DISABLE ROW LEVEL SECURITY",
        "DROP POLICY of_tenant ON member",
        "TRUNCATE job",
        "CREATE TABLE mine (id int)",
        "UPDATE audit SET actor = 'nobody'",
        "DELETE FROM audit",
        "UPDATE alembic_version SET version_num = '0'",
        "SET ROLE reveille",
    ):
        with pytest.raises(DBAPIError, match=r"permission denied|must be owner"), web.control() as session:
            session.execute(text(statement))


def test_the_owner_is_bound_as_well(cluster: Cluster, tenants: tuple[UUID, UUID]) -> None:
    with cluster.control() as session:
        assert session.scalar(select(func.count()).select_from(Member)) == 2
        session.execute(text("SET LOCAL app.tenant = ''"))
        assert session.scalar(select(func.count()).select_from(Member)) == 0
