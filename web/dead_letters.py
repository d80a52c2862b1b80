"""For operators: the jobs that failed. Look at them, run them again, drop them; cancel or hasten others."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from models.access.account import Role
from models.errors import Conflict, NotFound
from models.jobs.cancel import cancel
from models.jobs.dead import drop, retry
from models.jobs.job import Job, JobState
from models.jobs.priority import HIGHEST, LOWEST, set_priority
from models.jobs.seen import SeenJob, see, see_dead
from models.shards.gather import gather
from planners.reading import limits
from planners.spec import Kind
from web.answers import json_answer
from web.cursors import cursor_of, id_of_cursor, next_link
from web.operators import reach, signature
from web.routes import Answer, Routes
from web.services import services
from web.tokens import Caller

routes = Routes("operations")

PATH = "/v1/operations/jobs"
SEEN = Answer(status=200, text="The job, without the member's own data.", body=SeenJob)


class ListedState(StrEnum):
    """States whose jobs can be listed."""

    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class JobsQuery:
    """Which jobs, and how many on a page."""

    state: ListedState = limits("The state they are in.", default=ListedState.FAILED)
    kind: Kind | None = limits("Only jobs of this kind.", default=None)
    cursor: str | None = limits("`next_cursor` of the page before.", default=None, shortest=1, longest=64)
    limit: int = limits("Jobs on a page.", default=20, least=1, most=100)


@dataclass(frozen=True, kw_only=True)
class JobPage:
    """A page of jobs, newest first."""

    jobs: tuple[SeenJob, ...]
    next_cursor: str | None = limits("Of the page that follows; null on the last.")


@dataclass(frozen=True, kw_only=True)
class PriorityOf:
    """When a waiting job goes, among those of its tenant."""

    priority: int = limits("Higher goes first; every job starts with 0.", least=LOWEST, most=HIGHEST)


@routes.route(
    "GET", PATH, "Jobs that failed, newest first", auth=Role.OPERATOR, query=JobsQuery,
    answers=(Answer(status=200, text="A page.", body=JobPage, headers=("Link",)),),
)  # fmt: skip
def list_dead(caller: Caller, query: JobsQuery) -> Response:
    before = id_of_cursor(query.cursor) if query.cursor else None
    with services().cluster.control() as session:
        within = reach(session, caller) + ((Job.kind == query.kind,) if query.kind else ())
    found = gather(
        services().cluster, lambda shard: see_dead(shard, *within, limit=query.limit + 1, before=before),
        key=lambda job: job.id, limit=query.limit + 1, newest_first=True, may_lag=True,
    )  # fmt: skip
    page, more = found[: query.limit], len(found) > query.limit
    cursor = cursor_of(page[-1].id) if more else None
    response = json_answer(JobPage(jobs=tuple(page), next_cursor=cursor))
    if cursor:
        response.headers["Link"] = next_link(
            PATH, state=query.state, kind=query.kind, limit=query.limit, cursor=cursor
        )
    return response


@routes.route(
    "GET", f"{PATH}/<uuid:job_id>", "A job as operators see it", auth=Role.OPERATOR, answers=(SEEN,)
)
def see_job(job_id: UUID, caller: Caller) -> Response:
    with services().cluster.read(job_id) as session:
        return json_answer(_seen(session, job_id, caller))


@routes.route(
    "POST", f"{PATH}/<uuid:job_id>/retry", "Queue a failed job anew", auth=Role.OPERATOR, answers=(SEEN,),
    problems=("conflict",),
)  # fmt: skip
def retry_job(job_id: UUID, caller: Caller) -> Response:
    with services().cluster.write(job_id) as session:
        if not retry(session, job_id, *reach(session, caller), by=signature(caller)):
            _refuse(session, job_id, caller, "only a failed job can be retried")
        return json_answer(_seen(session, job_id, caller))


@routes.route(
    "POST", f"{PATH}/<uuid:job_id>/cancel", "Cancel somebody's job", auth=Role.OPERATOR, answers=(SEEN,),
    problems=("conflict",),
)  # fmt: skip
def cancel_for_member(job_id: UUID, caller: Caller) -> Response:
    with services().cluster.write(job_id) as session:
        cancel(session, job_id, *reach(session, caller))
        job = _seen(session, job_id, caller)
    if job.state != JobState.CANCELLED:
        raise Conflict(f"the job has {job.state} already; only a queued or running job can be cancelled")
    return json_answer(job)


@routes.route(
    "PUT", f"{PATH}/<uuid:job_id>/priority", "Set a waiting job's priority", auth=Role.OPERATOR,
    body=PriorityOf, answers=(SEEN,), problems=("conflict",),
)  # fmt: skip
def put_priority(job_id: UUID, caller: Caller, body: PriorityOf) -> Response:
    with services().cluster.write(job_id) as session:
        if not set_priority(session, job_id, body.priority, *reach(session, caller)):
            _refuse(session, job_id, caller, "only a waiting job has a priority")
        return json_answer(_seen(session, job_id, caller))


@routes.route(
    "DELETE", f"{PATH}/<uuid:job_id>", "Drop a failed job", auth=Role.OPERATOR,
    answers=(Answer(status=204, text="It is gone; the log has its last line."),), problems=("conflict",),
)  # fmt: skip
def drop_job(job_id: UUID, caller: Caller) -> Response:
    with services().cluster.write(job_id) as session:
        if not drop(session, job_id, *reach(session, caller), by=signature(caller)):
            _refuse(session, job_id, caller, "only a failed job can be dropped")
    return Response(status=204)


def _seen(session: Session, job_id: UUID, caller: Caller) -> SeenJob:
    job = see(session, job_id, *reach(session, caller))
    if job is None:
        raise NotFound("there is no job with this id")
    return job


def _refuse(session: Session, job_id: UUID, caller: Caller, rule: str) -> NoReturn:
    raise Conflict(f"the job is {_seen(session, job_id, caller).state}; {rule}")
