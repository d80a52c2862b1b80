"""The schema's history, and the one function that brings a database up to date."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from models.patience import take_all_time

LOCK = 7_265_766_565  # advisory lock: one migration at a time, whoever starts it


def migrate(engine: Engine, root_keys: str = "") -> str:
    """Bring the database to the newest schema and return its revision. Safe to run at the same time.

    `root_keys` are those of the settings; they are needed where rows have to be sealed.
    """
    with engine.connect() as connection:
        take_all_time(connection)
        connection.execute(text("SET app.tenant = '*'"))
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
        connection.commit()
        try:
            config = _config()
            config.attributes["connection"] = connection
            config.attributes["root_keys"] = root_keys
            command.upgrade(config, "head")
            connection.commit()
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK})
            connection.commit()
    return head()


def head() -> str:
    """The newest revision that this code knows."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def revision_of(engine: Engine) -> str | None:
    """The database's revision, or None when it was never migrated."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
