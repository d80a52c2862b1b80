"""`reveille jobs pause|resume|stats|tenant|tenants`: the queues as a whole, and everybody's share of them."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from typing import Any

import click
from sqlalchemy import func, select

from models.cluster import Cluster
from models.jobs.backlog import backlog, in_all
from models.jobs.job import Job, JobState
from models.jobs.queue import pause as pause_queue
from models.jobs.queue import paused_queues
from models.jobs.queue import resume as resume_queue
from models.jobs.queues import QueueName
from models.jobs.shares import LEAST_WEIGHT, MOST_QUOTA, MOST_WEIGHT, see_shares, set_share
from models.shards.gather import on_each
from operations.database import data_option, database, signature
from operations.table import json_option, print_json, print_table

queue = click.argument("queue", type=click.Choice([str(queue) for queue in QueueName]))

STATS = ("queue", "queued", "running", "dead", "oldest_age_s", "paused_at", "paused_by", "reason")
SHARES = ("slug", "state", "weight", "most_waiting", "waiting")


@click.command()
@queue
@click.option("--reason", required=True, help="For the next operator to read.")
@data_option
def pause(queue: str, reason: str, data: str | None) -> None:
    """Start no more of a queue's jobs; what runs is finished, and requests are taken as ever."""
    with database(data) as cluster, cluster.control() as session:
        pause_queue(session, QueueName(queue), by=signature(), reason=reason)
    click.echo(f"{queue} is paused")


@click.command()
@queue
@data_option
def resume(queue: str, data: str | None) -> None:
    """Start a paused queue's jobs again."""
    with database(data) as cluster, cluster.control() as session:
        was_paused = resume_queue(session, QueueName(queue))
    click.echo(f"{queue} {'works again' if was_paused else 'was not paused'}")


@click.command()
@json_option
@data_option
def stats(as_json: bool, data: str | None) -> None:
    """How many jobs wait (due), run and failed in each queue, and whether it is paused."""
    with database(data) as cluster:
        rows = _stats(cluster)
    if as_json:
        print_json({"queues": rows})
    else:
        print_table(STATS, rows)


@click.command()
@json_option
@data_option
def tenants(as_json: bool, data: str | None) -> None:
    """The tenants' shares of the workers, their quotas, and how many of their jobs wait."""
    with database(data) as cluster:
        shares = see_shares(cluster)
    if as_json:
        print_json({"tenants": shares})
    else:
        print_table(SHARES, [dataclasses.asdict(share) for share in shares])


@click.command()
@click.argument("slug")
@click.option(
    "--weight", type=click.FloatRange(LEAST_WEIGHT, MOST_WEIGHT), help="Share of the workers; others have 1."
)
@click.option("--most-waiting", type=click.IntRange(0, MOST_QUOTA), help="Requests that may wait at once.")
@click.option("--default-waiting", is_flag=True, help="As many as the setting most_waiting says.")
@data_option
def tenant(
    slug: str, weight: float | None, most_waiting: int | None, default_waiting: bool, data: str | None
) -> None:
    """Change a tenant's share of the workers, or its quota of waiting requests."""
    changes: dict[str, Any] = {"weight": weight, "most_waiting": most_waiting}
    changes = {name: value for name, value in changes.items() if value is not None}
    if default_waiting:
        changes["most_waiting"] = None
    if weight is not None and math.isnan(weight):  # which click's range lets through
        raise click.BadParameter("must be a number", param_hint="--weight")
    if not changes:
        raise click.UsageError("say what to change: --weight, --most-waiting or --default-waiting")
    with database(data) as cluster, cluster.control() as session:
        if not set_share(session, slug, **changes):
            raise click.ClickException(f"there is no tenant {slug!r}")
    click.echo(f"{slug}: " + ", ".join(f"{name} is {value}" for name, value in changes.items()))


def _stats(cluster: Cluster) -> list[dict[str, Any]]:
    with cluster.control() as session:
        paused = paused_queues(session)
    failed = select(Job.queue, func.count()).where(Job.state == JobState.FAILED).group_by(Job.queue)
    dead: Counter[QueueName] = Counter()
    for counts in on_each(cluster, lambda shard: shard.execute(failed).all()):
        dead.update({row[0]: row[1] for row in counts})
    rows = []
    for found in in_all(on_each(cluster, backlog)):
        row = paused.get(found.queue)
        told = {name: getattr(row, name, None) for name in ("paused_at", "paused_by", "reason")}
        rows.append({**dataclasses.asdict(found), "dead": dead[found.queue], **told})
    return rows
