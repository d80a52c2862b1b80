"""What is held on a member: to have it, and to have it deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import select

from models.access.account import Account, Role
from models.access.addresses import is_of
from models.errors import Conflict, NotFound
from models.members.erasure import Deleted, erase_member
from models.members.export import member_data
from models.members.member import Member
from planners.errors import FieldError, InvalidRequest
from planners.reading import limits
from web.answers import json_answer
from web.operators import signature
from web.routes import Answer, Routes
from web.services import services
from web.tokens import Caller

routes = Routes("privacy")


@dataclass(frozen=True, kw_only=True)
class MemberData:
    """Everything that is held on a member."""

    member_id: UUID
    exported_at: datetime
    data: dict[str, Any] = limits("Rows by table; plans are whole, and archived ones among them.")


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """That the member wants everything deleted."""

    email: str = limits(
        "The account's own e-mail, as a confirmation.", shortest=1, longest=254, example="a@example.mil"
    )


@dataclass(frozen=True, kw_only=True)
class Erased:
    """What was deleted. Access tokens that are out serve no more."""

    member_id: UUID
    erased_at: datetime
    counts: dict[str, int] = limits(
        "Rows by table; `archived` are rows of the archive, whose key is gone: nobody can open them."
    )
    uncounted: tuple[str, ...] = limits(
        "Files of the archive that are damaged: not in `archived`, and nobody can open what they hold either."
    )


@routes.route(
    "GET", "/v1/privacy/export", "Everything that is held on the member", auth=Role.MEMBER,
    answers=(Answer(status=200, text="All of it.", body=MemberData),),
)  # fmt: skip
def export_own(caller: Caller) -> Response:
    with services().cluster.control() as control, services().cluster.read(caller.member_id) as session:
        data = member_data(session, control, services().archive, caller.member_id)
    now = datetime.now(UTC)
    return json_answer(MemberData(member_id=caller.member_id, exported_at=now, data=data))


@routes.route(
    "POST", "/v1/privacy/erasure", "Delete everything that is held on the member", auth=Role.MEMBER,
    body=Erasure, problems=("conflict",),
    answers=(Answer(status=200, text="It is deleted, the account with it.", body=Erased),),
)  # fmt: skip
def erase_own(caller: Caller, body: Erasure) -> Response:
    with services().cluster.write_beside_control(caller.member_id) as (session, control):
        mine = (Account.id == caller.account_id, is_of(control, body.email))
        if control.scalar(select(Account.id).where(*mine)) is None:
            text = "is not the e-mail of this account"
            raise InvalidRequest([FieldError(pointer="/email", detail=text)])
        erased = erase_member(session, control, services().archive, caller.member_id, by=signature(caller))
    return _answer(caller.member_id, erased)


@routes.route(
    "DELETE", "/v1/administration/members/<uuid:member_id>", "Delete everything that is held on a member",
    auth=Role.ADMINISTRATOR, problems=("conflict",),
    answers=(Answer(status=200, text="It is deleted, the account with it.", body=Erased),),
)  # fmt: skip
def erase_other(member_id: UUID, caller: Caller) -> Response:
    with services().cluster.write_beside_control(member_id) as (session, control):
        tenant_id = session.scalar(select(Member.tenant_id).where(Member.id == member_id))
        if tenant_id != caller.tenant_id:
            raise NotFound("there is no member of your tenant with this id")
        if member_id == caller.member_id:
            raise Conflict("delete yourself with POST /v1/privacy/erasure")
        erased = erase_member(session, control, services().archive, member_id, by=signature(caller))
    return _answer(member_id, erased)


def _answer(member_id: UUID, erased: Deleted) -> Response:
    now = datetime.now(UTC)
    counts, uncounted = dict(erased.counts), erased.uncounted
    return json_answer(Erased(member_id=member_id, erased_at=now, counts=counts, uncounted=uncounted))
