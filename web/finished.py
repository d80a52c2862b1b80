"""A job that succeeded, as its owner's polls are answered: it does not change any more."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class FinishedJob:
    """Whose it is, and the answer."""

    member_id: UUID
    tenant_id: UUID
    body: bytes
    link: str
    tag: str
