"""Queue features: shares and quotas of tenants, unique jobs, idempotency keys, paused queues, dead letters.

Processes of the version before go on working on this schema: whatever they write without the new columns is
a job that nobody joins, and their keys are looked for in `job.idempotency_key`, which stays for them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tenant", sa.Column("weight", sa.Double(), server_default="1", nullable=False))
    op.add_column("tenant", sa.Column("most_waiting", sa.Integer(), nullable=True))
    op.create_check_constraint(op.f("ck_tenant_weight"), "tenant", "weight BETWEEN 0.001 AND 1000")
    op.create_check_constraint(op.f("ck_tenant_most_waiting"), "tenant", "most_waiting >= 0")
    op.add_column("job", sa.Column("fingerprint", sa.LargeBinary(), nullable=True))
    op.create_index(
        "uq_job_waiting",
        "job",
        ["fingerprint"],
        unique=True,
        postgresql_where=sa.text("state = 'queued' AND attempts = 0"),
    )
    op.create_index(
        "ix_job_failed", "job", ["id"], unique=False, postgresql_where=sa.text("state = 'failed'")
    )
    op.create_table(
        "queue",
        sa.Column(
            "name",
            sa.Enum(
                "interactive", "batch", name="queuename", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_by", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint("(paused_at IS NULL) = (paused_by IS NULL)", name=op.f("ck_queue_paused")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_queue")),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "member_id"],
            ["member.tenant_id", "member.id"],
            name=op.f("fk_idempotency_key_tenant_id_member_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("member_id", "key", name=op.f("pk_idempotency_key")),
    )
    op.create_index(op.f("ix_idempotency_key_created_at"), "idempotency_key", ["created_at"], unique=False)


def downgrade() -> None:
    op.drop_table("idempotency_key")
    op.drop_table("queue")
    for index in ("ix_job_failed", "uq_job_waiting"):
        op.drop_index(index, "job")
    op.drop_column("job", "fingerprint")
    for column in ("most_waiting", "weight"):
        op.drop_column("tenant", column)
