"""End every login of an account: what is stolen, or not to be had any more, serves no longer."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from models.access.api_key import ApiKey
from models.access.refresh import RefreshToken


def end_logins(session: Session, account_id: UUID) -> None:
    """Make the account's refresh tokens and API keys void; an access token lives out its minutes."""
    tokens = update(RefreshToken).where(RefreshToken.account_id == account_id, RefreshToken.used_at.is_(None))
    session.execute(tokens.values(used_at=func.now()))
    keys = update(ApiKey).where(ApiKey.account_id == account_id, ApiKey.revoked_at.is_(None))
    session.execute(keys.values(revoked_at=func.now()))
