"""A refresh token: kept as a digest, used once; the second use of one ends its whole family."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class RefreshToken(Base):
    __tablename__ = "refresh_token"

    digest: Mapped[bytes] = mapped_column(primary_key=True)  # SHA-256 of the token
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    family: Mapped[UUID]  # one login: the token and all that it was exchanged for
    issued_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]  # when it was exchanged or its family ended

    __table_args__ = (Index(None, "family"), Index(None, "account_id"), Index(None, "expires_at"))
