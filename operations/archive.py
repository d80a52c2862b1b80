"""`reveille archive`: take past plans and jobs to the archive by hand, look at it, and get a plan back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any
from uuid import UUID

import click
from sqlalchemy import select

from models.archive.file import ArchiveFile, ArchiveState
from models.archive.parquet import sum_of
from models.archive.read import Archive
from models.archive.restore import restore as put_back
from models.archive.store import open_store
from models.ids import time_of
from models.settings import Settings
from models.shards.gather import merged, on_each
from operations.database import data_option, platform, signature
from operations.table import json_option, print_json, print_table
from scheduler.archive import run_once

COLUMNS = ("kind", "tenant_id", "rows", "size", "first", "last", "path")
NONE = "there is no archive: set REVEILLE_ARCHIVE_URL"


@click.group()
def archive() -> None:
    """Past plans and jobs in Parquet."""


@archive.command()
@click.option("--before", type=click.DateTime(["%Y-%m-%d"]), help="Plans made before this day; else as set.")
@json_option
@data_option
def run(before: datetime | None, as_json: bool, data: str | None) -> None:
    """Archive what is past its time, as the clock does every night."""
    with platform(data) as (cluster, settings):
        _check(settings)
        until = before.replace(tzinfo=UTC) if before else None
        counts = run_once(cluster, settings, datetime.now(UTC), until)
    if as_json:
        print_json(counts)
        return
    print_table(("what", "count"), [{"what": name, "count": count} for name, count in counts.items()])


@archive.command("list")
@click.option("--verify", is_flag=True, help="Read every file, and hold its sum against the manifest.")
@json_option
@data_option
def list_files(verify: bool, as_json: bool, data: str | None) -> None:
    """List the archive's files, newest rows first. Exit status 1: --verify found one not whole."""
    with platform(data) as (cluster, settings):
        _check(settings)
        live = select(ArchiveFile).where(ArchiveFile.state == ArchiveState.LIVE)
        newest = live.order_by(ArchiveFile.last_id.desc(), ArchiveFile.id.desc())
        pages = on_each(cluster, lambda shard: shard.scalars(newest).all())
        key = attrgetter("last_id", "id")
        files = merged(pages, key=key, limit=sum(map(len, pages)), newest_first=True)
        lines = [_line(file) for file in files]
        if verify:
            for line, file in zip(lines, files, strict=True):
                line["whole"] = _is_whole(settings, file)
    if as_json:
        print_json({"files": lines})
    else:
        print_table((*COLUMNS, "whole") if verify else COLUMNS, lines)
    if any(line.get("whole") is False for line in lines):
        raise SystemExit(1)


@archive.command()
@click.argument("plan_id", metavar="PLAN_ID", type=click.UUID)
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 3650), help="Keep it so long.")
@data_option
def restore(plan_id: UUID, days: int, data: str | None) -> None:
    """Put an archived plan back into the database."""
    with platform(data) as (cluster, settings):
        _check(settings)
        until = datetime.now(UTC) + timedelta(days=days)
        with cluster.write(plan_id) as session:
            put_back(session, Archive(settings.archive_url), plan_id, until)
    click.echo(f"plan {plan_id} is in the database until {until.date()}, restored by {signature()}")


def _check(settings: Settings) -> None:
    if not settings.archive_url:
        raise click.ClickException(NONE)


def _line(file: ArchiveFile) -> dict[str, Any]:
    return {
        "kind": file.kind, "tenant_id": file.tenant_id, "rows": file.rows, "size": file.size,
        "first": time_of(file.first_id).date() if file.first_id else None,
        "last": time_of(file.last_id).date() if file.last_id else None,
        "path": file.path, "sha256": file.sha256.hex() if file.sha256 else None,
    }  # fmt: skip


def _is_whole(settings: Settings, file: ArchiveFile) -> bool:
    try:
        return sum_of(open_store(settings.archive_url), file.path) == (file.sha256, file.size)
    except FileNotFoundError:
        return False
