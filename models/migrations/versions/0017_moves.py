"""Moves of buckets between shards, regions of tenants, versions of webhooks, two indexes by member."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shard_move",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("buckets", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "running", "done", "cancelled", name="movestate", native_enum=False, create_constraint=True,
                length=32,
            ),
            server_default="running",
            nullable=False,
        ),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("source <> target", name=op.f("ck_shard_move_apart")),
        sa.CheckConstraint(
            "(state = 'running') = (finished_at IS NULL)", name=op.f("ck_shard_move_finished")
        ),
        sa.ForeignKeyConstraint(["source"], ["shard.name"], name=op.f("fk_shard_move_source")),
        sa.ForeignKeyConstraint(["target"], ["shard.name"], name=op.f("fk_shard_move_target")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shard_move")),
    )  # fmt: skip
    # One at a time: the index holds the same value for every running one.
    op.create_index(
        "uq_shard_move_running", "shard_move", ["state"], unique=True,
        postgresql_where=sa.text("state = 'running'"),
    )  # fmt: skip
    op.create_table(
        "shard_change",
        sa.Column("number", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_shard_change")),
    )
    op.create_table(
        "shard_arriving",
        sa.Column("number", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("row", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_shard_arriving")),
    )
    op.execute("""
    CREATE FUNCTION shard_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
        INSERT INTO shard_change (member_id)
        VALUES (((CASE TG_OP WHEN 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END) ->> TG_ARGV[0])::uuid);
        RETURN NULL;
    END $$
    """)
    op.add_column("tenant", sa.Column("region", sa.String(), server_default="home", nullable=False))
    op.add_column("webhook", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    for table in ("webhook_delivery", "batch_failure"):
        op.create_index(op.f(f"ix_{table}_member_id"), table, ["member_id"], unique=False)


def downgrade() -> None:
    for table in ("webhook_delivery", "batch_failure"):
        op.drop_index(f"ix_{table}_member_id", table)
    op.drop_column("webhook", "version")
    op.drop_column("tenant", "region")
    op.execute("DROP FUNCTION shard_changed")
    for table in ("shard_arriving", "shard_change", "shard_move"):
        op.drop_table(table)
