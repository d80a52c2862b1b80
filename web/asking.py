"""From a request's body to a job: filled from the profile, read, and made once for each Idempotency-Key."""

from __future__ import annotations

import dataclasses
import math
import re
from datetime import date, timedelta
from typing import Any

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import Json
from models.errors import Conflict
from models.jobs.enqueue import Enqueued, enqueue
from models.jobs.idempotency import answered
from models.jobs.plan_change import About, overtaken
from models.jobs.queues import QueueName
from models.members.member import profile_of
from models.members.tenant import Tenant, TenantState
from models.members.zone import today_of
from models.plans.plan import PlanState
from models.plans.stored import StoredPlan
from planners.change import check_to_come
from planners.errors import FieldError, InvalidRequest
from planners.spec import PlanRequest, read_new_request, read_request
from planners.told import ALLERGIES, of_member, told_allergies, with_allergies
from web.errors import Forbidden, InvalidHeader, KeyReused
from web.profile import member_of
from web.services import services
from web.tokens import Caller

KEY = re.compile(r'"?([\x21\x23-\x5b\x5d-\x7e]{1,255})"?', re.ASCII)


def idempotency_key() -> str | None:
    """The request's Idempotency-Key, bare or as a quoted string; None when there is none."""
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return None
    found = KEY.fullmatch(given)
    if found is None:
        raise InvalidHeader("Idempotency-Key must be 1 to 255 visible ASCII characters without quotes inside")
    return found[1]


def ask(session: Session, caller: Caller, body: object, key: str | None) -> Enqueued:
    """Make the job that `body` asks for, or find the one that the same request has already made.

    Raises
    ------
    InvalidRequest
        When the body, filled from the profile, is not a plan request.
    KeyReused
        When `key` belongs to another request.
    QuotaReached
        When as many requests of the tenant wait as may.
    Unavailable
        When the queue is full.
    """
    most_waiting = _most_waiting(session, caller)
    earlier = answered(session, caller.member_id, key) if key else None
    if earlier is None:
        known = profile_of(session, member_of(session, caller))
        today = today_of(session, caller.tenant_id, caller.member_id)
    else:
        # A repeat is read as it was the first time, whatever day it is, wherever the member is by now and
        # whatever became of the profile.
        known = _told_in(earlier.job.request)
        today = date.fromisoformat(earlier.job.request["start_date"]) - timedelta(days=1)
    wanted = complete(body, known, today)
    if earlier is None:
        _let_in(session, caller, most_waiting)
    try:
        return enqueue(
            session, tenant_id=caller.tenant_id, member_id=caller.member_id, request=wanted,
            queue=QueueName.INTERACTIVE, idempotency_key=key,
        )  # fmt: skip
    except Conflict as error:
        raise KeyReused(str(error)) from error


def ask_about(
    session: Session, caller: Caller, plan: StoredPlan, about: About, key: str | None = None
) -> Enqueued:
    """Make the job that changes a plan of the caller's or answers a question about it. Raises as `ask`.

    Raises
    ------
    Conflict
        When a newer plan has taken this one's place, be it in the database or in the archive.
    InvalidRequest
        When the day that is meant is lived.
    """
    most_waiting = _most_waiting(session, caller)
    earlier = answered(session, caller.member_id, key) if key else None
    known = earlier.job.request if earlier else profile_of(session, member_of(session, caller))
    request = with_allergies(read_request(plan.request, plan.start_date), told_allergies(known))
    if earlier is None:
        if plan.state != PlanState.CURRENT:
            raise overtaken()
        today = today_of(session, caller.tenant_id, caller.member_id)
        check_to_come(about.change or about.question or {}, today)
        _let_in(session, caller, most_waiting)
    try:
        return enqueue(
            session, tenant_id=caller.tenant_id, member_id=caller.member_id,
            request=request, about=about,
            queue=QueueName.INTERACTIVE, idempotency_key=key,
        )  # fmt: skip
    except Conflict as error:
        raise KeyReused(str(error)) from error


def _let_in(session: Session, caller: Caller, most_waiting: int) -> None:
    services().pressure.let_in()
    cluster = services().cluster
    place = cluster.place_of(caller.member_id)
    most = math.ceil(most_waiting * cluster.map().share(place))
    services().quotas.take_place(session, caller.tenant_id, most, place)


def complete(body: object, profile: Json, today: date) -> PlanRequest:
    """Read a plan request; the profile fills what it leaves out of `member`, and adds its allergies."""
    try:
        asked = read_new_request(_filled(body, of_member(profile)), today)
        return with_allergies(asked, told_allergies(profile))
    except InvalidRequest as error:
        raise InvalidRequest([_told(fault) for fault in error.errors]) from error


def _told_in(request: Json) -> Json:
    """What the profile said when this request was made, as far as the request shows it."""
    return {**request["member"], ALLERGIES: request.get(ALLERGIES)}


def _filled(body: object, profile: Json) -> object:
    if not isinstance(body, dict):
        return body
    member: Any = body.get("member", {})
    return {**body, "member": {**profile, **member}} if isinstance(member, dict) else body


def _told(fault: FieldError) -> FieldError:
    if fault.pointer.startswith("/member/") and fault.detail == "is required":
        return dataclasses.replace(fault, detail="is required: here, or in the profile (PUT /v1/profile)")
    return fault


def _most_waiting(session: Session, caller: Caller) -> int:
    columns = select(Tenant.state, Tenant.most_waiting).where(Tenant.id == caller.tenant_id)
    tenant = session.execute(columns).one_or_none()
    if tenant is None or tenant.state != TenantState.ACTIVE:
        raise Forbidden("the tenant of this account is suspended; ask its administrator")
    return services().settings.most_waiting if tenant.most_waiting is None else tenant.most_waiting
