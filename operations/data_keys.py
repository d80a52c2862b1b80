"""`reveille keys list-data`, `rotate-data`, `rewrap`: the keys that the rows are sealed with."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

import click
from sqlalchemy import select

from models.access.audit import write_down
from models.cluster import Cluster
from models.members.tenant import Tenant
from models.sealing.data_key import PLATFORM
from models.sealing.ring import STALE_S
from models.sealing.rotate import begin_rotation, data_keys, rewrap, seal_anew
from operations.database import data_option, database, signature
from operations.table import json_option, print_json, print_table

COLUMNS = ("tenant", "version", "root_id", "created_at", "rows")


@click.command("list-data")
@json_option
@data_option
def list_data(as_json: bool, data: str | None) -> None:
    """List the data keys: whose they are, which root key wraps them, how many rows they have sealed."""
    with database(data) as cluster:
        with cluster.control() as session:
            slugs = {row.id: row.slug for row in session.execute(select(Tenant.id, Tenant.slug))}
        names = slugs | {PLATFORM: "(blind indexes)"}
        lines = [asdict(line) for line in data_keys(cluster)]
        current = cluster.ring.roots.current
    rows = [{"tenant": names.get(line["tenant_id"], line["tenant_id"]), **line} for line in lines]
    if as_json:
        print_json({"current_root_id": current, "data_keys": rows})
        return
    print_table(COLUMNS, rows)
    click.echo(f"root key in use: {current}")


@click.command("rotate-data")
@click.argument("tenant", required=False)
@click.option("--all", "everybody", is_flag=True, help="Every tenant, one after the other.")
@click.option(
    "--wait/--no-wait",
    default=True,
    show_default=True,
    help="Wait until every process has heard of the new key, and seal anew what came meanwhile.",
)
@data_option
def rotate_data(tenant: str | None, everybody: bool, wait: bool, data: str | None) -> None:
    """Give the tenant with this short name a new data key, and seal all its rows anew with it.

    The platform may run meanwhile. Interrupted, it is finished by the same command: the next run goes on with
    the key of the last one before it makes another.
    """
    if bool(tenant) == everybody:
        raise click.UsageError("name a tenant, or --all")
    with database(data) as cluster:
        for name, tenant_id in _tenants(cluster, tenant):
            _rotate(cluster, name, tenant_id, wait=wait)


@click.command("rewrap")
@data_option
def rewrap_(data: str | None) -> None:
    """Wrap every data key by the root key in use, which is the first of REVEILLE_ROOT_KEYS."""
    with database(data) as cluster, cluster.control() as session:
        count = rewrap(session, cluster.ring)
        told = {"keys": str(count), "root_id": cluster.ring.roots.current}
        write_down(session, PLATFORM, actor=signature(), action="rewrap", subject="data keys", detail=told)
    click.echo(f"{count} data keys wrapped anew; every one is wrapped by root key {told['root_id']} now")


def _tenants(cluster: Cluster, slug: str | None) -> Sequence[tuple[str, UUID]]:
    wanted = select(Tenant.slug, Tenant.id).order_by(Tenant.slug)
    with cluster.control() as session:
        rows = session.execute(wanted.where(Tenant.slug == slug) if slug else wanted).all()
    if not rows:
        raise click.ClickException(f"there is no tenant {slug}")
    return [(row.slug, row.id) for row in rows]


def _rotate(cluster: Cluster, name: str, tenant_id: UUID, *, wait: bool) -> None:
    begun = time.monotonic()
    rotation = begin_rotation(cluster, tenant_id)
    rows = sum(seal_anew(cluster, rotation))
    if wait and not rotation.resumed:
        time.sleep(max(0.0, begun + STALE_S - time.monotonic()))
        rows += sum(seal_anew(cluster, rotation))
    told = {"version": str(rotation.version), "rows": str(rows)}
    with cluster.control() as session:
        write_down(session, tenant_id, actor=signature(), action="rotate_data", subject="tenant", detail=told)
    how = "an earlier rotation is finished" if rotation.resumed else "a new data key seals"
    click.echo(f"{name}: {how}, version {rotation.version}; {rows} rows sealed anew")
