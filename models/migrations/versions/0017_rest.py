"""A place for past plans of a month that nobody made in time, and the rows of a member by an index.

Without the one a save fails when the scheduler was away for half a year; without the other, an erasure and an
export of a member read every delivery, webhook and failure there is.
"""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLES = ("batch_failure", "webhook", "webhook_delivery")


def upgrade() -> None:
    op.execute("CREATE TABLE plan_months.rest PARTITION OF plan_months.past DEFAULT")
    op.execute("CREATE UNIQUE INDEX uq_plan_rest_job ON plan_months.rest (job_id)")
    for table in TABLES:
        op.create_index(op.f(f"ix_{table}_member_id"), table, ["member_id"], unique=False)


def downgrade() -> None:
    for table in TABLES:
        op.drop_index(op.f(f"ix_{table}_member_id"), table)
    op.execute("DROP TABLE plan_months.rest")
