"""The planners on a plan that there is: changed, or asked what could stand instead of a part of it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from models.base import Json
from models.cluster import Cluster
from models.errors import Conflict
from models.jobs.plan_change import About, overtaken
from models.members.member import Member, profile_of
from models.members.zone import today_of
from models.nights.logs import logs_of
from models.plans.plan import PlanState
from models.plans.stored import StoredPlan, read_plan
from planners.change import Offer, read_change, read_question
from planners.make import change_plan, offers, prove
from planners.plan import Plan, as_json, plan_json
from planners.renewal.learned import Learned
from planners.renewal.training import as_known_on
from planners.spec import Allergen, NutritionRequest, PlanRequest, WorkoutRequest, read_request
from planners.told import told_allergies, with_allergies


def changed_json(cluster: Cluster, about: About) -> Json:
    """The plan with its change.

    Raises
    ------
    Conflict
        When a newer plan has taken its place, and when the member has told of another allergy meanwhile.
    """
    plan, request = _known(cluster, about)
    changed = change_plan(request, plan.body, read_change(plan.kind, about.change))
    _prove(cluster, plan, request, changed)
    return plan_json(changed)


def answer_json(cluster: Cluster, about: About) -> Json:
    """The offers that answer a question. Raises as `changed_json`."""
    plan, request = _known(cluster, about)
    found = offers(request, plan.body, read_question(plan.kind, about.question))
    _prove(cluster, plan, request, found)
    return {"alternatives": as_json(found)}


def _known(cluster: Cluster, about: About) -> tuple[StoredPlan, PlanRequest]:
    """The plan and its request with every allergy that was told since.

    That of a training plan with the lived days and what was trained on them.
    """
    with cluster.write(about.plan_id) as session:
        plan = read_plan(session, about.plan_id)
        # One that is gone from here was archived, which no current plan is.
        if plan is None or plan.state != PlanState.CURRENT:
            raise overtaken()
        return plan, _request(session, plan)


def _request(session: Session, plan: StoredPlan) -> PlanRequest:
    today = today_of(session, plan.tenant_id, plan.member_id)
    request = read_request(plan.request, today=today)
    if not isinstance(request, WorkoutRequest):
        return with_allergies(request, _allergies(session, plan))
    logged = logs_of(session, plan.kind, [plan.member_id], today)[plan.member_id]
    return as_known_on(request, Learned(**vars(logged)), today)


def _allergies(session: Session, plan: StoredPlan) -> tuple[Allergen, ...]:
    return told_allergies(profile_of(session, session.get_one(Member, plan.member_id)))


def _prove(cluster: Cluster, plan: StoredPlan, request: PlanRequest, made: Plan | Sequence[Offer]) -> None:
    """Hold foods against the allergies as they are told now, by code that had no part in choosing them.

    Raises
    ------
    Conflict
        When the member has told of another one since the foods were chosen.
    """
    if not isinstance(request, NutritionRequest):
        return
    with cluster.write(plan.member_id) as session:
        told = with_allergies(request, _allergies(session, plan))
    if told != request:
        raise Conflict("you have told of another allergy at this moment: ask once more")
    prove(told, made)
