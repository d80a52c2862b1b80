"""`reveille migrate`: bring the database to the schema of this version. The release step of a deployment."""

from __future__ import annotations

import os

import click
from sqlalchemy.engine import make_url

from models import migrations
from models.cluster import Cluster, dialect_url
from models.grants import grant_to_web
from models.sealing.check import check_keys
from models.settings import Settings


@click.command()
def migrate() -> None:
    """Bring the database to the schema of this version; safe to run at any time."""
    settings = Settings.from_environment(os.environ)
    cluster = Cluster(settings, name="migrate")
    with cluster.control() as session:
        session.connection()  # says in one sentence when the server does not answer
    click.echo(f"schema {migrations.migrate(cluster.engine, settings.root_keys)}")
    check_keys(cluster)
    if role := _web_role(settings):
        grant_to_web(cluster.engine, role)
    cluster.close()


def _web_role(settings: Settings) -> str | None:
    """The role of the web processes, where it is not the owner itself."""
    if not settings.web_database_url:
        return None
    role = make_url(dialect_url(settings.web_database_url)).username
    return role if role != make_url(dialect_url(settings.database_url)).username else None
