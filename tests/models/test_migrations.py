import json
from datetime import date

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from models import migrations
from models.ids import new_id
from models.plans.stored import read_plan
from models.tables import Base
from planners.make import make_plan
from planners.plan import plan_json
from planners.spec import read_request
from tests.models.rows import NUTRITION, add_job

OLD_PLAN = """
INSERT INTO plan (id, tenant_id, member_id, job_id, kind, start_date, request, body)
VALUES (:id, :tenant, :member, :job, 'nutrition', '2026-12-01', :request, :body)
"""


def move_to(cluster, revision):
    with cluster.engine.begin() as connection:
        config = migrations._config()
        config.attributes["connection"] = connection
        (command.upgrade if revision == "head" else command.downgrade)(config, revision)


def test_migrations_and_tables_agree(cluster):
    with cluster.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_migrated_database_is_at_the_head_and_migrating_again_changes_nothing(cluster):
    assert migrations.revision_of(cluster.engine) == migrations.head()
    assert migrations.migrate(cluster.engine) == migrations.head()


def test_every_version_can_be_taken_back(cluster):
    move_to(cluster, "base")
    assert migrations.revision_of(cluster.engine) is None
    migrations.migrate(cluster.engine)
    assert migrations.revision_of(cluster.engine) == migrations.head()


def test_plans_of_the_version_before_are_packed_and_unpacked(cluster):
    body = plan_json(make_plan(read_request(NUTRITION, date(2026, 11, 30))))
    with cluster.control() as session:
        job = add_job(session)
    move_to(cluster, "0006")
    with cluster.control() as session:
        row = {"id": new_id(0), "job": job.id, "member": job.member_id, "tenant": job.tenant_id}
        told = {"request": json.dumps(job.request), "body": json.dumps(body)}
        session.execute(text(OLD_PLAN), row | told)
    move_to(cluster, "head")
    with cluster.control() as session:
        plan = read_plan(session, row["id"])
        assert (plan.body, plan.request) == (body, job.request)
    move_to(cluster, "0006")
    with cluster.control() as session:
        assert session.execute(text("SELECT body, request FROM plan")).one() == (body, job.request)
    move_to(cluster, "head")
