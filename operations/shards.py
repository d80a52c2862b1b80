"""`reveille shards`: where members' rows are, another database for them, and moves while everybody works."""

from __future__ import annotations

import dataclasses
import re

import click

from models.cluster import Cluster
from models.ids import BUCKETS
from models.settings import SHARD_NAME
from models.shards.add import add_shard
from models.shards.moving import Step, give_up, running_move
from models.shards.moving import move as move_buckets
from models.shards.rows import HOME
from models.shards.verify import SeenShard, see_shards
from operations.database import data_option, database, signature
from operations.table import json_option, print_json, print_table

LISTED = ("name", "region", "buckets", "members", "faults")
RANGE = re.compile(r"(\d{1,4})(?:-(\d{1,4}))?", re.ASCII)


class Buckets(click.ParamType):  # type: ignore[type-arg]
    """Ranges of buckets, as 0-63,70."""

    name = "BUCKETS"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        """The buckets in their order.

        >>> Buckets().convert("70,0-2", None, None)
        (0, 1, 2, 70)
        """
        found: set[int] = set()
        for part in value.split(","):
            ends = RANGE.fullmatch(part.strip())
            first, last = (int(ends[1]), int(ends[2] or ends[1])) if ends else (1, 0)
            if not first <= last < BUCKETS:
                self.fail(f"{part!r} is no range of buckets from 0 to {BUCKETS - 1}, as 0-63", param, ctx)
            found.update(range(first, last + 1))
        return tuple(sorted(found))


@click.group()
def shards() -> None:
    """The databases that members' rows are on."""


@shards.command("list")
@json_option
@data_option
def list_(as_json: bool, data: str | None) -> None:
    """List the shards: their regions, how many buckets and members each has, and what is wrong."""
    with database(data) as cluster:
        found = see_shards(cluster)
        moving = running_move(cluster)
    if as_json:
        moves = None if moving is None else {"buckets": moving.buckets, "target": moving.target}
        print_json({"shards": found, "move": moves})
        return
    _print(found)
    if moving is not None:
        told = f"{len(moving.buckets)} buckets from {moving.source} to {moving.target}"
        click.echo(f"A move of {told} is not ended.", err=True)


@shards.command()
@click.argument("name")
@click.option("--region", default=HOME, show_default=True, help="Whose tenants' members it is for.")
@data_option
def add(name: str, region: str, data: str | None) -> None:
    """Enter the shard NAME in the map; REVEILLE_SHARD_URLS says where it is. It has no bucket at first."""
    if not SHARD_NAME.fullmatch(region):
        raise click.BadParameter("lower-case letters, digits, - and _", param_hint="--region")
    with database(data) as cluster:
        add_shard(cluster, name, region)
    click.echo(f"{name} is a shard of the region {region}; give it buckets with `reveille shards move`")


@shards.command()
@click.argument("buckets", type=Buckets(), required=False)
@click.argument("target", required=False)
@click.option("--give-up", "leave", is_flag=True, help="End the move that runs; what it has not moved stays.")
@json_option
@data_option
def move(
    buckets: tuple[int, ...] | None, target: str | None, leave: bool, as_json: bool, data: str | None
) -> None:
    """Move BUCKETS, as 0-63,70, to the shard TARGET while everybody works.

    One that was interrupted is ended by the same command.
    """
    if leave == bool(buckets and target):
        raise click.UsageError("say which buckets and where to, or --give-up")
    with database(data) as cluster:
        if buckets and target:
            _move(cluster, buckets, target, as_json)
        elif (left := give_up(cluster)) is None:
            raise click.ClickException("no move runs")
        else:
            click.echo(f"the move to {left.target} is given up; what it had moved is there")


def _move(cluster: Cluster, buckets: tuple[int, ...], target: str, as_json: bool) -> None:
    def follow(step: Step) -> None:
        click.echo(f"{step} …", err=True)

    done = move_buckets(cluster, buckets, target, by=signature(), follow=follow)
    if as_json:
        print_json(done)
        return
    pause = f"; writers waited at most {max(done.pauses_s):.2f} s" if done.pauses_s else ""
    told = f"{done.members} members with {done.rows} rows, counted and summed alike"
    click.echo(f"{done.buckets} buckets are on {target}: {told}{pause}")


@shards.command()
@json_option
@data_option
def verify(as_json: bool, data: str | None) -> None:
    """Look whether the map, the shards and what lies on them agree. Exit status 1: something does not."""
    with database(data) as cluster:
        found = see_shards(cluster, closely=True)
    if as_json:
        print_json({"shards": found})
    else:
        _print(found)
    if any(shard.faults for shard in found):
        raise SystemExit(1)


def _print(found: list[SeenShard]) -> None:
    print_table(LISTED, [{**dataclasses.asdict(s), "faults": "; ".join(s.faults)} for s in found])
