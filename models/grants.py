"""What the web's database role may do: read and write rows, and own nothing."""

from __future__ import annotations

from psycopg import sql
from sqlalchemy import Engine, text

GROWS_ONLY = frozenset({"audit", "data_key"})
UNTOUCHED = frozenset({
    "alembic_version",  # is read to see that the schema is this version's
    "bucket_map", "bucket_range", "shard", "shard_arriving", "shard_change",
    "shard_move", "shard_self",  # to find members' rows
})  # fmt: skip

TABLES = text(
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1"
)


def grant_to_web(owner: Engine, role: str) -> None:
    """Give `role` what the web needs of every table, and nothing of what an earlier version had given it.

    Partitions are reached through their table alone, whose policy holds for them.
    """
    name = sql.Identifier(role)
    with owner.begin() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None  # noqa: S101 (for the type checker)
        tables = connection.execute(TABLES).scalars().all()
        raw.execute(sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(name))
        for table in tables:
            raw.execute(sql.SQL("GRANT {} ON {} TO {}").format(_rights(table), sql.Identifier(table), name))
        raw.execute(sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(name))


def _rights(table: str) -> sql.SQL:
    if table in UNTOUCHED:
        return sql.SQL("SELECT")
    return sql.SQL("SELECT, INSERT") if table in GROWS_ONLY else sql.SQL("SELECT, INSERT, UPDATE, DELETE")
