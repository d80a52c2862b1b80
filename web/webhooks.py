"""Webhooks: register an address, look at it, change its secret, let it go."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import ColumnElement, and_, exists, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session, object_session

from models.access.account import Role
from models.errors import Conflict, NotFound
from models.events.receiver import BadReceiver, allowed_of, receiver_of
from models.events.webhook import Webhook, WebhookDelivery, WebhookEvent, WebhookState
from models.ids import bucket_of, new_id
from models.members.legal_hold import LegalHold, refuse_if_held
from models.members.tenant import Tenant
from models.sealing.place import Place, place_of
from models.sealing.ring import ring_of
from models.shards.gather import on_each
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
    with _owners(caller, member_id) as session:
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
    cluster = services().cluster
    with cluster.read(caller.member_id) as session:
        found = list(session.scalars(select(Webhook).where(own(caller))))
    if caller.role == Role.OPERATOR:
        with cluster.control() as session:
            found += session.scalars(select(Webhook).where(of_tenant(caller)))
    found.sort(key=lambda webhook: webhook.id)
    return json_answer(WebhookList(webhooks=tuple(_view(webhook) for webhook in found)))


@routes.route("GET", ONE, "A webhook", auth=Role.MEMBER, answers=(SEEN,))
def get_webhook(webhook_id: UUID, caller: Caller) -> Response:
    with holding(webhook_id, caller) as webhook:
        return json_answer(_view(webhook))


@routes.route(
    "DELETE", ONE, "Delete a webhook with its deliveries", auth=Role.MEMBER,
    answers=(Answer(status=204, text="It is told nothing more."),), problems=("conflict",),
)  # fmt: skip
def delete_webhook(webhook_id: UUID, caller: Caller) -> Response:
    of_it = WebhookDelivery.webhook_id == webhook_id
    told = exists().where(of_it, WebhookDelivery.member_id == LegalHold.member_id)
    with holding(webhook_id, caller) as webhook:
        if webhook.member_id is None:  # it has told of members of every shard
            on_each(services().cluster, lambda session: refuse_if_held(session, told))
        else:
            refuse_if_held(session_of(webhook), told)
        session_of(webhook).delete(webhook)
    return Response(status=204)


@routes.route(
    "POST", f"{ONE}/rotate", "Give a webhook a new secret", auth=Role.MEMBER,
    answers=(Answer(status=200, text="The new secret, shown this once. The one before signs beside it for a "
                    "day, so that no delivery is refused meanwhile.", body=WebhookSecret, secret=True),),
)  # fmt: skip
def rotate_webhook_secret(webhook_id: UUID, caller: Caller) -> Response:
    secret = secrets.token_bytes(SECRET_BYTES)
    with holding(webhook_id, caller) as webhook:
        session = session_of(webhook)
        ring, new = ring_of(session), _place(Webhook.secret, webhook_id, caller)
        old = _place(Webhook.old_secret, webhook_id, caller)
        webhook.old_secret = ring.seal(old, ring.open(new, webhook.secret))
        webhook.secret = ring.seal(new, secret)
        webhook.old_secret_until = func.now() + OLD_SECRET_LIFE
        webhook.version += 1
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


@contextmanager
def holding(webhook_id: UUID, caller: Caller) -> Iterator[Webhook]:
    """The caller's own webhook, in a transaction of the database that it is written in, its row locked.

    Raises
    ------
    NotFound
        For anybody else's.
    """
    this = select(Webhook).where(Webhook.id == webhook_id).with_for_update()
    if caller.role == Role.OPERATOR:
        with services().cluster.control() as session:
            webhook = session.scalar(this.where(of_tenant(caller)))
            if webhook is not None:
                yield webhook
                return
    with services().cluster.write(webhook_id) as session:
        webhook = session.scalar(this.where(own(caller)))
        if webhook is None:
            raise NotFound("there is no webhook of yours with this id")
        yield webhook


def session_of(webhook: Webhook) -> Session:
    """The session that a row was read in."""
    session = object_session(webhook)
    assert session is not None  # noqa: S101 (for the type checker)
    return session


def own(caller: Caller) -> ColumnElement[bool]:
    """The condition on the member's own webhooks, which are on his shard."""
    return and_(Webhook.tenant_id == caller.tenant_id, Webhook.member_id == caller.member_id)


def of_tenant(caller: Caller) -> ColumnElement[bool]:
    """The condition on the tenant's own webhooks, which are an operator's: in the control database."""
    return and_(Webhook.tenant_id == caller.tenant_id, Webhook.member_id.is_(None))


@contextmanager
def _owners(caller: Caller, member_id: UUID | None) -> Iterator[Session]:
    """Where a new webhook is written; one after the other, so that the count of them holds."""
    cluster = services().cluster
    with cluster.control() if member_id is None else cluster.write(member_id) as session:
        if member_id is None:
            session.get_one(Tenant, caller.tenant_id, with_for_update=True)
        else:
            member_of(session, caller, lock=True)
        yield session


def _change(webhook_id: UUID, caller: Caller, values: Mapping[str, object]) -> Webhook:
    with holding(webhook_id, caller) as webhook:
        this = update(Webhook).where(Webhook.id == webhook_id)
        changed = this.values(**values, version=Webhook.version + 1).returning(Webhook)
        return session_of(webhook).scalars(changed.execution_options(populate_existing=True)).one()


def _check_url(url: str) -> None:
    try:
        receiver_of(url, allowed_of(services().settings.webhook_allowed_hosts))
    except BadReceiver as error:
        raise InvalidRequest([FieldError(pointer="/url", detail=str(error))]) from error


def _refuse_too_many(session: Session, owner_id: UUID) -> None:
    count = session.scalar(select(func.count()).where(Webhook.owner_id == owner_id)) or 0
    if count >= MOST:
        raise Conflict(f"there are {MOST} webhooks already, which is the most; delete one first")


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
