"""Plans by state and month, and the archive: its files, its keys, holds, and how long a tenant keeps what.

The table of plans is made anew and filled. Processes of the version before cannot work meanwhile: stop the
platform, migrate, start it.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from models.migrations.policies import protect
from models.plans.months import Month, months_between

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TENANTS = ("archive_file", "archive_key", "legal_hold")

COLUMNS = "id, tenant_id, member_id, job_id, kind, state, start_date, created_at, days, catalogue_id, content"

TABLE = """
CREATE TABLE plan (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    member_id uuid NOT NULL,
    job_id uuid,
    kind varchar(32) NOT NULL,
    state varchar(32) NOT NULL DEFAULT 'current',
    start_date date NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    days smallint NOT NULL,
    catalogue_id uuid NOT NULL,
    content bytea NOT NULL,
    keep_until timestamptz,
    CONSTRAINT ck_plan_kind CHECK (kind IN ('nutrition', 'workout')),
    CONSTRAINT ck_plan_planstate CHECK (state IN ('current', 'superseded')),
    CONSTRAINT fk_plan_tenant_id_member_id FOREIGN KEY (tenant_id, member_id)
        REFERENCES member (tenant_id, id) ON DELETE CASCADE,
    CONSTRAINT pk_plan PRIMARY KEY (id, state)
) PARTITION BY LIST (state)
"""

PARTS = (
    "CREATE SCHEMA plan_months",
    "CREATE TABLE plan_months.live PARTITION OF plan FOR VALUES IN ('current')",
    "CREATE UNIQUE INDEX uq_plan_current ON plan_months.live (member_id, kind)",
    "CREATE UNIQUE INDEX uq_plan_live_job ON plan_months.live (job_id)",
    "CREATE TABLE plan_months.past PARTITION OF plan FOR VALUES IN ('superseded') PARTITION BY RANGE (id)",
    "CREATE INDEX ix_plan_member_id_id ON plan (member_id, id)",
    "CREATE TABLE plan_months.late (id uuid PRIMARY KEY)",
)

# A job names its one plan from the moment it succeeds, for good; so no second plan can be of the same job, in
# whatever partition it would be.
ONE_PLAN_PER_JOB = """
CREATE FUNCTION plan_of_its_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM made JOIN job ON job.id = made.job_id WHERE job.plan_id IS DISTINCT FROM made.id
    ) THEN
        RAISE EXCEPTION 'a plan must be the one that its job names' USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER plan_of_its_job AFTER INSERT ON plan REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION plan_of_its_job();
