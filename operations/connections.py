"""`reveille connections`: whether the servers have a connection for each one that the processes may open."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import click
import psycopg

from models.settings import Settings, urls_of
from models.shards.address import libpq_url
from operations.errors import TooManyConnections
from operations.table import json_option, print_json, print_table

OWN = {"relay": 1, "scheduler": 2}
"""Connections that a process holds outside its pool for as long as it lives: to listen, to lead, to run."""

RESERVED = ("superuser_reserved_connections", "reserved_connections")


@dataclass(frozen=True, kw_only=True)
class Demand:
    """What the processes of one part may open on a server: a pool each, and a few beside it."""

    part: str
    processes: int
    each: int
    connections: int


def demands(settings: Settings, copies: Mapping[str, int]) -> list[Demand]:
    """The parts that connect to a database, with as many processes as `copies` says of each, else one.

    >>> [d.connections for d in demands(Settings(database_pool=4), {"web": 2, "worker-batch": 0})]
    [8, 4, 0, 5, 6, 4]
    """
    pooler = settings.web_database_url and settings.web_database_pooled
    own = {**OWN, "web": 1 if settings.replica_urls else 0}
    found = []
    for part in ("web", "worker", "worker-batch", "relay", "scheduler", "autoscale"):
        each = settings.database_pool + own.get(part, 0)
        processes = copies.get(part, 1)
        there = 0 if part == "web" and pooler else processes * each
        found.append(Demand(part=part, processes=processes, each=each, connections=there))
    return found


def room_of(url: str) -> int:
    """How many connections ordinary roles may open on a server."""
    with psycopg.connect(libpq_url(url), connect_timeout=5) as connection:
        rows = connection.execute(
            "SELECT name, setting::int FROM pg_settings WHERE name = ANY(%s)",
            [["max_connections", *RESERVED]],
        ).fetchall()
    settings: dict[str, int] = dict(rows)
    return int(settings.pop("max_connections")) - sum(settings.values())


def check_connections(settings: Settings, copies: Mapping[str, int]) -> list[Demand]:
    """See that every database has room for all of them; return what they may open on each.

    Raises
    ------
    TooManyConnections
        One sentence that says what does not fit, and what to do.
    """
    wanted = demands(settings, copies)
    sum_of_all = sum(demand.connections for demand in wanted)
    for name, url in {"the database": settings.database_url, **urls_of(settings.shard_urls)}.items():
        room = room_of(url)
        if sum_of_all > room:
            parts = ", ".join(f"{d.processes} × {d.each} of {d.part}" for d in wanted if d.connections)
            raise TooManyConnections(
                f"The processes may open {sum_of_all} connections ({parts}), and {name} has room for {room}: "
                "lower REVEILLE_DATABASE_POOL, raise max_connections, or put pgbouncer before it."
            )
    return wanted


@click.command()
@click.option("--workers", default=1, show_default=True, help="Worker processes for requests.")
@click.option("--batch-workers", default=1, show_default=True, help="And for the nightly run.")
@click.option("--web", default=1, show_default=True, help="Web processes.")
@json_option
def connections(workers: int, batch_workers: int, web: int, *, as_json: bool) -> None:
    """Show what these processes may open on the configured database; fail when there is no room for it."""
    settings = Settings.from_environment(os.environ)
    copies = {"web": web, "worker": workers, "worker-batch": batch_workers}
    wanted: Sequence[Demand] = check_connections(settings, copies)
    if as_json:
        print_json(wanted)
    else:
        columns = ("part", "processes", "each", "connections")
        print_table(columns, [vars(demand) for demand in wanted])
