"""Plans: ask for one, list them, read one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.http import generate_etag

from models.access.account import Role
from models.archive.read import find_plan, owner_of
from models.cache.keys import plan_key
from models.errors import NotFound
from models.jobs.job import Job
from models.plans.plan import Plan
from models.plans.stored import StoredPlan, read_plan
from planners.plan import NutritionPlan, WorkoutPlan
from planners.spec import NutritionRequest, WorkoutRequest
from web.answers import PRIVATE, encode, json_answer, tagged
from web.asking import ask, idempotency_key
from web.caches import CachedPlan
from web.cursors import cursor_of, id_of_cursor, next_link
from web.encodings import compressed, ready
from web.jobs import job_answer, job_of
from web.routes import Answer, OneOf, Routes
from web.schemas import JobView, PlanPage, PlansQuery, PlanSummary
from web.services import services
from web.tokens import Caller
from web.waiting import preferred_wait_s, wait_for

routes = Routes("plans")

PLAN = OneOf((NutritionPlan, WorkoutPlan), "Plan", "A menu or a training plan.")
REQUEST = OneOf((NutritionRequest, WorkoutRequest), "PlanRequest", "What plan is wanted, and for whom.")


@routes.route(
    "POST", "/v1/plans", "Ask for a plan", auth=Role.MEMBER, body=REQUEST,
    headers=("Prefer", "Idempotency-Key"),
    answers=(
        Answer(status=202, text="The job to poll; with `Prefer: wait` it may have failed already.",
               body=JobView, headers=("Location", "Retry-After", "Preference-Applied")),
        Answer(status=201, text="The plan, ready within the time of `Prefer: wait`.",
               body=PLAN, headers=("Location", "ETag", "Preference-Applied")),
    ),
    problems=("idempotency-key-reused", "invalid-header", "forbidden", "quota-reached"),
)  # fmt: skip
def request_plan(caller: Caller, body: object) -> Response:
    key = idempotency_key()
    wait_s = preferred_wait_s(services().settings.wait_most_s)
    with services().cluster.write(caller.member_id) as session:
        job = ask(session, caller, body, key).job
    return made_answer(job, caller, wait_s)


@routes.route(
    "GET", "/v1/plans", "The member's plans, newest first", auth=Role.MEMBER, query=PlansQuery,
    answers=(Answer(status=200, text="A page.", body=PlanPage, headers=("Link",)),),
)  # fmt: skip
def list_plans(caller: Caller, query: PlansQuery) -> Response:
    with services().cluster.read(caller.member_id, may_lag=True) as session:
        found = _page(session, caller, query)
    page, more = found[: query.limit], len(found) > query.limit
    cursor = cursor_of(page[-1].id) if more else None
    response = json_answer(PlanPage(plans=tuple(page), next_cursor=cursor))
    if cursor:
        response.headers["Link"] = next_link("/v1/plans", kind=query.kind, limit=query.limit, cursor=cursor)
    return response


@routes.route(
    "GET", "/v1/plans/<uuid:plan_id>", "A plan", auth=Role.MEMBER, headers=("If-None-Match",),
    answers=(Answer(status=200, text="The plan.", body=PLAN, headers=("ETag",)),
             Answer(status=304, text="It is as the client's ETag says.")),
)  # fmt: skip
def get_plan(plan_id: UUID, caller: Caller) -> Response:
    key = plan_key(caller.tenant_id, caller.member_id, plan_id)
    known = services().caches.plan(key, lambda: _told(plan_id, caller))
    if known is None:  # perhaps it is in the archive
        return tagged(json_answer(plan_document(plan_of(plan_id, caller))))
    if known.id != plan_id or not known.is_of(caller):
        raise NotFound("there is no plan of yours with this id")
    response = Response(headers={"Cache-Control": PRIVATE}, mimetype="application/json")
    response.set_etag(known.tag)
    response.make_conditional(request)
    return response if response.status_code == 304 else ready(known.packed, response)


def _told(plan_id: UUID, caller: Caller) -> CachedPlan | None:
    """The caller's plan as its row says, ready to be sent; None when there is no such row."""
    with services().cluster.read(plan_id) as session:
        plan = read_plan(session, plan_id)
    if plan is None or (plan.member_id, plan.tenant_id) != (caller.member_id, caller.tenant_id):
        return None
    body = encode(plan_document(plan)).encode()
    return CachedPlan(
        id=plan.id, member_id=plan.member_id, tenant_id=plan.tenant_id, tag=generate_etag(body),
        packed=compressed(body),
    )  # fmt: skip


