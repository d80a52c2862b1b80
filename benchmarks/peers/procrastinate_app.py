"""A Procrastinate worker: the queue is PostgreSQL itself, each job a transaction."""

import os

import procrastinate

URL = os.environ["PEER_DATABASE"].replace("+psycopg", "")

app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=URL), import_paths=[])


@app.task(name="noop", queue="noop")
async def noop() -> None:
    """Do nothing."""
