"""`reveille privacy`: what is held on a member, its deletion, legal holds, and how long it is kept."""

from __future__ import annotations

from operator import attrgetter
from uuid import UUID

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access.audit import write_down
from models.archive.read import Archive
from models.members.erasure import erase_member
from models.members.export import member_data
from models.members.legal_hold import LegalHold, lift_hold, place_hold
from models.members.member import Member
from models.members.tenant import Tenant
from models.shards.gather import merged, on_each
from operations.database import data_option, platform, signature
from operations.table import json_option, print_json, print_table

member_id = click.argument("member_id", metavar="MEMBER_ID", type=click.UUID)
days = click.IntRange(0, 36_500)


@click.group()
def privacy() -> None:
    """What is held on members, and how long."""


@privacy.command()
@member_id
@data_option
def export(member_id: UUID, data: str | None) -> None:
    """Print everything that is held on a member as JSON, for the member."""
    with (
        platform(data) as (cluster, settings),
        cluster.write_beside_control(member_id) as (session, control),
    ):
        told = member_data(session, control, Archive(settings.archive_url), member_id)
        tenant_id = session.get_one(Member, member_id).tenant_id
        write_down(
            control, tenant_id, actor=signature(), action="export_member", subject=f"member {member_id}"
        )
    print_json(told)


@privacy.command()
@member_id
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@data_option
def erase(member_id: UUID, yes: bool, as_json: bool, data: str | None) -> None:
    """Delete a member and everything that is held on the member, in the archive too. It cannot be undone."""
    if not yes:
        click.confirm(f"Delete member {member_id} for good?", abort=True)
    with (
        platform(data) as (cluster, settings),
        cluster.write_beside_control(member_id) as (session, control),
    ):
        erased = erase_member(session, control, Archive(settings.archive_url), member_id, by=signature())
    if as_json:
        print_json({**erased.counts, "uncounted": erased.uncounted})
        return
    rows = [{"what": name, "deleted": count} for name, count in erased.counts.items()]
    print_table(("what", "deleted"), rows)
    for path in erased.uncounted:
        click.echo(f"{path} is damaged: its rows are not counted, and nobody can open them either", err=True)


@privacy.command()
@member_id
@click.option("--reason", required=True, help="Why, for whoever finds the hold.")
@data_option
def hold(member_id: UUID, reason: str, data: str | None) -> None:
    """Hold what is kept on a member: nothing of it is pruned, expires or is deleted."""
    with platform(data) as (cluster, _), cluster.write_beside_control(member_id) as (session, control):
        place_hold(session, member_id, reason, signature())
        _note(session, control, member_id, "place_hold")


@privacy.command()
@member_id
@data_option
def lift(member_id: UUID, data: str | None) -> None:
    """Lift a member's hold."""
    with platform(data) as (cluster, _), cluster.write_beside_control(member_id) as (session, control):
        if not lift_hold(session, member_id):
            raise click.ClickException(f"member {member_id} is under no hold")
        _note(session, control, member_id, "lift_hold")


@privacy.command()
@json_option
@data_option
def holds(as_json: bool, data: str | None) -> None:
    """List the legal holds, the oldest first."""
    columns = (LegalHold.member_id, LegalHold.reason, LegalHold.placed_by, LegalHold.placed_at)
    oldest = select(*columns).order_by(LegalHold.placed_at, LegalHold.member_id)
    with platform(data) as (cluster, _):
        pages = on_each(cluster, lambda shard: shard.execute(oldest).all())
    key = attrgetter("placed_at", "member_id")
    rows = [dict(row._mapping) for row in merged(pages, key=key, limit=sum(map(len, pages)))]
    if as_json:
        print_json({"holds": rows})
        return
    print_table(("member_id", "reason", "placed_by", "placed_at"), rows)


@privacy.command()
@click.argument("tenant")
@click.option("--job-days", type=days, help="Days a finished job is kept; 0: as set for all.")
@click.option("--archive-days", type=days, help="Days archived rows are kept; 0: as set for all.")
@data_option
def retention(tenant: str, job_days: int | None, archive_days: int | None, data: str | None) -> None:
    """Show, or set, how long the tenant with this short name keeps what."""
    with platform(data) as (cluster, settings), cluster.control() as session:
        row = session.scalar(select(Tenant).where(Tenant.slug == tenant).with_for_update())
        if row is None:
            raise click.ClickException(f"there is no tenant {tenant}")
        if job_days is not None:
            row.job_days = job_days or None
        if archive_days is not None:
            row.archive_days = archive_days or None
        session.flush()
        kept = {
            "job_days": row.job_days or settings.job_retention_days,
            "archive_days": row.archive_days or settings.archive_retention_days,
        }
        if job_days is not None or archive_days is not None:
            told = {name: str(value) for name, value in kept.items()}
            write_down(
                session, row.id, actor=signature(), action="set_retention", subject="tenant", detail=told
            )
    print_json(kept)


def _note(session: Session, control: Session, member_id: UUID, action: str) -> None:
    tenant_id = session.get_one(Member, member_id).tenant_id
    write_down(control, tenant_id, actor=signature(), action=action, subject=f"member {member_id}")
