"""`reveille schedules`: what the clock does, how its last runs went, and the same by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click
from sqlalchemy import select

from models.cluster import Cluster
from models.members.tenant import Tenant, TenantState
from models.nights.hours import unknown_zones
from models.nights.run import Run
from models.settings import Settings
from operations.database import data_option, platform
from operations.table import json_option, print_json, print_table
from scheduler.timetable import Schedule
from scheduler.timetable import schedules as timetable

COLUMNS = ("name", "due_at", "state", "ran_for", "started_at", "counts", "error")


@click.group()
def schedules() -> None:
    """What the clock does, and the same by hand."""


@schedules.command("list")
@json_option
@data_option
def list_schedules(as_json: bool, data: str | None) -> None:
    """List the schedules: when each came due last, and how its latest run went."""
    with platform(data) as (cluster, settings):
        now = datetime.now(UTC)
        rows = [_row(cluster, schedule, now) for schedule in _of(cluster, settings)]
    if as_json:
        print_json({"schedules": rows})
        return
    print_table(COLUMNS, rows)


@schedules.command()
@click.argument("name")
@data_option
def run(name: str, data: str | None) -> None:
    """Do now what the schedule NAME does when it is due; print its counts. The clock's own runs go on."""
    with platform(data) as (cluster, settings):
        found = {schedule.name: schedule for schedule in _of(cluster, settings)}
        if name not in found:
            raise click.ClickException(f"there is no schedule {name!r}: one of {', '.join(found)}")
        print_json(found[name].run_once(cluster, settings, datetime.now(UTC)))


def _of(cluster: Cluster, settings: Settings) -> tuple[Schedule, ...]:
    with cluster.control() as session:
        zones = set(session.scalars(select(Tenant.zone).where(Tenant.state == TenantState.ACTIVE)))
    return timetable(settings, zones.difference(unknown_zones(zones)))


def _row(cluster: Cluster, schedule: Schedule, now: datetime) -> dict[str, Any]:
    with cluster.control() as session:
        latest = select(Run).where(Run.schedule == schedule.name).order_by(Run.due_at.desc()).limit(1)
        ran = session.scalars(latest).one_or_none()
    told: dict[str, Any] = {"name": schedule.name, "due_at": schedule.due(now)}
    if ran is None:
        return {**told, **dict.fromkeys(COLUMNS[2:])}
    return {
        **told,
        "state": ran.state, "ran_for": ran.due_at, "started_at": ran.started_at, "counts": ran.counts,
        "error": ran.error,
    }  # fmt: skip
