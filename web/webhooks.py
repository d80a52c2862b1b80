"""Webhooks: register an address, look at it, change its secret, let it go."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.access.account import Role
from models.errors import Conflict, NotFound
from models.events.receiver import BadReceiver, allowed_of, receiver_of
from models.events.webhook import Webhook, WebhookDelivery, WebhookEvent, WebhookState
from models.ids import bucket_of, new_id
from models.members.legal_hold import LegalHold, refuse_if_held
from models.sealing.place import Place, place_of
from models.sealing.ring import ring_of
from planners.errors import FieldError, InvalidRequest
from web.answers import json_answer
from web.errors import Forbidden
from web.profile import member_of
from web.routes import Answer, Routes
from web.services import services
from web.tokens import Caller
from web.webhook_schemas import NewWebhook, Scope, WebhookList, WebhookSecret, WebhookView

routes = Routes("webhooks")

MOST = 10  # webhooks of one owner
SECRET_PREFIX = "whsec_"  # noqa: S105 (of the standard)
SECRET_BYTES = 32
OLD_SECRET_LIFE = timedelta(days=1)

PATH = "/v1/webhooks"
ONE = f"{PATH}/<uuid:webhook_id>"
SEEN = Answer(status=200, text="The webhook.", body=WebhookView)


@routes.route(
    "POST", PATH, "Register a webhook", auth=Role.MEMBER, body=NewWebhook,
    answers=(Answer(status=201, text="The webhook and its secret, which is shown this once.",
                    body=WebhookSecret, secret=True, headers=("Location",)),),
    problems=("conflict", "forbidden"),
)  # fmt: skip
def register_webhook(caller: Caller, body: NewWebhook) -> Response:
    if body.scope == Scope.TENANT and caller.role != Role.OPERATOR:
        raise Forbidden("a webhook of the whole tenant needs the role operator")
    _check_url(body.url)
    member_id = None if body.scope == Scope.TENANT else caller.member_id
    webhook_id, secret = new_id(bucket_of(caller.member_id)), secrets.token_bytes(SECRET_BYTES)
    with services().cluster.write(caller.member_id) as session:
        member_of(session, caller, lock=True)  # one after the other, so that the count holds
        _refuse_too_many(session, member_id or caller.tenant_id)
        webhook = Webhook(
            id=webhook_id, tenant_id=caller.tenant_id, member_id=member_id,
            url=body.url, events=[str(event) for event in body.events],
            secret=ring_of(session).seal(_place(Webhook.secret, webhook_id, caller), secret),
        )  # fmt: skip
        session.add(webhook)
        session.flush()
        session.refresh(webhook)
    return json_answer(_with_secret(webhook, secret), 201, {"Location": f"{PATH}/{webhook.id}"})


@routes.route(
    "GET", PATH, "The caller's webhooks", auth=Role.MEMBER,
    answers=(Answer(status=200, text="All of them.", body=WebhookList),),
)  # fmt: skip
def list_webhooks(caller: Caller) -> Response:
    with services().cluster.read(caller.member_id) as session:
        found = session.scalars(select(Webhook).where(owned(caller)).order_by(Webhook.id)).all()
    return json_answer(WebhookList(webhooks=tuple(_view(webhook) for webhook in found)))


@routes.route("GET", ONE, "A webhook", auth=Role.MEMBER, answers=(SEEN,))
def get_webhook(webhook_id: UUID, caller: Caller) -> Response:
    with services().cluster.read(webhook_id) as session:
        return json_answer(_view(webhook_of(session, webhook_id, caller)))


@routes.route(
    "DELETE", ONE, "Delete a webhook with its deliveries", auth=Role.MEMBER,
    answers=(Answer(status=204, text="It is told nothing more."),), problems=("conflict",),
)  # fmt: skip
def delete_webhook(webhook_id: UUID, caller: Caller) -> Response:
    with services().cluster.write(webhook_id) as session:
        of_it = WebhookDelivery.webhook_id == webhook_id
        told = exists().where(of_it, WebhookDelivery.member_id == LegalHold.member_id)
        refuse_if_held(session, told, exists().where(Webhook.id == webhook_id, owned(caller)))
        gone = delete(Webhook).where(Webhook.id == webhook_id, owned(caller)).returning(Webhook.id)
        if session.scalar(gone) is None:
            raise _not_found()
    return Response(status=204)


@routes.route(
    "POST", f"{ONE}/rotate", "Give a webhook a new secret", auth=Role.MEMBER,
    answers=(Answer(status=200, text="The new secret, shown this once. The one before signs beside it for a "
                    "day, so that no delivery is refused meanwhile.", body=WebhookSecret, secret=True),),
)  # fmt: skip
def rotate_webhook_secret(webhook_id: UUID, caller: Caller) -> Response:
    secret = secrets.token_bytes(SECRET_BYTES)
    with services().cluster.write(webhook_id) as session:
        webhook = webhook_of(session, webhook_id, caller, lock=True)
        ring, new = ring_of(session), _place(Webhook.secret, webhook_id, caller)
        old = _place(Webhook.old_secret, webhook_id, caller)
        webhook.old_secret = ring.seal(old, ring.open(new, webhook.secret))
        webhook.secret = ring.seal(new, secret)
        webhook.old_secret_until = func.now() + OLD_SECRET_LIFE
        session.flush()
        session.refresh(webhook)
    return json_answer(_with_secret(webhook, secret))


@routes.route("POST", f"{ONE}/enable", "Enable a disabled webhook", auth=Role.MEMBER, answers=(SEEN,))
def enable_webhook(webhook_id: UUID, caller: Caller) -> Response:
    anew = {
        "state": WebhookState.ACTIVE,
        "reason": None,
        "failures": 0,
        "failing_since": None,
        "rest_until": None,
    }
    return json_answer(_view(_change(webhook_id, caller, anew)))


def webhook_of(session: Session, webhook_id: UUID, caller: Caller, *, lock: bool = False) -> Webhook:
    """The caller's own webhook; anybody else's is not found."""
    wanted = select(Webhook).where(Webhook.id == webhook_id, owned(caller))
    webhook = session.scalar(wanted.with_for_update() if lock else wanted)
    if webhook is None:
        raise _not_found()
    return webhook


def owned(caller: Caller) -> ColumnElement[bool]:
    """The condition on the webhooks that are the caller's: a member's own, and for operators the tenant's."""
    own = Webhook.member_id == caller.member_id
    whose = or_(own, Webhook.member_id.is_(None)) if caller.role == Role.OPERATOR else own
    return and_(Webhook.tenant_id == caller.tenant_id, whose)


