"""An allergy that is told while a menu is under way: what is left of it is made anew at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import Json
from models.jobs.enqueue import enqueue
from models.jobs.job import Job
from models.jobs.queues import QueueName
from models.members.member import Member
from models.members.zone import today_of
from models.plans.plan import Plan, PlanState
from models.plans.stored import StoredPlan, read_plan
from planners.renewal.window import locks_after
from planners.spec import Kind, NutritionRequest, read_request
from planners.told import told_allergies, with_allergies


def menu_anew(session: Session, member: Member, profile: Json) -> Job | None:
    """The job that makes the member's menu anew, from today on; None where it knows of every allergy.

    No quota holds it up: until it is done the menu may serve what the member must not eat.
    """
    current = (Plan.kind == Kind.NUTRITION, Plan.state == PlanState.CURRENT)
    plan_id = session.scalar(select(Plan.id).where(Plan.member_id == member.id, *current))
    plan = None if plan_id is None else read_plan(session, plan_id)
    request = None if plan is None else _request_of(session, plan, profile)
    if request is None:
        return None
    return enqueue(
        session, tenant_id=member.tenant_id, member_id=member.id, request=request,
        queue=QueueName.INTERACTIVE,
    ).job  # fmt: skip


def _request_of(session: Session, plan: StoredPlan, profile: Json) -> NutritionRequest | None:
    """The plan's request for the days that are left, with the profile's allergies; None where none is due."""
    was = read_request(plan.request, plan.start_date)
    asked = with_allergies(was, told_allergies(profile))
    first = max(plan.start_date, today_of(session, plan.tenant_id, plan.member_id))
    gone = (first - plan.start_date) // timedelta(days=1)
    if asked == was or gone >= plan.days or not isinstance(asked, NutritionRequest):
        return None
    left = locks_after(asked.locked, gone)
    return replace(asked, start_date=first, days=plan.days - gone, locked=left)
