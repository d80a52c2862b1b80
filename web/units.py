"""A unit: figures for its leader, members' plans for its specialists.

A figure is shown only when five members or more stand behind it, and five or more behind the others: from a
smaller group, or from what is left beside a larger one, a person could be guessed. What members did is
counted in fives, so that two looks with one person's act between them mostly show the same.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from flask import Response
from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from models.access.account import Account, Role
from models.access.addresses import name_of
from models.errors import NotFound
from models.ids import first_id
from models.members.member import Member, profile_of
from models.members.owned import OWNED
from models.plans.plan import Plan
from models.shards.gather import gather, on_each
from planners.reading import limits
from planners.spec import Kind
from web.answers import json_answer, tagged
from web.plans import PLAN, list_plans, plan_document, plan_of
from web.profile import profile_document
from web.routes import Answer, Routes
from web.schemas import PlanPage, PlansQuery, Profile
from web.services import services
from web.tokens import Caller

routes = Routes("unit")

PATH = "/v1/unit"
ONE = f"{PATH}/members/<uuid:member_id>"
FEWEST = 5
LATELY = timedelta(days=28)
MOST_SHOWN = 1_000


@dataclass(frozen=True, kw_only=True)
class UnitSummary:
    """A unit in figures; null where fewer than five members stand behind a figure, or behind its rest."""

    unit: str
    members: int | None = limits("Members of the unit; null when they are fewer than five.")
    with_profile: int | None = limits("Members who have told their weight and height, in whole fives.")
    with_menu: int | None = limits("Members who were given a menu in the last 28 days, in fives.")
    with_training: int | None = limits("The same of training plans, in fives.")


@dataclass(frozen=True, kw_only=True)
class UnitMember:
    """A member of a unit."""

    member_id: UUID
    name: str | None = limits("Null where only an identity provider knows it.")


@dataclass(frozen=True, kw_only=True)
class UnitMembers:
    """The members of the specialist's unit."""

    unit: str
    members: tuple[UnitMember, ...] = limits("By name; of more than a thousand the eldest.")


@routes.route(
    "GET", f"{PATH}/summary", "The caller's unit in figures", auth=Role.UNIT_LEADER, problems=("not-found",),
    answers=(Answer(status=200, text="Figures, and none of a small group.", body=UnitSummary),),
)  # fmt: skip
def get_unit_summary(caller: Caller) -> Response:
    unit = _unit_of(caller)
    parts = on_each(services().cluster, lambda session: _figures(session, caller.tenant_id, unit))
    found = {name: sum(part[name] for part in parts) for name in parts[0]}
    count = found["members"]
    return json_answer(
        UnitSummary(
            unit=unit, members=count if count >= FEWEST else None,
            with_profile=shown(found["with_profile"], count),
            with_menu=shown(found[Kind.NUTRITION], count),
            with_training=shown(found[Kind.WORKOUT], count),
        )
    )  # fmt: skip


def _figures(session: Session, tenant_id: UUID, unit: str) -> dict[str, int]:
    """Of the unit's members whom this shard owns."""
    members = select(Member.id).where(Member.tenant_id == tenant_id, Member.unit == unit, OWNED)
    count = session.scalar(select(func.count()).select_from(members.subquery())) or 0
    told = members.where(Member.measured)
    with_profile = session.scalar(select(func.count()).select_from(told.subquery())) or 0
    since = first_id(datetime.now(UTC) - LATELY)
    lately = select(Plan.kind, func.count(distinct(Plan.member_id))).group_by(Plan.kind)
    of_unit = (Plan.member_id.in_(members), Plan.tenant_id == tenant_id, Plan.id >= since)
    planned = {row[0]: row[1] for row in session.execute(lately.where(*of_unit))}
    counts = {"members": count, "with_profile": with_profile}
    return counts | {kind: planned.get(kind, 0) for kind in Kind}


@routes.route(
    "GET", f"{PATH}/members", "The members of the caller's unit", auth=Role.SPECIALIST,
    problems=("not-found",), answers=(Answer(status=200, text="Their ids and names.", body=UnitMembers),),
)  # fmt: skip
def list_unit_members(caller: Caller) -> Response:
    unit = _unit_of(caller)
    within = (Member.tenant_id == caller.tenant_id, Member.unit == unit)
    of_unit = select(Member.id).where(*within).order_by(Member.id).limit(MOST_SHOWN)
    ids = gather(
        services().cluster, lambda shard: shard.scalars(of_unit).all(),
        key=lambda member_id: member_id, limit=MOST_SHOWN,
    )  # fmt: skip
    with services().cluster.control() as session:
        accounts = session.scalars(select(Account).where(Account.member_id.in_(ids))).all()
        names = {account.member_id: name_of(session, account) for account in accounts}
    found = [UnitMember(member_id=member_id, name=names.get(member_id)) for member_id in ids]
    found.sort(key=lambda member: (member.name is None, member.name or "", member.member_id))
    return json_answer(UnitMembers(unit=unit, members=tuple(found)))


@routes.route(
    "GET", f"{ONE}/profile", "The profile of a member of the caller's unit", auth=Role.SPECIALIST,
    answers=(Answer(status=200, text="The profile.", body=Profile),),
)  # fmt: skip
def get_unit_member_profile(member_id: UUID, caller: Caller) -> Response:
    member = _member(member_id, caller)
    with services().cluster.read(member_id) as session:
        return json_answer(profile_document(profile_of(session, member)))


@routes.route(
    "GET", f"{ONE}/plans", "The plans of a member of the caller's unit, newest first", auth=Role.SPECIALIST,
    query=PlansQuery, answers=(Answer(status=200, text="A page.", body=PlanPage),),
)  # fmt: skip
def list_unit_member_plans(member_id: UUID, caller: Caller, query: PlansQuery) -> Response:
    response = list_plans(_as_member(member_id, caller), query)
    response.headers.pop("Link", None)  # which leads to the member's own list
    return response


@routes.route(
    "GET", f"{ONE}/plans/<uuid:plan_id>", "A plan of a member of the caller's unit", auth=Role.SPECIALIST,
    answers=(Answer(status=200, text="The plan.", body=PLAN),),
)  # fmt: skip
def get_unit_member_plan(member_id: UUID, plan_id: UUID, caller: Caller) -> Response:
    return tagged(json_answer(plan_document(plan_of(plan_id, _as_member(member_id, caller)))))


def shown(count: int, of: int) -> int | None:
    """The figure in whole fives, or None where it or its rest is of fewer than five.

    >>> shown(5, 10), shown(4, 10), shown(6, 10), shown(9, 20)
    (5, None, None, 5)
    """
    return count - count % FEWEST if count >= FEWEST and of - count >= FEWEST else None


def _unit_of(caller: Caller) -> str:
    own = (Member.id == caller.member_id, Member.tenant_id == caller.tenant_id)
    with services().cluster.read(caller.member_id) as session:
        unit = session.scalar(select(Member.unit).where(*own))
    if unit is None:
        raise NotFound("you are in no unit; ask an administrator of your tenant to put you into one")
    return unit


def _member(member_id: UUID, caller: Caller) -> Member:
    unit = _unit_of(caller)
    within = (Member.id == member_id, Member.tenant_id == caller.tenant_id, Member.unit == unit)
    with services().cluster.read(member_id) as session:
        member = session.scalar(select(Member).where(*within))
    if member is None:
        raise NotFound("there is no member of your unit with this id")
    return member


def _as_member(member_id: UUID, caller: Caller) -> Caller:
    return dataclasses.replace(caller, member_id=_member(member_id, caller).id)
