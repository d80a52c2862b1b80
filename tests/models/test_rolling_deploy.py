"""Old and new processes at once: rows of the version before meet new code, its statements the new schema."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from alembic import command
from alembic.script import ScriptDirectory
from psycopg.types.json import Jsonb
from sqlalchemy import create_engine, func, update
from sqlalchemy.engine import make_url

from models import migrations
from models.cluster import Cluster, dialect_url
from models.ids import new_bucket, new_id
from models.jobs.claim import claim
from models.jobs.finish import Made, succeed
from models.jobs.job import Job, JobState
from models.jobs.rescue import rescue
from models.settings import Settings
from operations.stack.servers import Servers
from tests.conftest import ROOT_KEY, run_on
from tests.models import version_before as before
from tests.models.rows import NUTRITION

PROBLEM = {"type": "/problems/job-fault", "title": "x", "status": 500, "detail": "x"}


class Old:
    """A process of the version before, as the database sees it."""

    def __init__(self, settings: Settings) -> None:
        self.connection = psycopg.connect(settings.database_url, autocommit=True)
        self.connection.execute("SET app.tenant = '*'")
        (tenant_id,) = self.connection.execute("SELECT id FROM tenant WHERE slug = 'default'").fetchone()
        self.told: dict[str, Any] = {
            "tenant_id": tenant_id, "member_id": new_id(new_bucket()),
            "request": Jsonb(NUTRITION), "problem": Jsonb(PROBLEM), "catalogue_id": uuid4(),
        }  # fmt: skip
        self.connection.execute(before.MAKE_MEMBER, self.told)

    def say(self, statement: str, job_id: UUID) -> UUID | None:
        """Say it of one job; the id that comes back."""
        told = {**self.told, "id": job_id, "ids": [job_id], "plan_id": new_id(0), "fingerprint": job_id.bytes}
        cursor = self.connection.execute(statement, told)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None

    def make(self, *statements: str) -> UUID:
        """A job of which all of this was said; every statement that answers has met it."""
        job_id = new_id(new_bucket())
        for statement in (before.ENQUEUE, *statements):
            assert self.say(statement, job_id) in (job_id, None)
        return job_id


@pytest.fixture
def empty(servers: Servers) -> Iterator[Settings]:
    """A database at the schema of the version before."""
    url = make_url(dialect_url(servers.database_url))
    name = f"test_{uuid4().hex}"
    run_on(url, f"CREATE DATABASE {name}")
    ours = url.set(database=name)
    engine = create_engine(ours)
    with engine.begin() as connection:
        config = migrations._config()
        config.attributes["connection"] = connection
        command.upgrade(config, previous())
    engine.dispose()
    database_url = ours.set(drivername="postgresql").render_as_string(hide_password=False)
    yield Settings(database_url=database_url, redis_url=servers.redis_url, root_keys=ROOT_KEY)
    run_on(url, f"DROP DATABASE {name} WITH (FORCE)")


def previous() -> str:
    script = ScriptDirectory.from_config(migrations._config())
    return str(script.get_revision(migrations.head()).down_revision)


@pytest.fixture
def old(settings: Settings) -> Iterator[Old]:
    made = Old(settings)
    yield made
    made.connection.close()


def state(cluster: Cluster, job_id: UUID) -> str:
    with cluster.control() as session:
        return session.get_one(Job, job_id).state


def work_on(cluster: Cluster, job_id: UUID) -> None:
    """What a worker of this version does with it."""
    with cluster.control() as session:
        held = claim(session, [job_id], worker="new", lease_s=60)[job_id]
    body = {"kind": "nutrition", "start_date": "2026-12-01", "days": []}
    with cluster.control() as session:
        assert succeed(session, [Made(held=held, body=body)]) != [None]


def test_jobs_of_the_version_before_are_worked_on_after_the_migration(empty: Settings) -> None:
    process = Old(empty)
    queued = process.make(before.MARK_SENT)
    running = process.make(before.CLAIM)
    failed = process.make(before.CLAIM, before.FAIL)
    cancelled = process.make(before.CANCEL, before.SETTLE)
    process.connection.close()
    cluster = Cluster(empty, name="new")
    try:
        migrations.migrate(cluster.engine, empty.root_keys)
        with cluster.control() as session:
            session.execute(update(Job).where(Job.state == "running").values(lease_until=func.now()))
        with cluster.control() as session:
            assert rescue(session, max_attempts=5) == {"rescued": 1, "abandoned": 0}
        for job_id in (queued, running):
            work_on(cluster, job_id)
            assert state(cluster, job_id) == JobState.SUCCEEDED
        assert [state(cluster, job_id) for job_id in (failed, cancelled)] == ["failed", "cancelled"]
    finally:
        cluster.close()


@pytest.mark.parametrize(
    ("statements", "end"),
    [
        (
            (before.MARK_SENT, before.CLAIM, before.RENEW, before.REPORT, before.FINISH, before.SAVE),
            "succeeded",
        ),
        ((before.CLAIM, before.FAIL), "failed"),
        ((before.CLAIM, before.RETRY_LATER, before.OWE), "queued"),
        ((before.CANCEL, before.SETTLE), "cancelled"),
        ((before.CLAIM, before.CANCEL), "cancelled"),
    ],
    ids=["a plan", "a failure", "a retry", "a cancelled job", "a job cancelled in work"],
)
def test_what_the_version_before_says_is_understood(
    old: Old, cluster: Cluster, statements: tuple[str, ...], end: str
) -> None:
    assert state(cluster, old.make(*statements)) == end


def test_a_job_that_an_old_process_made_is_finished_by_a_new_one(old: Old, cluster: Cluster) -> None:
    job_id = old.make(before.MARK_SENT)
    work_on(cluster, job_id)
    assert old.say(before.CLAIM, job_id) is None


def test_a_job_that_an_old_process_lost_is_finished_by_a_new_one_and_its_late_end_is_refused(
    old: Old, cluster: Cluster
) -> None:
    job_id = old.make(before.CLAIM)
    with cluster.control() as session:
        session.execute(update(Job).values(lease_until=func.now()))
    with cluster.control() as session:
        rescue(session, max_attempts=5)
    work_on(cluster, job_id)
    assert old.say(before.FINISH, job_id) is None
    assert old.say(before.RENEW, job_id) is None
