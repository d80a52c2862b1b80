"""`reveille batch`: nights by hand. The clock calls the same functions."""

from __future__ import annotations

import datetime
from typing import Any
from uuid import UUID

import click
from sqlalchemy import ColumnElement, select

from models.access.audit import write_down
from models.cluster import Cluster
from models.members.tenant import Tenant
from models.nights.hours import unknown_zones
from models.nights.parts import (
    cancel_night,
    pause_night,
    resume_night,
    see_failed,
    whole_batch,
    whole_batches,
)
from models.nights.seen import SeenBatch
from models.nights.start import start_nights
from operations.batch_watch import watch
from operations.database import data_option, database, signature
from operations.table import json_option, print_json, print_table
from planners.spec import Kind

LISTED = (
    "id", "date", "kind", "tenant", "state", "members", "done", "failed", "rate_per_s", "ready_at", "late"
)  # fmt: skip

batch_id = click.argument("batch_id", metavar="ID", type=click.UUID)
follow_option = click.option("--follow", is_flag=True, help="Show the progress until it is done.")


@click.group()
def batch() -> None:
    """Everybody's plans, made anew for a day."""


@batch.command()
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day that the night leads to.")
@click.option("--tenant", help="Short name of one tenant; else all of them.")
@click.option("--kind", type=click.Choice([str(kind) for kind in Kind]), help="One kind of plan; else both.")
@click.option("--force", is_flag=True, help="Plan those too whose inputs have not changed.")
@follow_option
@json_option
@data_option
def run(
    day: datetime.datetime | None,
    tenant: str | None,
    kind: str | None,
    force: bool,
    follow: bool,
    as_json: bool,
    data: str | None,
) -> None:
    """Start a night now: that of the clock, or the one that leads to --date. Workers make the plans."""
    kinds = tuple(Kind) if kind is None else (Kind(kind),)
    only: tuple[ColumnElement[bool], ...] = () if tenant is None else (Tenant.slug == tenant,)
    with database(data) as cluster:
        started = start_nights(
            cluster, cluster.settings, datetime.datetime.now(datetime.UTC), *only, by=signature(),
            kinds=kinds, day=day.date() if day else None, forced=force,
        )  # fmt: skip
        if not started:
            raise click.ClickException(
                f"there is no active tenant {tenant!r}" if tenant else "no active tenant"
            )
        ids = [begun.batch.id for begun in started]
        if follow:
            watch(cluster, ids)
        _print(_seen(cluster, ids), as_json)


@batch.command()
@click.argument("batch_id", metavar="[ID]", type=click.UUID, required=False)
@follow_option
@json_option
@data_option
def status(batch_id: UUID | None, follow: bool, as_json: bool, data: str | None) -> None:
    """How a night stands, or the last twenty: counts, rate, when it will be done, workers needed in time."""
    with database(data) as cluster:
        if batch_id is None:
            _print(whole_batches(cluster, limit=20), as_json)
            return
        if follow:
            watch(cluster, [batch_id])
        (seen,) = _seen(cluster, [batch_id])
    if as_json:
        print_json(seen)
    else:
        print_table(("batch", ""), [{"batch": name, "": value} for name, value in _facts(seen).items()])


@batch.command()
@batch_id
@click.option(
    "--limit", default=50, type=click.IntRange(1, 10_000), show_default=True, help="Members to list."
)
@click.option("--after", type=click.UUID, help="Only members after this one: the next page.")
@json_option
@data_option
def failures(batch_id: UUID, limit: int, after: UUID | None, as_json: bool, data: str | None) -> None:
    """Who got no new plan, and why; the member's own data is not shown."""
    with database(data) as cluster:
        found = see_failed(cluster, batch_id, limit=limit, after=after)
    if as_json:
        print_json({"failures": found})
        return
    told = [
        {"member_id": f.member_id, "at": f.at, "problem": f.fault.type, "detail": f.fault.detail}
        for f in found
    ]
    print_table(("member_id", "at", "problem", "detail"), told)


@batch.command()
@batch_id
@data_option
def resume(batch_id: UUID, data: str | None) -> None:
    """Let a paused night go on where it stopped, and try the chunks again that were given up."""
    with database(data) as cluster:
        again = resume_night(cluster, batch_id, by=signature())
    click.echo(f"{batch_id} goes on" + (f"; {again} of its chunks are tried again" if again else ""))


@batch.command()
@batch_id
@data_option
def pause(batch_id: UUID, data: str | None) -> None:
    """Start no more chunks of a night; those in hand are finished."""
    with database(data) as cluster:
        pause_night(cluster, batch_id, by=signature())
    click.echo(f"{batch_id} is paused")


@batch.command()
@batch_id
@data_option
def cancel(batch_id: UUID, data: str | None) -> None:
    """Plan no more of a night; the plans that it has saved stay."""
    with database(data) as cluster:
        cancel_night(cluster, batch_id, by=signature())
    click.echo(f"{batch_id} is cancelled")


@batch.command()
@click.argument("tenant")
@click.argument("name", metavar="[ZONE]", required=False)
@data_option
def zone(tenant: str, name: str | None, data: str | None) -> None:
    """Show, or set, the time zone that the nights of the tenant with this short name go by: an IANA name."""
    if name is not None and unknown_zones([name]):
        raise click.ClickException(f"there is no time zone {name!r}: give one as America/New_York")
    with database(data) as cluster, cluster.control() as session:
        row = session.scalar(select(Tenant).where(Tenant.slug == tenant).with_for_update())
        if row is None:
            raise click.ClickException(f"there is no tenant {tenant}")
        if name is not None:
            row.zone = name
            told = {"zone": name}
            write_down(session, row.id, actor=signature(), action="set_zone", subject="tenant", detail=told)
        click.echo(row.zone)


def _seen(cluster: Cluster, ids: list[UUID]) -> list[SeenBatch]:
    found = [whole_batch(cluster, one) for one in ids]
    if None in found:
        raise click.ClickException(f"there is no batch {ids[found.index(None)]}")
    return [seen for seen in found if seen is not None]


def _print(found: list[SeenBatch], as_json: bool) -> None:
    if as_json:
        print_json({"batches": found})
    else:
        print_table(LISTED, [_facts(seen) for seen in found])


def _facts(seen: SeenBatch) -> dict[str, Any]:
    return {name: getattr(seen, name) for name in SeenBatch.__dataclass_fields__}
