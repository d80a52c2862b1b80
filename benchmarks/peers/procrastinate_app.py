"""A Procrastinate worker: the queue is PostgreSQL itself, each job a transaction."""

import asyncio
import os

import procrastinate

from benchmarks.peers.ledger import WORK_S, begun

URL = os.environ["PEER_DATABASE"].replace("+psycopg", "")

app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=URL), import_paths=[])


@app.task(name="noop", queue="noop")
async def noop(number: int) -> None:
    """Do nothing."""
    begun(number)
    if WORK_S:
        await asyncio.sleep(WORK_S)