def _change(webhook_id: UUID, caller: Caller, values: Mapping[str, object]) -> Webhook:
    with services().cluster.write(webhook_id) as session:
        changed = update(Webhook).where(Webhook.id == webhook_id, owned(caller)).values(values)
        webhook: Webhook | None = session.scalar(changed.returning(Webhook))
        if webhook is None:
            raise _not_found()
        return webhook


def _check_url(url: str) -> None:
    try:
        receiver_of(url, allowed_of(services().settings.webhook_allowed_hosts))
    except BadReceiver as error:
        raise InvalidRequest([FieldError(pointer="/url", detail=str(error))]) from error


def _refuse_too_many(session: Session, owner_id: UUID) -> None:
    count = session.scalar(select(func.count()).where(Webhook.owner_id == owner_id)) or 0
    if count >= MOST:
        raise Conflict(f"there are {MOST} webhooks already, which is the most; delete one first")


def _not_found() -> NotFound:
    return NotFound("there is no webhook of yours with this id")


def _view(webhook: Webhook) -> WebhookView:
    return WebhookView(
        id=webhook.id, url=webhook.url, events=_events(webhook.events), state=webhook.state,
        scope=Scope.MEMBER if webhook.member_id else Scope.TENANT, reason=webhook.reason,
        failing_since=webhook.failing_since, old_secret_until=webhook.old_secret_until,
        created_at=webhook.created_at,
    )  # fmt: skip


def _events(words: Sequence[str]) -> tuple[WebhookEvent, ...]:
    return tuple(WebhookEvent(word) for word in words)


def _place(column: InstrumentedAttribute[Any], webhook_id: UUID, caller: Caller) -> Place:
    return place_of(column, caller.tenant_id, webhook_id)


def _with_secret(webhook: Webhook, secret: bytes) -> WebhookSecret:
    text = SECRET_PREFIX + base64.b64encode(secret).decode()
    return WebhookSecret(webhook=_view(webhook), secret=text)
