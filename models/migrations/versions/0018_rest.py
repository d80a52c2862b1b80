"""A place for past plans of a month that nobody made in time, and a member's webhooks by an index."""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE TABLE plan_months.rest PARTITION OF plan_months.past DEFAULT")
    op.execute("CREATE UNIQUE INDEX uq_plan_rest_job ON plan_months.rest (job_id)")
    op.create_index("ix_webhook_member_id", "webhook", ["member_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_webhook_member_id", "webhook")
    op.execute("DROP TABLE plan_months.rest")
