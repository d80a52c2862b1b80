"""Nights: batches, their chunks as jobs, why members were left out, and what a plan was made from.

Processes of the version before write no chunks and read none: a chunk is no member's job. `job.member_id` may
be null from here on, which they meet only as a job that is not found.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

RUN_STATES = ("running", "succeeded", "failed")


def upgrade() -> None:
    op.create_table(
        "batch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "nutrition", "workout", name="kind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "running",
                "paused",
                "finished",
                "cancelled",
                name="batchstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="running",
            nullable=False,
        ),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("ready_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("forced", sa.Boolean(), nullable=False),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("chunks_left", sa.Integer(), nullable=False),
        sa.Column("planned", sa.Integer(), server_default="0", nullable=False),
        sa.Column("unchanged", sa.Integer(), server_default="0", nullable=False),
        sa.Column("without", sa.Integer(), server_default="0", nullable=False),
        sa.Column("overtaken", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("late_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("workers_needed", sa.Integer(), nullable=True),
        sa.CheckConstraint("(state = 'paused') = (paused_at IS NOT NULL)", name=op.f("ck_batch_paused")),
        sa.CheckConstraint(
            "(state IN ('finished', 'cancelled')) = (finished_at IS NOT NULL)", name=op.f("ck_batch_finished")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_batch_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("date", "kind", "tenant_id", name=op.f("uq_batch_date_kind_tenant_id")),
    )
    op.create_index(
        "ix_batch_open",
        "batch",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state IN ('running', 'paused')"),
    )
    op.create_index(op.f("ix_batch_tenant_id_id"), "batch", ["tenant_id", "id"], unique=False)
    op.create_table(
        "batch_failure",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("problem", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.id"], name=op.f("fk_batch_failure_batch_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "member_id"],
            ["member.tenant_id", "member.id"],
            name=op.f("fk_batch_failure_tenant_id_member_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("batch_id", "member_id", name=op.f("pk_batch_failure")),
    )
    op.create_table(
        "renewal",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "nutrition", "workout", name="kind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("inputs", sa.LargeBinary(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "member_id"],
            ["member.tenant_id", "member.id"],
            name=op.f("fk_renewal_tenant_id_member_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("member_id", "kind", name=op.f("pk_renewal")),
        postgresql_with={"fillfactor": 80},
    )
    op.add_column("job", sa.Column("batch_id", sa.Uuid(), nullable=True))
    op.alter_column("job", "member_id", existing_type=sa.UUID(), nullable=True)
    op.create_index(
        "ix_job_batch",
        "job",
        ["batch_id", "state"],
        unique=False,
        postgresql_where=sa.text("batch_id IS NOT NULL"),
    )
    op.add_column("member", sa.Column("logged", sa.Integer(), server_default="0", nullable=False))
    op.alter_column("plan", "job_id", existing_type=sa.UUID(), nullable=True)
    op.add_column("tenant", sa.Column("zone", sa.String(), server_default="UTC", nullable=False))
    op.drop_constraint(op.f("ck_job_plan"), "job")
    op.create_check_constraint(
        op.f("ck_job_plan"), "job", "(state = 'succeeded' AND batch_id IS NULL) = (plan_id IS NOT NULL)"
    )
    op.create_check_constraint(op.f("ck_job_chunk"), "job", "(member_id IS NULL) = (batch_id IS NOT NULL)")
    _run_states(*RUN_STATES, "missed")


def downgrade() -> None:
    op.execute("DELETE FROM outbox USING job WHERE job.id = outbox.job_id AND job.batch_id IS NOT NULL")
    op.execute("DELETE FROM job WHERE batch_id IS NOT NULL")
    op.execute("DELETE FROM plan WHERE job_id IS NULL")
    op.execute("DELETE FROM run WHERE state = 'missed'")
    _run_states(*RUN_STATES)
    op.drop_constraint(op.f("ck_job_chunk"), "job")
    op.drop_constraint(op.f("ck_job_plan"), "job")
    op.create_check_constraint(op.f("ck_job_plan"), "job", "(state = 'succeeded') = (plan_id IS NOT NULL)")
    op.drop_index("ix_job_batch", "job")
    op.drop_column("job", "batch_id")
    op.alter_column("job", "member_id", nullable=False)
    op.alter_column("plan", "job_id", nullable=False)
    op.drop_column("member", "logged")
    op.drop_column("tenant", "zone")
    for table in ("renewal", "batch_failure", "batch"):
        op.drop_table(table)


def _run_states(*states: str) -> None:
    op.drop_constraint(op.f("ck_run_runstate"), "run")
    words = ", ".join(f"'{state}'" for state in states)
    op.create_check_constraint(op.f("ck_run_runstate"), "run", f"state IN ({words})")
