"""Row-level security on every table that has a tenant."""

from __future__ import annotations

from models.migrations.policies import protect, unprotect

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = (
    "account", "api_key", "audit", "batch", "batch_failure", "food_feedback", "idempotency_key", "identity",
    "intake_log", "job", "member", "outbox", "plan", "refresh_token", "renewal", "webhook",
    "webhook_delivery", "weight_log", "workout_log",
)  # fmt: skip


def upgrade() -> None:
    for table in TABLES:
        protect(table)
    protect("tenant", "id")


def downgrade() -> None:
    for table in ("tenant", *TABLES):
        unprotect(table)
