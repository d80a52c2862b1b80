"""Shards: the map of buckets, what each shard owns, and no more foreign keys from accounts to members.

A database that is made or migrated by this is the shard `main` with every bucket, which is right for the one
database of a platform that is not sharded; `reveille shards add` tells another one what it is.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# The lock comes first and the look after it: each statement of a function that is volatile has a snapshot of
# its own, so whoever waited for a move sees what came of it. 64 buckets that follow each other share a lock.
FENCE = """
CREATE FUNCTION hold_buckets(wanted integer[]) RETURNS boolean LANGUAGE plpgsql
SET lock_timeout = '1s' AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7265766, stripe)
    FROM (SELECT DISTINCT bucket / 64 AS stripe FROM unnest(wanted) bucket ORDER BY 1) asked;
    RETURN has_buckets(wanted);
END $$;
CREATE FUNCTION has_buckets(wanted integer[]) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(bool_and(self.buckets @> bucket), true) FROM unnest(wanted) bucket, shard_self self
$$;
CREATE FUNCTION bucket_of(id uuid) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (get_byte(uuid_send(id), 6) & 15) << 8 | get_byte(uuid_send(id), 7)
$$;
"""


def upgrade() -> None:
    op.create_table(
        "shard",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("region", sa.String(), server_default="home", nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_shard")),
    )
    op.create_table(
        "bucket_range",
        sa.Column("first", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("shard", sa.String(), nullable=False),
        sa.CheckConstraint(
            "0 <= first AND first <= last AND last <= 4095", name=op.f("ck_bucket_range_within")
        ),
        sa.ForeignKeyConstraint(["shard"], ["shard.name"], name=op.f("fk_bucket_range_shard")),
        sa.PrimaryKeyConstraint("first", name=op.f("pk_bucket_range")),
    )
    tables: tuple[tuple[str, list[sa.Column[Any]]], ...] = (
        ("bucket_map", []),
        (
            "shard_self",
            [
                sa.Column("name", sa.String(), nullable=False),
                sa.Column("buckets", postgresql.INT4MULTIRANGE(), nullable=False),
            ],
        ),
    )
    for name, columns in tables:
        op.create_table(
            name,
            sa.Column("one", sa.Boolean(), server_default="true", nullable=False),
            sa.Column("epoch", sa.BigInteger(), nullable=False),
            *columns,
            sa.CheckConstraint("one", name=op.f(f"ck_{name}_one")),
            sa.PrimaryKeyConstraint("one", name=op.f(f"pk_{name}")),
        )
    op.execute("INSERT INTO shard (name) VALUES ('main')")
    op.execute("INSERT INTO bucket_range (first, last, shard) VALUES (0, 4095, 'main')")
    op.execute("INSERT INTO bucket_map (epoch) VALUES (1)")
    op.execute("INSERT INTO shard_self (name, epoch, buckets) VALUES ('main', 1, '{[0,4096)}')")
    op.execute(FENCE)
    op.drop_constraint("fk_account_member_id", "account")
    op.drop_constraint("fk_identity_tenant_id_member_id", "identity")


def downgrade() -> None:
    op.create_foreign_key(
        "fk_identity_tenant_id_member_id", "identity", "member", ["tenant_id", "member_id"],
        ["tenant_id", "id"], ondelete="CASCADE",
    )  # fmt: skip
    op.create_foreign_key(
        "fk_account_member_id", "account", "member", ["member_id"], ["id"], ondelete="CASCADE"
    )
    for name in ("hold_buckets(integer[])", "has_buckets(integer[])", "bucket_of(uuid)"):
        op.execute(f"DROP FUNCTION {name}")
    for table in ("shard_self", "bucket_map", "bucket_range", "shard"):
        op.drop_table(table)
