import json
from datetime import date

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import select, text
from sqlalchemy.engine import make_url

from models import migrations
from models.access.account import Account
from models.access.addresses import email_of, is_of, name_of
from models.archive.read import owner_of
from models.errors import SettingsError
from models.ids import new_id
from models.members.logs import entries, opened
from models.members.member import Member, profile_of
from models.members.weight_log import WeightLog
from models.plans.stored import read_plan
from models.tables import Base
from planners.make import make_plan
from planners.plan import plan_json
from planners.spec import read_request
from tests.conftest import run_on
from tests.models.rows import NUTRITION, add_job, add_member, default_tenant

OLD_PLAN = """
INSERT INTO plan (id, tenant_id, member_id, job_id, kind, start_date, request, body)
VALUES (:id, :tenant, :member, :job, 'nutrition', '2026-12-01', :request, :body)
"""


def move_to(cluster, revision, root_keys=""):
    with cluster.engine.begin() as connection:
        config = migrations._config()
        config.attributes.update(connection=connection, root_keys=root_keys)
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
        job = add_job(session, add_member(session, told=False))
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


OLD_ROWS = (
    "INSERT INTO member (id, tenant_id, profile) "
    "VALUES (:member, :tenant, '{\"weight_kg\": 97.8, \"height_cm\": 180}')",
    "INSERT INTO member (id, tenant_id) VALUES (:other, :tenant)",
    "INSERT INTO account (id, tenant_id, member_id, email, name, password_hash) "
    "VALUES (:account, :tenant, :member, 'zebulon@example.mil', 'Zebulon Q', 'x')",
    "INSERT INTO identity (id, tenant_id, member_id, issuer, subject) "
    "VALUES (:account, :tenant, :other, 'https://id.example', 'zebulon-7')",
    "INSERT INTO weight_log (member_id, date, tenant_id, weight_kg) "
    "SELECT :member, date '2026-01-01' + n, :tenant, 97 + n / 1000.0 FROM generate_series(1, 20) n",
    "INSERT INTO intake_log (member_id, date, tenant_id, kcal) "
    "VALUES (:member, '2026-01-01', :tenant, 2345.5)",
    "INSERT INTO workout_log (member_id, id, tenant_id, date, entry) "
    "VALUES (:member, :account, :tenant, '2026-01-01', '{\"status\": \"done\"}')",
    "INSERT INTO archive_key (member_id, tenant_id, key) VALUES (:member, :tenant, 'sixteen bytes ok')",
    "INSERT INTO webhook (id, tenant_id, member_id, url, events, secret) "
    "VALUES (:account, :tenant, :member, 'https://x.example', '{}', 'a secret of old')",
)  # fmt: skip

OLD_LOOK = (
    "SELECT email, name FROM account", "SELECT subject FROM identity ORDER BY subject",
    "SELECT profile FROM member ORDER BY id", "SELECT date, weight_kg FROM weight_log ORDER BY date",
    "SELECT kcal, protein_g FROM intake_log", "SELECT entry FROM workout_log", "SELECT key FROM archive_key",
    "SELECT secret, old_secret FROM webhook",
)  # fmt: skip


def files_with(cluster, servers, word):
    """The files of the database that hold a word; those of a copy, which is on the disk when it is made."""
    cluster.engine.dispose()
    url = make_url(cluster.engine.url)
    run_on(url.set(database="postgres"), f"CREATE DATABASE copy TEMPLATE {url.database} STRATEGY file_copy")
    with cluster.control() as session:
        oid = session.scalar(text("SELECT oid FROM pg_database WHERE datname = 'copy'"))
    folder = servers.folder.cluster / "base" / str(oid)
    found = [path.name for path in folder.iterdir() if word in path.read_bytes()]
    run_on(url.set(database="postgres"), "DROP DATABASE copy")
    return found


def look(cluster):
    with cluster.control() as session:
        return [session.execute(text(statement)).all() for statement in OLD_LOOK]


def test_rows_of_the_version_before_are_sealed_nothing_of_them_stays_and_they_are_had_back(
    cluster, settings, servers
):
    keys = settings.root_keys
    move_to(cluster, "0014", keys)
    with cluster.control() as session:
        told = {name: new_id(0) for name in ("member", "other", "account")}
        told["tenant"] = default_tenant(session)
        for statement in OLD_ROWS:
            session.execute(text(statement), told)
    before = look(cluster)
    assert files_with(cluster, servers, b"ebulon")
    move_to(cluster, "head", keys)
    with cluster.control() as session:
        account = session.scalars(select(Account).where(is_of(session, "Zebulon@example.mil"))).one()
        assert (email_of(session, account), name_of(session, account)) == ("zebulon@example.mil", "Zebulon Q")
        member = session.get_one(Member, told["member"])
        assert profile_of(session, member) == {"weight_kg": 97.8, "height_cm": 180}
        assert (member.measured, session.get_one(Member, told["other"]).profile) == (True, None)
        weights = [opened(session, row) for row in entries(session, WeightLog, member.id, limit=99)]
        assert weights[0] == {"weight_kg": 97.02}
        assert len(weights) == 20
        assert owner_of(session, member.id).key == b"sixteen bytes ok"
    assert not files_with(cluster, servers, b"ebulon")
    move_to(cluster, "0014", keys)
    assert look(cluster) == before
    move_to(cluster, "head", keys)


def test_rows_are_not_sealed_without_a_root_key(cluster, settings):
    move_to(cluster, "0014", settings.root_keys)
    with cluster.control() as session:
        told = {"member": new_id(0), "tenant": default_tenant(session)}
        session.execute(text(OLD_ROWS[0]), told)
    with pytest.raises(SettingsError, match="REVEILLE_ROOT_KEYS is needed"):
        migrations.migrate(cluster.engine)
    assert migrations.revision_of(cluster.engine) == "0014"
    migrations.migrate(cluster.engine, settings.root_keys)
