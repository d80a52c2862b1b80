"""The trace that a job belongs to."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE job ADD COLUMN traceparent varchar")


def downgrade() -> None:
    op.execute("ALTER TABLE job DROP COLUMN traceparent")
