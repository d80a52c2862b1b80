"""Refresh tokens: random, kept as digests, good for one exchange; a second use ends the whole family."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models.access.account import Account
from models.access.refresh import RefreshToken
from models.ids import bucket_of, new_id

TOKEN_BYTES = 32


@dataclass(frozen=True, kw_only=True)
class Exchanged:
    """The account and family that a refresh token, now used up, belonged to."""

    account_id: UUID
    family: UUID


def open_family(session: Session, account: Account, life_s: int) -> str:
    """The first refresh token of a login."""
    return issue(session, account, new_id(bucket_of(account.id)), life_s)


def issue(session: Session, account: Account, family: UUID, life_s: int) -> str:
    """A new refresh token of `family`."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        RefreshToken(
            digest=_digest(token), tenant_id=account.tenant_id, account_id=account.id, family=family,
            expires_at=func.now() + timedelta(seconds=life_s),
        )
    )  # fmt: skip
    return token


def use_up(session: Session, token: str) -> Exchanged | None:
    """Use `token` up; None when it is unknown, expired or already used, and then its family has ended."""
    digest = _digest(token)
    row = session.execute(
        update(RefreshToken)
        .where(
            RefreshToken.digest == digest,
            RefreshToken.used_at.is_(None),
            RefreshToken.expires_at > func.now(),
        )
        .values(used_at=func.now())
        .returning(RefreshToken.account_id, RefreshToken.family)
    ).one_or_none()
    if row is None:
        end_family(session, token)
        return None
    return Exchanged(account_id=row.account_id, family=row.family)


def end_family(session: Session, token: str) -> None:
    """End the login that `token` came from: none of its tokens can be exchanged any more."""
    family = select(RefreshToken.family).where(RefreshToken.digest == _digest(token)).scalar_subquery()
    session.execute(
        update(RefreshToken)
        .where(RefreshToken.family == family, RefreshToken.used_at.is_(None))
        .values(used_at=func.now())
    )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
