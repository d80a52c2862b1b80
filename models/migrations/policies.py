"""Row-level security: what a migration calls for each table that has a tenant."""

from __future__ import annotations

from alembic import op

POLICY = "of_tenant"


def protect(table: str, column: str = "tenant_id") -> None:
    """Let the rows of `table` be there for `app.tenant` alone, which is a tenant's id, or `*` for all.

    It binds the owner of the table as well. Without the setting there are no rows; superusers see all.
    """
    reached = f"current_setting('app.tenant', true) IN ('*', {column}::text)"
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY {POLICY} ON {table} USING ({reached}) WITH CHECK ({reached})")


def unprotect(table: str) -> None:
    """Take back what `protect` did."""
    op.execute(f"DROP POLICY {POLICY} ON {table}")
    op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
