"""The planners on a plan that there is: changed, or asked what could stand instead of a part of it."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

from models.base import Json
from models.cluster import Cluster
from models.errors import Conflict, NotFound
from models.plan import PlanState
from models.plan_change import About
from models.stored_plan import StoredPlan, read_plan
from planners.change import ItemQuestion, read_change
from planners.make import change_plan, offers
from planners.plan import plan_json
from planners.reading import read
from planners.spec import PlanRequest, read_request


def changed_json(cluster: Cluster, about: About) -> Json:
    """The plan with its change.

    Raises
    ------
    Conflict
        When a newer plan has taken its place.
    """
    plan = _plan(cluster, about)
    if plan.state != PlanState.CURRENT:
        raise Conflict("a newer plan has taken this one's place meanwhile: make the change in that one")
    change = read_change(plan.kind, about.change)
    return plan_json(change_plan(_request(plan), plan.body, change))


def answer_json(cluster: Cluster, about: About) -> Json:
    """The offers that answer a question."""
    plan = _plan(cluster, about)
    found = offers(_request(plan), plan.body, read(ItemQuestion, about.question))
    return {"alternatives": [dataclasses.asdict(offer) for offer in found]}


def _plan(cluster: Cluster, about: About) -> StoredPlan:
    with cluster.write(about.plan_id) as session:
        plan = read_plan(session, about.plan_id)
    if plan is None:
        raise NotFound(f"the plan {about.plan_id} is no longer kept")
    return plan


def _request(plan: StoredPlan) -> PlanRequest:
    return read_request(plan.request, today=datetime.now(UTC).date())
