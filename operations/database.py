"""From `--data` or the configured URL to the database, for the commands that work on rows."""

from __future__ import annotations

import getpass
import logging
import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from models import migrations
from models.cluster import Cluster
from models.events.publisher import Publisher
from models.redis import connect
from models.sealing.check import check_keys
from models.settings import Settings
from models.telemetry import JsonLines
from operations.errors import NoPlatform, SchemaError
from operations.kept_keys import root_keys_beside
from operations.procfile import archive_beside
from operations.stack.folder import DataFolder, chosen_folder
from operations.stack.lock import running_owner
from operations.stack.servers import server_environment

Command = Callable[..., Any]


def data_option(command: Command) -> Command:
    """The option `--data` of a command that works on rows."""
    text = "Data folder; else the configured URL, else REVEILLE_DATA, else the customary place."
    return click.option("--data", type=click.Path(), help=text)(command)


@contextmanager
def database(data: str | None) -> Iterator[Cluster]:
    """The platform's database, as `platform` has it."""
    with platform(data) as (cluster, _):
        yield cluster


@contextmanager
def platform(data: str | None) -> Iterator[tuple[Cluster, Settings]]:
    """The platform's database: of the running `up`, of the configured URL, or started for this command.

    With it come the settings that it was found by.

    What the rooms log of an operator's acts goes to standard error.

    Raises
    ------
    NoPlatform
        When there is none in the data folder.
    SchemaError
        When the database is not of this version.
    """
    with _environment(data) as environ, _telling_acts():
        settings = Settings.from_environment(environ)
        publisher = Publisher(connect(settings)) if settings.redis_url else None
        cluster = Cluster(settings, name="reveille", publish=publisher.publish if publisher else None)
        try:
            _check_schema(cluster)
            check_keys(cluster)
            yield cluster, settings
        finally:
            cluster.close()
            if publisher is not None:
                publisher.close()


def signature() -> str:
    """How the acts of whoever runs this command are signed."""
    return f"{getpass.getuser()}@{socket.gethostname()}"


@contextmanager
def _environment(data: str | None) -> Iterator[dict[str, str]]:
    settings = Settings.from_environment(os.environ)
    if data is None and settings.database_url:
        yield dict(os.environ)
        return
    folder = DataFolder(path=chosen_folder(data, os.environ))
    if not folder.cluster.exists() and not running_owner(folder.path):
        remedy = "name its folder with --data or its database with REVEILLE_DATABASE_URL"
        raise NoPlatform(f"There is no platform in {folder.path}: {remedy}.")
    with server_environment(folder.path, os.environ) as environ:
        beside = root_keys_beside(folder.path, settings) | archive_beside(folder.path, settings)
        yield {**environ, **beside}


def _check_schema(cluster: Cluster) -> None:
    with cluster.control():  # says in one sentence when the server does not answer
        pass
    found, needed = migrations.revision_of(cluster.engine), migrations.head()
    if found != needed:
        raise SchemaError(
            f"The database's schema is of revision {found} and this version needs {needed}: "
            "run `reveille migrate`, or start the platform once with `reveille up`."
        )


@contextmanager
def _telling_acts() -> Iterator[None]:
    logger = logging.getLogger("models")
    handler, level = logging.StreamHandler(sys.stderr), logger.level
    handler.setFormatter(JsonLines("reveille"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
