"""The planners on a plan that there is: changed, or asked what could stand instead of a part of it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models.base import Json
from models.cluster import Cluster
from models.jobs.plan_change import About, overtaken
from models.members.logs import today_of
from models.nights.logs import logs_of
from models.plans.plan import PlanState
from models.plans.stored import StoredPlan, read_plan
from planners.change import read_change, read_question
from planners.make import change_plan, offers
from planners.plan import as_json, plan_json
from planners.renewal.learned import Learned
from planners.renewal.training import as_known_on
from planners.spec import PlanRequest, WorkoutRequest, read_request


def changed_json(cluster: Cluster, about: About) -> Json:
    """The plan with its change.

    Raises
    ------
    Conflict
        When a newer plan has taken its place.
    """
    plan, request = _known(cluster, about)
    return plan_json(change_plan(request, plan.body, read_change(plan.kind, about.change)))


def answer_json(cluster: Cluster, about: About) -> Json:
    """The offers that answer a question. Raises as `changed_json`."""
    plan, request = _known(cluster, about)
    found = offers(request, plan.body, read_question(plan.kind, about.question))
    return {"alternatives": as_json(found)}


def _known(cluster: Cluster, about: About) -> tuple[StoredPlan, PlanRequest]:
    """The plan and its request; that of a training plan with the lived days and what was trained on them."""
    with cluster.write(about.plan_id) as session:
        plan = read_plan(session, about.plan_id)
        # One that is gone from here was archived, which no current plan is.
        if plan is None or plan.state != PlanState.CURRENT:
            raise overtaken()
        return plan, _request(session, plan)


def _request(session: Session, plan: StoredPlan) -> PlanRequest:
    today = today_of(session, plan.tenant_id)
    request = read_request(plan.request, today=today)
    if not isinstance(request, WorkoutRequest):
        return request
    logged = logs_of(session, plan.kind, [plan.member_id], today)[plan.member_id]
    return as_known_on(request, Learned(**vars(logged)), today)
