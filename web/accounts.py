"""Accounts as rows: made, found by e-mail, and locked after wrong passwords."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, not_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.access.account import Account, AccountState
from models.errors import Taken
from models.ids import bucket_of, new_bucket, new_id
from models.members.member import Member
from models.members.tenant import Tenant, TenantState
from planners.errors import FieldError, InvalidRequest
from web.passwords import MOST_FAILURES, WINDOW
from web.schemas import AccountView, Registration


@dataclass(frozen=True, kw_only=True)
class Found:
    """An account, its tenant, and whether it may log in at all."""

    account: Account
    tenant: Tenant

    @property
    def active(self) -> bool:
        return self.account.state == AccountState.ACTIVE and self.tenant.state == TenantState.ACTIVE


def view(found: Found) -> AccountView:
    """The account as its owner sees it."""
    account = found.account
    return AccountView(
        id=account.id, member_id=account.member_id, email=account.email, name=account.name,
        tenant=found.tenant.slug, role=account.role,
    )  # fmt: skip


def create_account(session: Session, wanted: Registration, tenant_slug: str, password_hash: str) -> Found:
    """Make an account and its member.

    Raises
    ------
    InvalidRequest
        When there is no such tenant, or none that takes members.
    Taken
        When the e-mail address has an account.
    """
    tenant = session.scalar(
        select(Tenant).where(Tenant.slug == tenant_slug, Tenant.state == TenantState.ACTIVE)
    )
    if tenant is None:
        text = f"there is no tenant {tenant_slug!r} that takes members"
        raise InvalidRequest([FieldError(pointer="/tenant", detail=text)])
    member = Member(id=new_id(new_bucket()), tenant_id=tenant.id)
    session.add(member)
    session.flush()
    made = insert(Account).values(
        id=new_id(bucket_of(member.id)), tenant_id=tenant.id, member_id=member.id,
        email=wanted.email.lower(), name=wanted.name, password_hash=password_hash,
    )  # fmt: skip
    account = session.scalar(made.on_conflict_do_nothing(index_elements=["email"]).returning(Account))
    if account is None:
        raise Taken("this e-mail address has an account already; log in instead")
    return Found(account=account, tenant=tenant)


def find_by_email(session: Session, email: str) -> Found | None:
    """The account of an e-mail address."""
    return _find(session, Account.email == email.lower())


def find_by_id(session: Session, account_id: UUID) -> Found | None:
    """The account with that id."""
    return _find(session, Account.id == account_id)


def _find(session: Session, condition: ColumnElement[bool]) -> Found | None:
    row = session.execute(
        select(Account, Tenant).join(Tenant, Tenant.id == Account.tenant_id).where(condition)
    ).one_or_none()
    return None if row is None else Found(account=row[0], tenant=row[1])


def record_attempt(session: Session, account_id: UUID, *, right: bool) -> int:
    """Count one answered password; return how long the account is locked in seconds, 0 when it was not.

    The lock is judged by the UPDATE itself, after the password was checked: of many guesses sent at once,
    those that finish after the third wrong one are refused, the right one among them.
    """
    failing = func.coalesce(Account.failed_at > func.clock_timestamp() - WINDOW, False)
    locked = and_(Account.failures >= MOST_FAILURES, failing)
    counted = _after_right() if right else _after_wrong(failing)
    update_row = update(Account).where(Account.id == account_id, not_(locked)).values(**counted)
    if session.scalar(update_row.returning(Account.id)) is not None:
        return 0
    left = Account.failed_at + WINDOW - func.clock_timestamp()
    seconds = select(func.ceil(func.extract("epoch", left))).where(Account.id == account_id)
    return max(1, int(session.scalar(seconds) or 1))


def _after_right() -> dict[str, Any]:
    return {"failures": 0, "failed_at": None}


def _after_wrong(failing: ColumnElement[bool]) -> dict[str, Any]:
    return {
        "failures": case((failing, Account.failures + 1), else_=1),
        "failed_at": func.clock_timestamp(),  # of the latest: the window and the lock run from there
    }
