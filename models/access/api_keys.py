"""API keys made, found by what a machine sends, and revoked. Only the digest of a key is kept."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from models.access.account import Account, AccountState
from models.access.api_key import ApiKey
from models.errors import Conflict
from models.ids import bucket_of, new_id
from models.members.tenant import Tenant, TenantState

PREFIX = "rvl_"  # so that scanners of source code find a key that was left there
KEY_BYTES = 32
MOST = 20  # good keys of one account


@dataclass(frozen=True, kw_only=True)
class KeyHolder:
    """The account in whose name a key is sent, and what it may be used for."""

    account: Account
    scopes: frozenset[str]


def make_api_key(
    session: Session, account: Account, *, name: str, scopes: Sequence[str], days: int
) -> tuple[ApiKey, str]:
    """A new key of `account` for `days`: its row, and the key itself, which nobody can find out later.

    Raises
    ------
    Conflict
        When the account has as many good keys as it may.
    """
    session.execute(select(Account.id).where(Account.id == account.id).with_for_update())
    count = session.scalar(select(func.count()).where(ApiKey.account_id == account.id, *_good())) or 0
    if count >= MOST:
        raise Conflict(f"there are {MOST} API keys already, which is the most; revoke one first")
    key = PREFIX + secrets.token_urlsafe(KEY_BYTES)
    row = ApiKey(
        id=new_id(bucket_of(account.id)), tenant_id=account.tenant_id, account_id=account.id,
        digest=_digest(key), name=name, scopes=list(scopes), expires_at=func.now() + timedelta(days=days),
    )  # fmt: skip
    session.add(row)
    session.flush()
    session.refresh(row)
    return row, key


def holder_of(session: Session, key: str) -> KeyHolder | None:
    """Whose key it is; None when it is unknown or void, or its account or tenant is not active."""
    row = session.execute(
        select(Account, ApiKey.scopes)
        .join(ApiKey, ApiKey.account_id == Account.id)
        .join(Tenant, Tenant.id == Account.tenant_id)
        .where(
            ApiKey.digest == _digest(key), *_good(),
            Account.state == AccountState.ACTIVE, Tenant.state == TenantState.ACTIVE,
        )
    ).one_or_none()  # fmt: skip
    return None if row is None else KeyHolder(account=row[0], scopes=frozenset(row[1]))


def api_keys_of(session: Session, account_id: UUID) -> Sequence[ApiKey]:
    """The account's keys, the newest first, the void ones among them until they are pruned."""
    return session.scalars(
        select(ApiKey).where(ApiKey.account_id == account_id).order_by(ApiKey.id.desc())
    ).all()


def revoke_api_key(session: Session, key_id: UUID, *within: ColumnElement[bool]) -> bool:
    """Make a key void at once; False when none `within` has this id."""
    revoked = func.coalesce(ApiKey.revoked_at, func.now())
    change = update(ApiKey).where(ApiKey.id == key_id, *within).values(revoked_at=revoked)
    return session.scalar(change.returning(ApiKey.id)) is not None


def _good() -> tuple[ColumnElement[bool], ...]:
    return ApiKey.revoked_at.is_(None), ApiKey.expires_at > func.now()


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
