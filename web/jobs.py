"""A job: poll it, cancel it."""

from __future__ import annotations

import time
from typing import cast
from uuid import UUID

from flask import Response
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from models.access.account import Role
from models.errors import Conflict, NotFound
from models.jobs.cancel import cancel
from models.jobs.job import FINISHED, Job, JobState
from web.answers import json_answer, tagged
from web.finished import FinishedJob
from web.language.preferred import in_language, language_of_request
from web.language.problem import said_problem
from web.routes import Answer, Routes
from web.schemas import JobView, Problem
from web.services import services
from web.tokens import Caller

routes = Routes("jobs")

POLL_AFTER_S = 1
REMEMBERED_S = 10.0  # how long a job that succeeded, which changes no more, may be polled after it is deleted
JOB = Answer(status=200, text="The job.", body=JobView, headers=("ETag", "Retry-After", "Link"))


@routes.route(
    "GET", "/v1/jobs/<uuid:job_id>", "How far a job has come", auth=Role.MEMBER, headers=("If-None-Match",),
    answers=(JOB, Answer(status=304, text="It is as the client's ETag says.", headers=("Retry-After",))),
)  # fmt: skip
def get_job(job_id: UUID, caller: Caller) -> Response:
    known = services().finished.get(job_id)
    if known is None:
        with services().cluster.read(job_id, may_lag=True) as session:
            job = job_of(session, job_id, caller)
        if job.state != JobState.SUCCEEDED or job.member_id is None or job.plan_id is None:
            return tagged(job_answer(job))
        known = services().finished.keep(job_id, _finished(job, job.member_id), time.time() + REMEMBERED_S)
    if (known.member_id, known.tenant_id) != (caller.member_id, caller.tenant_id):
        raise _not_found()
    response = Response(known.body, headers={"Link": known.link}, mimetype="application/json")
    return tagged(response, known.tag)


@routes.route(
    "DELETE", "/v1/jobs/<uuid:job_id>", "Cancel a job that is not finished", auth=Role.MEMBER,
    answers=(Answer(status=200, text="The job, cancelled now or before.", body=JobView),),
    problems=("conflict",),
)  # fmt: skip
def cancel_job(job_id: UUID, caller: Caller) -> Response:
    with services().cluster.write(job_id) as session:
        cancel(session, job_id, *_owned(caller))
        job = job_of(session, job_id, caller)
    if job.state != JobState.CANCELLED:
        raise Conflict(f"the job has {job.state} already; only a queued or running job can be cancelled")
    return job_answer(job)


def job_of(session: Session, job_id: UUID, caller: Caller) -> Job:
    """The caller's own job; anybody else's is not found."""
    job = session.get(Job, job_id)
    if job is None or (job.member_id, job.tenant_id) != (caller.member_id, caller.tenant_id):
        raise _not_found()
    return job


def job_answer(job: Job, status: int = 200) -> Response:
    """The job as an answer: when to ask again while it works, where the plan is once it has one."""
    response = json_answer(_view(job), status)
    if job.state not in FINISHED:
        response.headers["Retry-After"] = str(POLL_AFTER_S)
    if job.plan_id is not None:
        response.headers["Link"] = f'</v1/plans/{job.plan_id}>; rel="related"'
    return response if job.error is None else in_language(response, language_of_request())


def _finished(job: Job, member_id: UUID) -> FinishedJob:
    answer = job_answer(job)
    answer.add_etag()
    return FinishedJob(
        member_id=member_id, tenant_id=job.tenant_id, body=answer.get_data(),
        link=answer.headers["Link"], tag=str(answer.get_etag()[0]),
    )  # fmt: skip


def _not_found() -> NotFound:
    return NotFound("there is no job of yours with this id")


def _owned(caller: Caller) -> tuple[ColumnElement[bool], ...]:
    return Job.member_id == caller.member_id, Job.tenant_id == caller.tenant_id


def _view(job: Job) -> JobView:
    error = None if job.error is None else said_problem(job.error, language_of_request())
    return JobView(
        id=job.id, kind=job.kind, state=job.state, progress=job.progress, attempts=job.attempts,
        queued_at=job.queued_at, started_at=job.started_at, finished_at=job.finished_at,
        plan_id=job.plan_id, error=cast(Problem | None, error),
    )  # fmt: skip
