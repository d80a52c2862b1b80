"""For administrators of a tenant: who has which role, who is in which unit, and what the audit log says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access.account import Account, AccountState, Role
from models.access.addresses import email_of, name_of
from models.access.audit import AuditEntry
from models.access.shut import end_logins
from models.errors import Conflict, NotFound
from models.members.member import Member
from models.members.units import units_of
from planners.reading import limits
from web.answers import json_answer
from web.auditing import write_act_down
from web.cursors import cursor_of, id_of_cursor, next_link
from web.routes import Answer, Routes
from web.services import services
from web.tokens import Caller

routes = Routes("administration")

ACCOUNTS = "/v1/administration/accounts"
MEMBERS = "/v1/administration/members"
AUDIT = "/v1/administration/audit"
UNIT = r"[A-Za-z0-9][A-Za-z0-9 ._/-]*"


@dataclass(frozen=True, kw_only=True)
class AccountsQuery:
    """Which accounts, and how many on a page."""

    cursor: str | None = limits("`next_cursor` of the page before.", default=None, shortest=1, longest=64)
    limit: int = limits("Accounts on a page.", default=20, least=1, most=100)


@dataclass(frozen=True, kw_only=True)
class AccountStanding:
    """An account as an administrator sees it: no profile, no plan."""

    id: UUID
    member_id: UUID
    email: str
    name: str
    role: Role
    state: AccountState
    unit: str | None
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class AccountPage:
    """A page of accounts, newest first."""

    accounts: tuple[AccountStanding, ...]
    next_cursor: str | None = limits("Of the page that follows; null on the last.")


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What an account may do. Shutting it ends its logins and API keys, within minutes."""

    role: Role = limits("Its role.")
    state: AccountState = limits("Whether it may log in.")


@dataclass(frozen=True, kw_only=True)
class UnitOf:
    """The unit that a member is in."""

    unit: str | None = limits(
        "Its name; null: none.", pattern=UNIT, shortest=1, longest=100, example="3rd Platoon"
    )


@dataclass(frozen=True, kw_only=True)
class AuditQuery:
    """Which entries, and how many on a page."""

    before: int = limits("Only entries with a lower number.", default=2**53, least=1, most=2**53)
    limit: int = limits("Entries on a page.", default=50, least=1, most=500)


@dataclass(frozen=True, kw_only=True)
class AuditView:
    """An entry of the audit log."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, str]
    digest: str = limits("SHA-256, in hexadecimal, of the entry and of the digest before it.")


@dataclass(frozen=True, kw_only=True)
class AuditPage:
    """A page of the tenant's audit log, newest first."""

    entries: tuple[AuditView, ...]
    next_before: int | None = limits("`before` of the page that follows; null on the last.")


@routes.route(
    "GET", ACCOUNTS, "The tenant's accounts, newest first", auth=Role.ADMINISTRATOR, query=AccountsQuery,
    answers=(Answer(status=200, text="A page.", body=AccountPage, headers=("Link",)),),
)  # fmt: skip
def list_accounts(caller: Caller, query: AccountsQuery) -> Response:
    wanted = _standings().where(Account.tenant_id == caller.tenant_id)
    if query.cursor:
        wanted = wanted.where(Account.id < id_of_cursor(query.cursor))
    with services().cluster.control() as session:
        rows = session.execute(wanted.order_by(Account.id.desc()).limit(query.limit + 1)).all()
        page_rows = rows[: query.limit]
        units = units_of(services().cluster, [row[0].member_id for row in page_rows])
        page = tuple(_standing(session, row[0], units) for row in page_rows)
    cursor = cursor_of(page[-1].id) if len(rows) > query.limit else None
    response = json_answer(AccountPage(accounts=page, next_cursor=cursor))
    if cursor:
        response.headers["Link"] = next_link(ACCOUNTS, limit=query.limit, cursor=cursor)
    return response


@routes.route(
    "PUT", f"{ACCOUNTS}/<uuid:account_id>", "Give an account a role, or shut it", auth=Role.ADMINISTRATOR,
    body=Standing, problems=("conflict",),
    answers=(Answer(status=200, text="The account as it is now.", body=AccountStanding),),
)  # fmt: skip
def put_account(account_id: UUID, caller: Caller, body: Standing) -> Response:
    if account_id == caller.account_id:
        raise Conflict("another administrator has to change your own role or state")
    within = (Account.id == account_id, Account.tenant_id == caller.tenant_id)
    with services().cluster.control() as session:
        account = session.scalar(select(Account).where(*within).with_for_update())
        if account is None:
            raise NotFound("there is no account of your tenant with this id")
        before = {"role_before": str(account.role), "state_before": str(account.state)}
        account.role, account.state = body.role, body.state
        if body.state == AccountState.DISABLED:
            end_logins(session, account_id)
        session.flush()
        units = units_of(services().cluster, [account.member_id])
        standing = _standing(session, account, units)
        told = {**before, "role": str(body.role), "state": str(body.state)}
        write_act_down(session, caller, "put_account", f"account {account_id}", told)
    return json_answer(standing)


@routes.route(
    "PUT", f"{MEMBERS}/<uuid:member_id>/unit", "Put a member into a unit", auth=Role.ADMINISTRATOR,
    body=UnitOf,
    answers=(Answer(status=200, text="The unit as it is now.", body=UnitOf),),
)  # fmt: skip
def put_unit(member_id: UUID, caller: Caller, body: UnitOf) -> Response:
    with services().cluster.write_beside_control(member_id) as (session, control):
        within = (Member.id == member_id, Member.tenant_id == caller.tenant_id)
        member = session.scalar(select(Member).where(*within).with_for_update())
        if member is None:
            raise NotFound("there is no member of your tenant with this id")
        told = {"unit_before": member.unit or "", "unit": body.unit or ""}
        member.unit = body.unit
        write_act_down(control, caller, "put_unit", f"member {member_id}", told)
    return json_answer(body)


@routes.route(
    "GET", AUDIT, "The tenant's audit log, newest first", auth=Role.ADMINISTRATOR, query=AuditQuery,
    answers=(Answer(status=200, text="A page.", body=AuditPage),),
)  # fmt: skip
def list_audit(caller: Caller, query: AuditQuery) -> Response:
    wanted = select(AuditEntry).where(
        AuditEntry.tenant_id == caller.tenant_id, AuditEntry.number < query.before
    )
    with services().cluster.control() as session:
        rows = session.scalars(wanted.order_by(AuditEntry.number.desc()).limit(query.limit)).all()
    before = rows[-1].number if rows and rows[-1].number > 1 else None
    return json_answer(AuditPage(entries=tuple(map(_view, rows)), next_before=before))


def _standings() -> Any:
    return select(Account)


def _standing(session: Session, account: Account, units: Mapping[UUID, str | None]) -> AccountStanding:
    return AccountStanding(
        id=account.id, member_id=account.member_id, email=email_of(session, account),
        name=name_of(session, account), role=account.role, state=account.state,
        unit=units.get(account.member_id), created_at=account.created_at,
    )  # fmt: skip


def _view(entry: AuditEntry) -> AuditView:
    return AuditView(
        number=entry.number, at=entry.at, actor=entry.actor, action=entry.action, subject=entry.subject,
        detail=entry.detail, digest=entry.digest.hex(),
    )  # fmt: skip
