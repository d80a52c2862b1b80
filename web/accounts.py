"""Accounts as rows: made, and found by e-mail or id."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.access.account import Account, AccountState
from models.access.addresses import email_of, is_of, name_of, sealed_columns
from models.errors import Taken
from models.ids import bucket_of, new_id
from models.members.new import add_member
from models.members.tenant import Tenant, TenantState
from planners.errors import FieldError, InvalidRequest
from web.schemas import AccountView, Registration


@dataclass(frozen=True, kw_only=True)
class Found:
    """An account, its tenant, and whether it may log in at all."""

    account: Account
    tenant: Tenant
    email: str
    name: str

    @property
    def active(self) -> bool:
        return self.account.state == AccountState.ACTIVE and self.tenant.state == TenantState.ACTIVE


def view(found: Found) -> AccountView:
    """The account as its owner sees it."""
    account = found.account
    return AccountView(
        id=account.id, member_id=account.member_id, email=found.email, name=found.name,
        tenant=found.tenant.slug, role=account.role,
    )  # fmt: skip


def tenant_of(control: Session, slug: str) -> Tenant:
    """The tenant of that short name, which takes members.

    Raises
    ------
    InvalidRequest
        When there is none.
    """
    tenant = control.scalar(select(Tenant).where(Tenant.slug == slug, Tenant.state == TenantState.ACTIVE))
    if tenant is None:
        text = f"there is no tenant {slug!r} that takes members"
        raise InvalidRequest([FieldError(pointer="/tenant", detail=text)])
    return tenant


def create_account(
    session: Session,
    control: Session,
    wanted: Registration,
    tenant: Tenant,
    member_id: UUID,
    password_hash: str,
) -> Found:
    """Make an account, and on its shard its member.

    Raises
    ------
    Taken
        When the e-mail address has an account.
    """
    add_member(session, member_id, tenant)
    account_id = new_id(bucket_of(member_id))
    made = insert(Account).values(
        id=account_id, tenant_id=tenant.id, member_id=member_id, password_hash=password_hash,
        **sealed_columns(control, tenant.id, account_id, email=wanted.email, name=wanted.name),
    )  # fmt: skip
    account = control.scalar(made.on_conflict_do_nothing(index_elements=["email_index"]).returning(Account))
    if account is None:
        raise Taken("this e-mail address has an account already; log in instead")
    return _found(control, account, tenant)


def find_by_email(session: Session, email: str) -> Found | None:
    """The account of an e-mail address."""
    return _find(session, is_of(session, email))


def find_by_id(session: Session, account_id: UUID) -> Found | None:
    """The account with that id."""
    return _find(session, Account.id == account_id)


def _find(session: Session, condition: ColumnElement[bool]) -> Found | None:
    row = session.execute(
        select(Account, Tenant).join(Tenant, Tenant.id == Account.tenant_id).where(condition)
    ).one_or_none()
    return None if row is None else _found(session, row[0], row[1])


def _found(session: Session, account: Account, tenant: Tenant) -> Found:
    email, name = email_of(session, account), name_of(session, account)
    return Found(account=account, tenant=tenant, email=email, name=name)
