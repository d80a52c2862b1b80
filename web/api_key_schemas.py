"""What requests and answers say about API keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from planners.reading import limits

LONGEST_LIFE_DAYS = 366


@dataclass(frozen=True, kw_only=True)
class NewApiKey:
    """A key for a machine."""

    name: str = limits("What the key is for.", shortest=1, longest=100, example="wearable sync")
    scopes: tuple[str, ...] = limits(
        "What it reaches, each as a tag of this document and read or write; one of another kind is refused.",
        shortest=1,
        longest=30,
        unique=True,
        example=("plans:read", "plans:write", "jobs:read"),
    )
    days: int = limits("Days until it expires.", default=90, least=1, most=LONGEST_LIFE_DAYS)


@dataclass(frozen=True, kw_only=True)
class ApiKeyView:
    """An API key without the key itself."""

    id: UUID
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = limits("Since when it is void before its day; null while it is good.")


@dataclass(frozen=True, kw_only=True)
class ApiKeySecret:
    """A new API key, which is shown this once."""

    api_key: ApiKeyView
    key: str = limits("Send it as `Authorization: Bearer`.")


@dataclass(frozen=True, kw_only=True)
class ApiKeyList:
    """All API keys of the caller's account, the newest first."""

    api_keys: tuple[ApiKeyView, ...]
