"""`reveille jobs retry|drop|cancel|raise`: each job in a transaction of its own, each answered by a line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from uuid import UUID

import click
from sqlalchemy.orm import Session

from models.cluster import Cluster
from models.errors import Conflict
from models.jobs.cancel import cancel as cancel_job
from models.jobs.dead import drop as drop_job
from models.jobs.dead import retry as retry_job
from models.jobs.priority import HIGHEST, LOWEST, set_priority
from models.jobs.seen import see, see_dead
from models.shards.gather import gather
from operations.database import data_option, database, signature

PAGE = 500

Act = Callable[[Session, UUID], bool]
"""Something done to a job; False when its state does not allow it."""

ids = click.argument("job_ids", metavar="ID...", type=click.UUID, nargs=-1, required=True)


@click.command()
@click.argument("job_ids", metavar="[ID...]", type=click.UUID, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Retry every dead letter there is now.")
@data_option
def retry(job_ids: tuple[UUID, ...], everything: bool, data: str | None) -> None:
    """Queue failed jobs anew, with all their attempts."""
    if everything == bool(job_ids):
        raise click.UsageError("name the jobs, or say --all")
    with database(data) as cluster:
        chosen = _all_dead(cluster) if everything else job_ids
        _each(cluster, chosen, lambda s, i: retry_job(s, i, by=signature()), "is queued again", "failed")


@click.command()
@ids
@data_option
def drop(job_ids: tuple[UUID, ...], data: str | None) -> None:
    """Delete failed jobs; the log line on standard error is what is left of them."""
    with database(data) as cluster:
        _each(cluster, job_ids, lambda s, i: drop_job(s, i, by=signature()), "is dropped", "failed")


@click.command()
@ids
@data_option
def cancel(job_ids: tuple[UUID, ...], data: str | None) -> None:
    """Cancel jobs: a waiting one at once, a running one at its next checkpoint."""
    with database(data) as cluster:
        _each(cluster, job_ids, cancel_job, "is cancelled", "queued or running")


@click.command("raise")
@ids
@click.option(
    "--to", "priority", required=True, type=click.IntRange(LOWEST, HIGHEST), help="Higher goes first."
)
@data_option
def raise_(job_ids: tuple[UUID, ...], priority: int, data: str | None) -> None:
    """Set the priority of waiting jobs among those of their tenant; every job starts with 0."""
    with database(data) as cluster:
        _each(cluster, job_ids, lambda s, i: set_priority(s, i, priority), f"is at {priority}", "queued")


def _each(cluster: Cluster, job_ids: Iterable[UUID], act: Act, done: str, needed: str) -> None:
    """Do `act` to each job; exit with 1 when there was one to which it could not be done."""
    refused = False
    for job_id in job_ids:
        fault = _fault(cluster, job_id, act, needed)
        click.echo(f"{job_id} {fault or done}", err=bool(fault))
        refused = refused or bool(fault)
    raise SystemExit(1 if refused else 0)


def _fault(cluster: Cluster, job_id: UUID, act: Act, needed: str) -> str:
    """Do `act` to the job; why it could not be done, or nothing."""
    try:
        with cluster.write(job_id) as session:
            if act(session, job_id):
                return ""
            job = see(session, job_id)
    except Conflict as error:
        return str(error)
    return f"is {job.state}, and must be {needed} for that" if job else "is not there"


def _all_dead(cluster: Cluster) -> Iterator[UUID]:
    page = _dead(cluster, None)
    while page:
        yield from page
        page = _dead(cluster, page[-1])


def _dead(cluster: Cluster, before: UUID | None) -> list[UUID]:
    return gather(
        cluster, lambda shard: [job.id for job in see_dead(shard, limit=PAGE, before=before)],
        key=lambda job_id: job_id, limit=PAGE, newest_first=True,
    )  # fmt: skip