def plan_of(plan_id: UUID, caller: Caller) -> StoredPlan:
    """The caller's plan.

    Raises
    ------
    NotFound
        When the caller has no such plan.
    """
    with services().cluster.read(plan_id, may_lag=True) as session:
        plan = find_plan(session, services().archive, plan_id, caller.member_id)
    if plan is None or plan.tenant_id != caller.tenant_id:
        raise NotFound("there is no plan of yours with this id")
    return plan


def plan_document(plan: StoredPlan) -> dict[str, Any]:
    """The plan as the interface tells it: what its row says of it, and the plan itself."""
    named = {"id": plan.id, "kind": plan.kind, "created_at": plan.created_at, "state": plan.state}
    return {**named, **plan.body}


def made_answer(job: Job, caller: Caller, wait_s: float | None) -> Response:
    """The plan that the job has made within the time that the client would wait, else the job."""
    if wait_s is not None and wait_for(services(), job.id, wait_s):
        with services().cluster.read(job.id) as session:
            job = job_of(session, job.id, caller)
            plan = read_plan(session, job.plan_id) if job.plan_id else None
        if plan is not None:
            return _applied(_created(plan), wait_s)
    return _applied(accepted(job), wait_s)


def _created(plan: StoredPlan) -> Response:
    response = json_answer(plan_document(plan), 201, {"Location": f"/v1/plans/{plan.id}"})
    response.add_etag()
    return response


def accepted(job: Job) -> Response:
    """The job to poll, with its address."""
    response = job_answer(job, 202)
    response.headers["Location"] = f"/v1/jobs/{job.id}"
    return response


def _applied(response: Response, wait_s: float | None) -> Response:
    if wait_s is not None:
        response.headers["Preference-Applied"] = f"wait={wait_s:g}"
    return response


def _page(session: Session, caller: Caller, query: PlansQuery) -> list[PlanSummary]:
    columns = (Plan.id, Plan.kind, Plan.created_at, Plan.state, Plan.start_date, Plan.job_id)
    wanted = select(*columns).where(Plan.member_id == caller.member_id, Plan.tenant_id == caller.tenant_id)
    if query.kind:
        wanted = wanted.where(Plan.kind == query.kind)
    if query.cursor:
        wanted = wanted.where(Plan.id < id_of_cursor(query.cursor))
    rows = session.execute(wanted.order_by(Plan.id.desc()).limit(query.limit + 1))
    return _with_archived(session, caller, query, [PlanSummary(**row._mapping) for row in rows])


def _with_archived(
    session: Session, caller: Caller, query: PlansQuery, found: list[PlanSummary]
) -> list[PlanSummary]:
    """A page with what the archive has for it.

    Also one that the database fills: a current plan may be older than archived ones, and a restored one is.
    """
    archived = services().archive.plans(
        session,
        owner_of(session, caller.member_id),
        before=id_of_cursor(query.cursor) if query.cursor else None,
        after=found[-1].id if len(found) > query.limit else None,
        kind=query.kind,
        limit=query.limit + 1,
    )
    there = {plan.id for plan in found}  # one that was restored is in both
    found += [
        PlanSummary(
            id=plan.id, kind=plan.kind, created_at=plan.created_at, state=plan.state,
            start_date=plan.start_date, job_id=plan.job_id,
        )
        for plan in archived if plan.id not in there
    ]  # fmt: skip
    return sorted(found, key=lambda plan: plan.id, reverse=True)[: query.limit + 1]
