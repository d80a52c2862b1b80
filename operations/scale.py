"""`reveille scale`: how many processes each pool has, and a number of them by hand."""

from __future__ import annotations

import os
from typing import Any

import click

from models.cluster import Cluster
from models.pools.fixed import fix, fixed_pools, release
from operations.autoscale.actuators import Local
from operations.autoscale.signals import Pool
from operations.control import Control
from operations.database import data_option, platform, signature
from operations.stack.folder import chosen_folder
from operations.table import json_option, print_json, print_table

COLUMNS = ("pool", "wanted", "live", "draining", "longest_drain_s", "fixed", "by", "reason")
AUTO = "auto"


@click.command()
@click.argument("pool", metavar="[QUEUE]", type=click.Choice([str(pool) for pool in Pool]), required=False)
@click.argument("number", metavar="[N|auto]", required=False)
@click.option("--reason", default="", help="For the next operator to read.")
@json_option
@data_option
def scale(pool: str | None, number: str | None, reason: str, as_json: bool, data: str | None) -> None:
    """Show the pools; or have N processes of QUEUE until `auto` gives it back to the autoscaler.

    QUEUE is interactive, batch or web. Processes that are too many finish what they have in hand.
    """
    with platform(data) as (cluster, settings):
        actuator = Local(Control(chosen_folder(data, os.environ)))
        if pool is None:
            _print(_rows(cluster, actuator), as_json)
            return
        if number is None:
            raise click.UsageError("say how many, or auto")
        _order(cluster, actuator, Pool(pool), _number(number), reason)
        scaled = pool in settings.autoscale_pools.split(",")
    if number == AUTO:
        click.echo(f"{pool} is {'the autoscaler’s again' if scaled else 'fixed no longer'}")
    else:
        click.echo(f"{pool} shall have {number}, until `reveille scale {pool} auto`")


def _number(text: str) -> int | None:
    if text == AUTO:
        return None
    if not text.isdecimal() or int(text) > 10_000:
        raise click.BadParameter("must be a whole number from 0 to 10000, or auto", param_hint="N")
    return int(text)


def _order(cluster: Cluster, actuator: Local, pool: Pool, number: int | None, reason: str) -> None:
    """Keep the order for the autoscaler, wherever it runs, and carry it out here at once."""
    with cluster.control() as session:
        if number is None:
            release(session, pool)
        else:
            fix(session, pool, number, by=signature(), reason=reason)
    if number is not None and actuator.count(pool) is not None:
        actuator.scale(pool, number)


def _rows(cluster: Cluster, actuator: Local) -> list[dict[str, Any]]:
    with cluster.control() as session:
        fixed = fixed_pools(session)
        rows = []
        for pool in Pool:
            count, by = actuator.count(pool), fixed.get(pool)
            told = {name: getattr(count, name, None) for name in COLUMNS[1:5]}
            rows.append({"pool": str(pool), **told, "fixed": getattr(by, "number", None),
                         "by": getattr(by, "by", None), "reason": getattr(by, "reason", None)})  # fmt: skip
    return rows


def _print(rows: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print_json({"pools": rows})
    else:
        print_table(COLUMNS, rows)
