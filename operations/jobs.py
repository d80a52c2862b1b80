"""`reveille jobs`: operators' work. Here are the commands that look at jobs; beside it those that act."""

from __future__ import annotations

import dataclasses
from typing import Any
from uuid import UUID

import click

from models.jobs.job import Job
from models.jobs.seen import Fault, Past, SeenJob, see, see_dead
from models.shards.gather import gather
from operations.database import data_option, database
from operations.jobs_acts import cancel, drop, raise_, retry
from operations.jobs_ask import ask
from operations.jobs_queues import pause, resume, stats, tenant, tenants
from operations.table import json_option, print_json, print_table
from planners.spec import Kind


@click.group()
def jobs() -> None:
    """Operators' work on jobs and queues."""


for command in (ask, retry, drop, cancel, raise_, pause, resume, stats, tenant, tenants):
    jobs.add_command(command)


@jobs.command()
@click.option("--limit", default=50, type=click.IntRange(1, 1000), show_default=True, help="Jobs to list.")
@click.option("--before", type=click.UUID, help="Only jobs made before this one: the next page.")
@click.option("--kind", type=click.Choice([str(kind) for kind in Kind]), help="Only jobs of this kind.")
@json_option
@data_option
def dead(limit: int, before: UUID | None, kind: str | None, as_json: bool, data: str | None) -> None:
    """List the dead letters, jobs that failed for good, newest first."""
    within = () if kind is None else (Job.kind == Kind(kind),)
    with database(data) as cluster:
        found = gather(
            cluster, lambda shard: see_dead(shard, *within, limit=limit + 1, before=before),
            key=lambda job: job.id, limit=limit + 1, newest_first=True,
        )  # fmt: skip
    page = found[:limit]
    following = page[-1].id if len(found) > limit else None
    if as_json:
        print_json({"jobs": page, "next_before": following})
        return
    print_table(("id", "kind", "attempts", "finished_at", "error"), [_line(job) for job in page])
    if following:
        click.echo(f"There are more: --before {following}", err=True)


@jobs.command()
@click.argument("job_id", metavar="ID", type=click.UUID)
@json_option
@data_option
def show(job_id: UUID, as_json: bool, data: str | None) -> None:
    """Show a job and its past attempts, without the member's own data."""
    with database(data) as cluster, cluster.read(job_id) as session:
        job = see(session, job_id)
    if job is None:
        raise click.ClickException(f"there is no job {job_id}")
    if as_json:
        print_json(job)
        return
    told = [(name, value) for name, value in _line(job).items() if name != "history"]
    past = [("attempt " + str(entry.attempt), _past(entry)) for entry in job.history]
    print_table(("job", ""), [{"job": name, "": value} for name, value in told + past])


def _line(job: SeenJob) -> dict[str, Any]:
    told = {field.name: getattr(job, field.name) for field in dataclasses.fields(job)}
    return {**told, "error": _fault(job.error) if job.error else None}


def _past(entry: Past) -> str:
    if entry.fault is None:
        return f"retried by {entry.retried_by}"
    return _fault(entry.fault) + (f", on {entry.worker}" if entry.worker else "")


def _fault(fault: Fault) -> str:
    return fault.type.removeprefix("/problems/") + (f": {fault.detail}" if fault.detail else "")