CREATE FUNCTION plan_is_late() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO plan_months.late VALUES (NEW.id) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
"""


def upgrade() -> None:
    op.execute("ALTER TABLE plan RENAME TO plan_before")
    for constraint in ("pk_plan", "uq_plan_job_id", "fk_plan_tenant_id_member_id"):
        op.drop_constraint(constraint, "plan_before")
    for statement in (TABLE, *PARTS):
        op.execute(statement)
    connection = op.get_bind()
    oldest = connection.scalar(sa.text("SELECT min(created_at) FROM plan_before"))
    now = datetime.now(UTC)
    first, *following = months_between(oldest or now, now)
    connection.execute(
        sa.text(
            "CREATE TABLE plan_months.old PARTITION OF plan_months.past "
            f"FOR VALUES FROM (MINVALUE) TO ('{first.first_id}')"
        )
    )
    connection.execute(sa.text("CREATE UNIQUE INDEX uq_plan_old_job ON plan_months.old (job_id)"))
    for month in (first, *following):
        _make_month(connection, month)
    op.execute(f"INSERT INTO plan ({COLUMNS}) SELECT {COLUMNS} FROM plan_before")  # noqa: S608 (ours)
    op.execute("DROP TABLE plan_before")
    op.execute(ONE_PLAN_PER_JOB)
    _add_archive()
    for table in ("plan", *TENANTS):
        protect(table)


def _make_month(connection: sa.Connection, month: Month) -> None:
    connection.execute(
        sa.text(
            f"CREATE TABLE {month.table} PARTITION OF plan_months.past "
            f"FOR VALUES FROM ('{month.first_id}') TO ('{month.after.first_id}')"
        )
    )
    connection.execute(sa.text(f"CREATE UNIQUE INDEX uq_plan_{month.name}_job ON {month.table} (job_id)"))


def _add_archive() -> None:
    op.create_table(
        "archive_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Enum("plans", "jobs", name="archivekind", native_enum=False,
                                  create_constraint=True, length=32), nullable=False),
        sa.Column("state", sa.Enum("writing", "live", name="archivestate", native_enum=False,
                                   create_constraint=True, length=32),
                  server_default="writing", nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), server_default="0", nullable=False),
        sa.Column("size", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=True),
        sa.Column("first_id", sa.Uuid(), nullable=True),
        sa.Column("last_id", sa.Uuid(), nullable=True),
        sa.Column("first_bucket", sa.SmallInteger(), nullable=True),
        sa.Column("last_bucket", sa.SmallInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state = 'writing' OR (rows > 0 AND sha256 IS NOT NULL AND last_id IS NOT NULL)",
            name=op.f("ck_archive_file_live"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_file")),
        sa.UniqueConstraint("path", name=op.f("uq_archive_file_path")),
    )  # fmt: skip
    op.create_index(
        "ix_archive_file_tenant_id_kind_last_id", "archive_file", ["tenant_id", "kind", "last_id"],
        unique=False,
    )  # fmt: skip
    for table, columns in (
        ("archive_key", [sa.Column("key", sa.LargeBinary(), nullable=False)]),
        (
            "legal_hold",
            [
                sa.Column("reason", sa.String(), nullable=False),
                sa.Column("placed_by", sa.String(), nullable=False),
                sa.Column(
                    "placed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
                ),
            ],
        ),
    ):
        op.create_table(
            table,
            sa.Column("member_id", sa.Uuid(), nullable=False),
            sa.Column("tenant_id", sa.Uuid(), nullable=False),
            *columns,
            sa.ForeignKeyConstraint(
                ["tenant_id", "member_id"],
                ["member.tenant_id", "member.id"],
                name=op.f(f"fk_{table}_tenant_id_member_id"),
                ondelete="CASCADE" if table == "archive_key" else "RESTRICT",
            ),
            sa.PrimaryKeyConstraint("member_id", name=op.f(f"pk_{table}")),
        )
    for column in ("job_days", "archive_days"):
        op.add_column("tenant", sa.Column(column, sa.Integer(), nullable=True))
        op.create_check_constraint(op.f(f"ck_tenant_{column}"), "tenant", f"{column} >= 1")


def downgrade() -> None:
    for column in ("job_days", "archive_days"):
        op.drop_column("tenant", column)
    for table in ("legal_hold", "archive_key", "archive_file"):
        op.drop_table(table)
    op.execute("DROP TRIGGER plan_of_its_job ON plan")
    op.execute("ALTER TABLE plan RENAME TO plan_after")
    for constraint in ("pk_plan", "fk_plan_tenant_id_member_id", "ck_plan_kind", "ck_plan_planstate"):
        op.execute(f"ALTER TABLE plan_after RENAME CONSTRAINT {constraint} TO {constraint}_after")
    op.execute(
        f"CREATE TABLE plan AS SELECT {COLUMNS} FROM plan_after"  # noqa: S608 (ours)
    )
    op.execute("DROP TABLE plan_after CASCADE")
    op.execute("DROP SCHEMA plan_months CASCADE")
    op.execute("DROP FUNCTION plan_of_its_job")
    op.execute("DROP FUNCTION plan_is_late")
    for statement in AS_BEFORE:
        op.execute(statement)
    protect("plan")


AS_BEFORE = (
    "ALTER TABLE plan ADD CONSTRAINT pk_plan PRIMARY KEY (id)",
    "ALTER TABLE plan ADD CONSTRAINT uq_plan_job_id UNIQUE (job_id)",
    "ALTER TABLE plan ADD CONSTRAINT ck_plan_kind CHECK (kind IN ('nutrition', 'workout'))",
    "ALTER TABLE plan ADD CONSTRAINT ck_plan_planstate CHECK (state IN ('current', 'superseded'))",
    "ALTER TABLE plan ADD CONSTRAINT fk_plan_tenant_id_member_id FOREIGN KEY (tenant_id, member_id) "
    "REFERENCES member (tenant_id, id) ON DELETE CASCADE",
    *(
        f"ALTER TABLE plan ALTER {column} SET NOT NULL"
        for column in COLUMNS.split(", ")
        if column not in ("id", "job_id")
    ),
    "ALTER TABLE plan ALTER state SET DEFAULT 'current', ALTER created_at SET DEFAULT now()",
    "CREATE INDEX ix_plan_member_id_kind_id ON plan (member_id, kind, id)",
    "CREATE UNIQUE INDEX uq_plan_current ON plan (member_id, kind) WHERE state = 'current'",
)
