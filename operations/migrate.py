"""`reveille migrate`: bring the database to the schema of this version. The release step of a deployment."""

from __future__ import annotations

import os

import click

from models import migrations
from models.cluster import Cluster
from models.settings import Settings


@click.command()
def migrate() -> None:
    """Bring the database to the schema of this version; safe to run at any time."""
    cluster = Cluster(Settings.from_environment(os.environ), name="migrate")
    with cluster.control() as session:
        session.connection()  # says in one sentence when the server does not answer
    click.echo(f"schema {migrations.migrate(cluster.engine)}")
    cluster.close()
