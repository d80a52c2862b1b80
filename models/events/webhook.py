"""A webhook: an address that is told of the end of jobs, and what it is owed.

A delivery is owed in the transaction that ends the job, and sent by the relay, at least once:

    owed ──an answer 2xx──▶ delivered
     │ ▲
     │ └──redelivery──┐
     └──3 days, or the webhook is disabled──▶ given_up
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ARRAY, Computed, ForeignKey, Index, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, words
from models.members.member import member_key
from models.sealing.place import Sealed
from planners.spec import Kind


class WebhookEvent(StrEnum):
    """What a webhook can be told of: a job reached its end."""

    SUCCEEDED = "job.succeeded"
    FAILED = "job.failed"
    CANCELLED = "job.cancelled"


class WebhookState(StrEnum):
    """active -> disabled, by the relay, when it failed for days; back by its owner."""

    ACTIVE = "active"
    DISABLED = "disabled"  # is owed nothing more; `reason` says why


class DeliveryState(StrEnum):
    """What became of a delivery."""

    OWED = "owed"  # is sent at `due_at` or later
    DELIVERED = "delivered"  # was answered 2xx
    GIVEN_UP = "given_up"  # was not, for days; its owner may ask for it again


class Webhook(Base):
    __tablename__ = "webhook"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"))
    member_id: Mapped[UUID | None]  # whose jobs it is told of; those of all the tenant's members when null
    owner_id: Mapped[UUID] = mapped_column(
        Computed("coalesce(member_id, tenant_id)", persisted=True), index=True
    )
    url: Mapped[str]
    events: Mapped[list[str]] = mapped_column(ARRAY(Text))  # words of WebhookEvent
    state: Mapped[WebhookState] = mapped_column(words(WebhookState), server_default="active")
    reason: Mapped[str | None]  # why it was disabled
    secret: Mapped[Sealed]  # signs every delivery
    old_secret: Mapped[Sealed | None]  # signs beside it until `old_secret_until`, after a rotation
    old_secret_until: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(server_default="0")  # since the last delivery that went well
    failing_since: Mapped[datetime | None]
    rest_until: Mapped[datetime | None]  # nothing is sent before: a dead receiver delays nobody else
    version: Mapped[int] = mapped_column(server_default="1")  # raised with each change of its owner
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (member_key(), Index(None, "member_id"))


class WebhookDelivery(Base):
    __tablename__ = "webhook_delivery"

    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"), primary_key=True)
    job_id: Mapped[UUID] = mapped_column(primary_key=True)
    token: Mapped[int] = mapped_column(primary_key=True)  # the job's at its end: a retried job ends again
    tenant_id: Mapped[UUID]
    member_id: Mapped[UUID]
    event: Mapped[WebhookEvent] = mapped_column(words(WebhookEvent))
    kind: Mapped[Kind] = mapped_column(words(Kind))
    plan_id: Mapped[UUID | None]
    problem: Mapped[str | None]  # the problem's type only: details may tell of somebody's health
    ended_at: Mapped[datetime]
    state: Mapped[DeliveryState] = mapped_column(words(DeliveryState), server_default="owed")
    attempts: Mapped[int] = mapped_column(server_default="0")  # counted when it is taken, so a crash counts
    due_at: Mapped[datetime] = mapped_column(server_default=func.now())
    give_up_at: Mapped[datetime] = mapped_column(server_default=text("now() + interval '3 days'"))
    status: Mapped[int | None]  # of the latest answer
    error: Mapped[str | None]  # why the latest attempt failed
    delivered_at: Mapped[datetime | None]

    __table_args__ = (
        member_key(),
        Index("ix_webhook_delivery_owed", "webhook_id", "due_at", postgresql_where=text("state = 'owed'")),
        Index(None, "ended_at"),
        Index(None, "member_id"),
    )
