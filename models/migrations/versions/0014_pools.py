"""Pools of processes: workers that tell of themselves, numbers that operators fix, arrivals by five minutes.

Processes of the version before know none of these tables, and lose nothing by it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    now = sa.text("clock_timestamp()")
    op.create_table(
        "worker",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("queue", _queue(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("draining", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("ended", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("busy_s", sa.Float(), server_default="0", nullable=False),
        sa.Column("cpu_s", sa.Float(), server_default="0", nullable=False),
        sa.Column("memory_bytes", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_worker"),
        postgresql_with={"fillfactor": 50},
    )
    op.create_table(
        "fixed_pool",
        sa.Column("pool", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("number >= 0", name="number"),
        sa.PrimaryKeyConstraint("pool", name="pk_fixed_pool"),
    )
    op.create_table(
        "arrivals",
        sa.Column("queue", _queue(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arrived", sa.Integer(), server_default="0", nullable=False),
        sa.Column("ended", sa.Integer(), server_default="0", nullable=False),
        sa.Column("service_s", sa.Float(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("queue", "at", name="pk_arrivals"),
    )


def downgrade() -> None:
    for table in ("arrivals", "fixed_pool", "worker"):
        op.drop_table(table)


def _queue() -> sa.Enum:
    told = {"native_enum": False, "create_constraint": True, "length": 32}
    return sa.Enum("interactive", "batch", name="queuename", **told)
