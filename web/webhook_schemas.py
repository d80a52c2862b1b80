"""What requests and answers say about webhooks and their deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from models.events.webhook import DeliveryState, WebhookEvent, WebhookState
from planners.reading import limits
from planners.spec import Kind

EVENTS = tuple(WebhookEvent)
MESSAGE_ID = r"msg_[0-9a-f]{32}_[0-9]{1,9}"


class Scope(StrEnum):
    """Whose jobs a webhook is told of."""

    MEMBER = "member"
    TENANT = "tenant"


@dataclass(frozen=True, kw_only=True)
class NewWebhook:
    """An address that is to be told of the end of jobs."""

    url: str = limits(
        "Where to POST: https, a host of the public Internet, port 443 or from 1024 up, no login in it.",
        shortest=1,
        longest=2000,
        example="https://hooks.example.mil/reveille",
    )
    events: tuple[WebhookEvent, ...] = limits(
        "What to tell of.", default=EVENTS, shortest=1, longest=len(EVENTS), unique=True
    )
    scope: Scope = limits(
        "Of the member's own jobs, or, for operators, of those of all members of the tenant.",
        default=Scope.MEMBER,
    )


@dataclass(frozen=True, kw_only=True)
class WebhookView:
    """A webhook, as its owner sees it."""

    id: UUID
    url: str
    events: tuple[WebhookEvent, ...]
    scope: Scope
    state: WebhookState
    reason: str | None = limits("Why it was disabled.")
    failing_since: datetime | None = limits("When the deliveries began to fail; null while they go well.")
    old_secret_until: datetime | None = limits("Until then the secret before the last one signs as well.")
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class WebhookSecret:
    """A webhook and its secret, which is shown this once."""

    webhook: WebhookView
    secret: str = limits("What signs its deliveries, as Standard Webhooks writes it.")


@dataclass(frozen=True, kw_only=True)
class WebhookList:
    """All webhooks of the caller, the oldest first."""

    webhooks: tuple[WebhookView, ...]


@dataclass(frozen=True, kw_only=True)
class DeliveriesQuery:
    """Which deliveries, and how many on a page."""

    state: DeliveryState | None = limits("Only deliveries in this state.", default=None)
    cursor: str | None = limits("`next_cursor` of the page before.", default=None, pattern=MESSAGE_ID)
    limit: int = limits("Deliveries on a page.", default=20, least=1, most=100)


@dataclass(frozen=True, kw_only=True)
class DeliveryView:
    """One message to one webhook, and what became of it."""

    id: str = limits("The header `webhook-id` of every attempt.")
    event: WebhookEvent
    job_id: UUID
    kind: Kind
    state: DeliveryState
    attempts: int
    status: int | None = limits("Of the latest answer.")
    error: str | None = limits("Why the latest attempt failed.")
    ended_at: datetime = limits("When the job ended.")
    due_at: datetime | None = limits("When the next attempt is due.")
    delivered_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class DeliveryPage:
    """A page of deliveries, those of the newest jobs first."""

    deliveries: tuple[DeliveryView, ...]
    next_cursor: str | None = limits("Of the page that follows; null on the last.")
